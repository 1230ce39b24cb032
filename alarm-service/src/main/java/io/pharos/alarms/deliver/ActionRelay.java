package io.pharos.alarms.deliver;

import io.pharos.alarms.ledger.PendingAction;
import io.pharos.alarms.ledger.pg.ActionOutbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/// Does what alarms do, at least once, each action with an id of its own for ever.
/// A target that does not answer is tried again with growing pauses, and takes only a few of the
/// places meanwhile: it delays no other.
public final class ActionRelay {
    /// Carries [PendingAction#id()], so that a topic may drop a repetition.
    public static final String MESSAGE_ID = "x-pharos-message-id";

    /// Attempts at a time.
    public static final int MAX_IN_FLIGHT = 64;

    static final int MAX_IN_FLIGHT_PER_TARGET = 8;

    /// Of a kind whose targets are behind one address that is not ours.
    static final int MAX_IN_FLIGHT_OUTSIDE = 16;

    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final int MAX_DOUBLINGS = 8;

    /// What was put while there was a target for it, and there is none any more.
    private static final ActionTarget NOWHERE =
            (action, _) ->
                    new ActionTarget.Answer.Ended(
                            "Actions of "
                                    + action.arn().split(":", 4)[2]
                                    + " have no target here.");

    private final ActionOutbox outbox;
    private final Map<String, ActionTarget> targets;
    private final Duration deadline;
    private final InstantSource clock;
    private final Executor executor;
    private final Map<String, Integer> inFlight = new HashMap<>();
    private final Map<ActionTarget, Integer> inFlightByKind = new HashMap<>();
    private int total;

    /// Something may have found no place.
    private volatile boolean isCrowded;

    private volatile Runnable freed = () -> {};

    /// @param targets by the service of their ARNs, `sns` …
    /// @param deadline an action older than this is given up
    /// @param executor runs one attempt a task
    public ActionRelay(
            ActionOutbox outbox,
            Map<String, ActionTarget> targets,
            Duration deadline,
            InstantSource clock,
            Executor executor) {
        this.outbox = outbox;
        this.targets = Map.copyOf(targets);
        this.deadline = deadline;
        this.clock = clock;
        this.executor = executor;
    }

    /// @param again is run when a place is free for what had found none
    public void onFree(Runnable again) {
        freed = again;
    }

    /// Starts all that is due and has a place.
    public void relayAll(Instant now) {
        while (relay(now) > 0) {
            // Until nothing is due or every place is taken.
        }
    }

    /// Starts some of what is due and has a place.
    ///
    /// @return how many attempts were started
    public int relay(Instant now) {
        var free = free();
        isCrowded = free <= 0;
        if (isCrowded) {
            return 0;
        }
        var busy = busy();
        var busyServices = busyServices();
        isCrowded = !busy.isEmpty() || !busyServices.isEmpty();
        // One target, and one kind, gets at most its places and those of one claim.
        var claimed =
                outbox.claim(
                        now, LEASE, Math.min(free, MAX_IN_FLIGHT_PER_TARGET), busy, busyServices);
        for (var action : claimed) {
            enter(action);
            executor.execute(() -> attempt(action));
        }
        return claimed.size();
    }

    private synchronized int free() {
        return MAX_IN_FLIGHT - total;
    }

    private synchronized List<String> busy() {
        var busy = new ArrayList<String>();
        inFlight.forEach((arn, count) -> {
            if (count >= MAX_IN_FLIGHT_PER_TARGET) {
                busy.add(arn);
            }
        });
        return busy;
    }

    /// Services of ARNs whose kind has no place left.
    private synchronized List<String> busyServices() {
        return targets.entrySet().stream()
                .filter(entry ->
                        inFlightByKind.getOrDefault(entry.getValue(), 0)
                                >= entry.getValue().places())
                .map(Map.Entry::getKey)
                .toList();
    }

    private synchronized void enter(PendingAction action) {
        inFlight.merge(action.arn(), 1, Integer::sum);
        inFlightByKind.merge(target(action), 1, Integer::sum);
        total++;
    }

    private synchronized void leave(PendingAction action) {
        inFlight.computeIfPresent(action.arn(), (_, count) -> count == 1 ? null : count - 1);
        inFlightByKind.computeIfPresent(
                target(action), (_, count) -> count == 1 ? null : count - 1);
        total--;
    }

    private void attempt(PendingAction action) {
        try {
            settle(action, target(action).perform(action, clock.instant()));
        } catch (RuntimeException failure) {
            retry(action, failure.toString());
        } finally {
            leave(action);
            if (isCrowded) {
                freed.run();
            }
        }
    }

    private ActionTarget target(PendingAction action) {
        return targets.getOrDefault(action.arn().split(":", 4)[2], NOWHERE);
    }

    private void settle(PendingAction action, ActionTarget.Answer answer) {
        switch (answer) {
            case ActionTarget.Answer.Ended(var error) -> outbox.end(action, error, clock.instant());
            case ActionTarget.Answer.Unanswered(var cause) -> retry(action, cause);
            case ActionTarget.Answer.Again(var due, var told, var error) ->
                    outbox.repeat(
                            action, due, told ? action.history(error, clock.instant()) : null);
            case ActionTarget.Answer.Over() -> outbox.drop(action);
        }
    }

    private void retry(PendingAction action, String cause) {
        var now = clock.instant();
        if (action.changedAt().plus(deadline).isBefore(now)) {
            outbox.end(action, cause, now);
            return;
        }
        var doublings = Math.min(action.attempts() - 1, MAX_DOUBLINGS);
        outbox.postpone(action, now.plus(FIRST_PAUSE.multipliedBy(1L << doublings)));
    }
}
