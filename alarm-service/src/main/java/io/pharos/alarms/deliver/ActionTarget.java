package io.pharos.alarms.deliver;

import io.pharos.alarms.ledger.PendingAction;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// Where actions of one kind go. May block for seconds; an action may be performed twice, under the
/// same id.
public interface ActionTarget {
    Answer perform(PendingAction action, Instant now);

    /// How many attempts of this kind may be under way: fewer where one address that does not answer
    /// could take all places.
    default int places() {
        return ActionRelay.MAX_IN_FLIGHT;
    }

    /// What became of an attempt.
    sealed interface Answer {
        /// It is done, or never will be.
        ///
        /// @param error why it never will be; null when it is done
        record Ended(@Nullable String error) implements Answer {}

        /// The target did not answer: to be tried again with growing pauses.
        record Unanswered(String cause) implements Answer {}

        /// It is done for now and comes again.
        ///
        /// @param told whether history has a line of it
        /// @param error why it was not done; null when it was
        record Again(Instant due, boolean told, @Nullable String error) implements Answer {}

        /// What it was about is over; history hears no more of it.
        record Over() implements Answer {}
    }
}
