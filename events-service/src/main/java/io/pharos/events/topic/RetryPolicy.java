package io.pharos.events.topic;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How often, and how far apart, a delivery is tried again: listed delays first, then `tailCount`
/// times `tail`. Phases as SNS's delivery policies: at once, at the minimum delay, backing off, at
/// the maximum delay.
public record RetryPolicy(List<Duration> delays, Duration tail, int tailCount) {
    /// SNS's default for HTTP(S): 3 tries more, 20 s apart.
    public static final RetryPolicy HTTP = phases(0, 0, 3, 0, 20, 20, Backoff.LINEAR);

    /// Mail: 2 × 10 s, 10 from 10 s to 10 min, 38 × 10 min: 6 hours.
    public static final RetryPolicy MAIL =
            phases(0, 2, 10, 0, 10, 600, Backoff.EXPONENTIAL).thenAt(600, 38);

    /// AWS-managed endpoints: 3 at once, 2 × 1 s, 10 from 1 s to 20 s, then 20 s apart for 23 days.
    public static final RetryPolicy MANAGED =
            phases(3, 2, 10, 0, 1, 20, Backoff.EXPONENTIAL).thenAt(20, 100_000);

    private static final int MAX_RETRIES = 100;
    private static final int MAX_DELAY_SECONDS = 3600;
    private static final int MAX_TOTAL_SECONDS = 3600;
    private static final Set<String> FIELDS =
            Set.of(
                    "minDelayTarget",
                    "maxDelayTarget",
                    "numRetries",
                    "numMaxDelayRetries",
                    "numNoDelayRetries",
                    "numMinDelayRetries",
                    "backoffFunction");

    public RetryPolicy {
        delays = List.copyOf(delays);
    }

    private enum Backoff {
        LINEAR,
        ARITHMETIC,
        GEOMETRIC,
        EXPONENTIAL;

        /// The delay at `part` (0..1) of the way from `min` to `max`; later functions stay low longer.
        double at(double part, double min, double max) {
            return switch (this) {
                case LINEAR -> min + (max - min) * part;
                case ARITHMETIC -> min + (max - min) * part * (part + 1) / 2;
                case GEOMETRIC -> min * Math.pow(max / min, part);
                case EXPONENTIAL -> min + (max - min) * (Math.pow(2, 10 * part) - 1) / 1023;
            };
        }
    }

    /// How long to wait after the given number of failed attempts; empty when that was the last.
    public Optional<Duration> after(int attempts) {
        if (attempts <= delays.size()) {
            return Optional.of(delays.get(attempts - 1));
        }
        return attempts <= delays.size() + tailCount ? Optional.of(tail) : Optional.empty();
    }

    /// Reads a `healthyRetryPolicy`.
    ///
    /// @throws InvalidPolicyException a field that SNS does not know or a value out of its bounds
    public static RetryPolicy of(JsonNode policy) {
        if (!policy.isObject()) {
            throw new InvalidPolicyException("healthyRetryPolicy must be an object");
        }
        policy.fieldNames()
                .forEachRemaining(name -> {
                    if (!FIELDS.contains(name)) {
                        throw new InvalidPolicyException("Unexpected JSON member: " + name);
                    }
                });
        var retries = number(policy, "numRetries", 0, MAX_RETRIES, 3);
        var min = number(policy, "minDelayTarget", 1, MAX_DELAY_SECONDS, 20);
        var max = number(policy, "maxDelayTarget", 1, MAX_DELAY_SECONDS, 20);
        var atOnce = number(policy, "numNoDelayRetries", 0, MAX_RETRIES, 0);
        var atMin = number(policy, "numMinDelayRetries", 0, MAX_RETRIES, 0);
        var atMax = number(policy, "numMaxDelayRetries", 0, MAX_RETRIES, 0);
        if (max < min) {
            throw new InvalidPolicyException(
                    "maxDelayTarget must be greater than or equal to minDelayTarget");
        }
        var backingOff = retries - atOnce - atMin - atMax;
        if (backingOff < 0) {
            throw new InvalidPolicyException(
                    "numRetries must be greater than or equal to the sum of the other retry counts");
        }
        var made = phases(atOnce, atMin, backingOff, atMax, min, max, backoff(policy));
        if (made.delays.stream().mapToLong(Duration::toSeconds).sum() > MAX_TOTAL_SECONDS) {
            throw new InvalidPolicyException("total delay must not exceed 3600 seconds");
        }
        return made;
    }

    private static Backoff backoff(JsonNode policy) {
        var name = policy.path("backoffFunction");
        if (name.isMissingNode() || name.isNull()) {
            return Backoff.LINEAR;
        }
        return switch (name.asText()) {
            case "linear" -> Backoff.LINEAR;
            case "arithmetic" -> Backoff.ARITHMETIC;
            case "geometric" -> Backoff.GEOMETRIC;
            case "exponential" -> Backoff.EXPONENTIAL;
            default -> throw new InvalidPolicyException("backoffFunction is invalid");
        };
    }

    private static int number(JsonNode policy, String name, int low, int high, int otherwise) {
        var value = policy.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.canConvertToInt()
                || !value.isIntegralNumber()
                || value.intValue() < low
                || value.intValue() > high) {
            throw new InvalidPolicyException(
                    name + " must be between " + low + " and " + high + " (inclusive)");
        }
        return value.intValue();
    }

    private static RetryPolicy phases(
            int atOnce, int atMin, int backingOff, int atMax, int min, int max, Backoff backoff) {
        var delays = new ArrayList<Duration>();
        for (var i = 0; i < atOnce; i++) {
            delays.add(Duration.ZERO);
        }
        for (var i = 0; i < atMin; i++) {
            delays.add(Duration.ofSeconds(min));
        }
        for (var i = 0; i < backingOff; i++) {
            var part = backingOff == 1 ? 0 : (double) i / (backingOff - 1);
            delays.add(Duration.ofMillis(Math.round(1000 * backoff.at(part, min, max))));
        }
        for (var i = 0; i < atMax; i++) {
            delays.add(Duration.ofSeconds(max));
        }
        return new RetryPolicy(delays, Duration.ZERO, 0);
    }

    private RetryPolicy thenAt(int seconds, int times) {
        return new RetryPolicy(delays, Duration.ofSeconds(seconds), times);
    }
}
