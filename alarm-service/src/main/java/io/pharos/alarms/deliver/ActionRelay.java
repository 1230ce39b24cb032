package io.pharos.alarms.deliver;

import io.pharos.alarms.ledger.PendingAction;
import io.pharos.alarms.ledger.pg.ActionOutbox;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.SnsException;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;

/// Publishes to topics what alarms say, at least once, each message with an id of its own for ever.
/// A target that does not answer is tried again with growing pauses, and takes only a few of the
/// places meanwhile: it delays no other.
public final class ActionRelay {
    /// Carries [PendingAction#id()], so that a topic may drop a repetition.
    public static final String MESSAGE_ID = "x-pharos-message-id";

    /// Attempts at a time.
    public static final int MAX_IN_FLIGHT = 64;

    static final int MAX_IN_FLIGHT_PER_TARGET = 8;
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final int MAX_DOUBLINGS = 8;

    private final ActionOutbox outbox;
    private final Function<Tenant, SnsClient> topics;
    private final Duration deadline;
    private final InstantSource clock;
    private final Executor executor;
    private final Map<String, Integer> inFlight = new HashMap<>();
    private int total;

    /// @param deadline an action older than this is given up
    /// @param executor runs one attempt a task
    public ActionRelay(
            ActionOutbox outbox,
            Function<Tenant, SnsClient> topics,
            Duration deadline,
            InstantSource clock,
            Executor executor) {
        this.outbox = outbox;
        this.topics = topics;
        this.deadline = deadline;
        this.clock = clock;
        this.executor = executor;
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
        if (free <= 0) {
            return 0;
        }
        // One target may get at most its places: what a claim has beyond them goes back at once.
        var claimed = outbox.claim(now, LEASE, Math.min(free, MAX_IN_FLIGHT_PER_TARGET), busy());
        for (var action : claimed) {
            enter(action.arn());
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

    private synchronized void enter(String arn) {
        inFlight.merge(arn, 1, Integer::sum);
        total++;
    }

    private synchronized void leave(String arn) {
        inFlight.computeIfPresent(arn, (_, count) -> count == 1 ? null : count - 1);
        total--;
    }

    private void attempt(PendingAction action) {
        try {
            var error = publish(action);
            outbox.end(action, error, clock.instant());
        } catch (SdkException failure) {
            retry(action, failure);
        } finally {
            leave(action.arn());
        }
    }

    /// @return why the topic will never take it; null when it did
    private @Nullable String publish(PendingAction action) {
        try {
            topics.apply(action.alarm().tenant())
                    .publish(request ->
                            request.topicArn(action.arn())
                                    .subject(action.subject())
                                    .message(action.message())
                                    .messageStructure("json")
                                    .overrideConfiguration(override ->
                                            override.putHeader(
                                                    MESSAGE_ID, action.id().toString())));
            return null;
        } catch (SnsException refused) {
            if (isTransient(refused)) {
                throw refused;
            }
            return reason(refused);
        }
    }

    private static boolean isTransient(SdkServiceException refused) {
        return refused.statusCode() >= 500
                || refused.statusCode() == 429
                || refused.isThrottlingException();
    }

    private static String reason(SnsException refused) {
        var details = refused.awsErrorDetails();
        return details == null || details.errorMessage() == null
                ? String.valueOf(refused.getMessage())
                : details.errorMessage();
    }

    private void retry(PendingAction action, SdkException failure) {
        var now = clock.instant();
        if (action.changedAt().plus(deadline).isBefore(now)) {
            outbox.end(action, String.valueOf(failure.getMessage()), now);
            return;
        }
        var doublings = Math.min(action.attempts() - 1, MAX_DOUBLINGS);
        outbox.postpone(action, now.plus(FIRST_PAUSE.multipliedBy(1L << doublings)));
    }
}
