package io.pharos.alarms.composite;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.ActionsSuppressedBy;

import java.time.Duration;
import java.time.Instant;

/// Whether the actions of a composite alarm are held back by its suppressor, and until when. Pure:
/// every step is a function of what was and what happened.
public final class Suppression {
    private Suppression() {}

    /// What holds actions back.
    ///
    /// @param until when it ends by itself; null while the suppressor is in ALARM
    public record Phase(ActionsSuppressedBy by, @Nullable Instant until) {
        public static Phase alarm() {
            return new Phase(ActionsSuppressedBy.ALARM, null);
        }
    }

    /// What comes of a step.
    ///
    /// @param phase that holds now; null when nothing holds actions back
    /// @param acts whether the actions of the alarm's current state are done now
    public record Step(@Nullable Phase phase, boolean acts) {}

    /// The alarm's state took another value: whatever held before is over, and it begins anew.
    ///
    /// @param suppressorInAlarm null without a suppressor
    public static Step valueChanged(
            @Nullable Boolean suppressorInAlarm, Duration wait, Instant now) {
        if (suppressorInAlarm == null) {
            return new Step(null, true);
        }
        return suppressorInAlarm
                ? new Step(Phase.alarm(), false)
                : hold(ActionsSuppressedBy.WAIT_PERIOD, wait, now);
    }

    /// The suppressor's state took another value, the alarm's did not. What was done is done: without
    /// a phase nothing happens.
    public static Step suppressorChanged(
            @Nullable Phase phase, boolean inAlarm, Duration extension, Instant now) {
        if (phase == null) {
            return new Step(null, false);
        }
        if (inAlarm) {
            return new Step(Phase.alarm(), false);
        }
        return phase.by() == ActionsSuppressedBy.ALARM
                ? hold(ActionsSuppressedBy.EXTENSION_PERIOD, extension, now)
                : new Step(phase, false);
    }

    /// A phase of no length is none: actions are done at once.
    private static Step hold(ActionsSuppressedBy by, Duration length, Instant now) {
        return length.isZero()
                ? new Step(null, true)
                : new Step(new Phase(by, now.plus(length)), false);
    }

    /// The clock reached `now`: a phase that has run out ends, and actions are done.
    public static Step timePassed(@Nullable Phase phase, Instant now) {
        var isOver = phase != null && phase.until() != null && !now.isBefore(phase.until());
        return isOver ? new Step(null, true) : new Step(phase, false);
    }
}
