package io.pharos.stream.log;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// AWS's checks of PutLogEvents, in AWS's order: [#shape] before anything is looked up, then whether
/// group and stream exist (the caller's), then [#admit]. Texts are for `InvalidParameterException`.
public final class PutLogEventsRules {
    /// What the name of a log group and of a log stream must match, as AWS prints it.
    public static final String GROUP_NAME = "[\\.\\-_/#A-Za-z0-9]+";

    public static final String STREAM_NAME = "[^:*]*";
    public static final int MAX_NAME = 512;

    private static final Pattern GROUP = Pattern.compile(GROUP_NAME);
    private static final Pattern STREAM = Pattern.compile(STREAM_NAME, Pattern.DOTALL);
    private static final long MOST_AHEAD_MS = Duration.ofHours(2).toMillis();
    private static final long MOST_BEHIND_MS = Duration.ofDays(14).toMillis();
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final int MAX_REPORTED = 10;

    private PutLogEventsRules() {}

    /// What becomes of a batch that has the right shape.
    public sealed interface Verdict {
        /// Nothing is stored.
        record Refused(String message) implements Verdict {}

        /// Events `from` (inclusive) to `to` (exclusive) are stored, possibly none. The rest is
        /// reported in `rejectedLogEventsInfo` by those indexes that are present.
        record Admitted(
                int from,
                int to,
                OptionalInt tooNewLogEventStartIndex,
                OptionalInt tooOldLogEventEndIndex,
                OptionalInt expiredLogEventEndIndex)
                implements Verdict {
            public boolean isEmpty() {
                return from >= to;
            }

            public boolean rejectedAny() {
                return tooNewLogEventStartIndex.isPresent()
                        || tooOldLogEventEndIndex.isPresent()
                        || expiredLogEventEndIndex.isPresent();
            }
        }
    }

    /// Constraint violations of the request's members, as AWS words them; empty when there are none.
    public static Optional<String> shape(
            @Nullable String logGroupName, @Nullable String logStreamName, PackedEvents events) {
        var violations = new ArrayList<String>();
        name(violations, "logGroupName", logGroupName, GROUP, GROUP_NAME);
        name(violations, "logStreamName", logStreamName, STREAM, STREAM_NAME);
        if (events.count() == 0) {
            violations.add(list("Member must have length greater than or equal to 1"));
        } else if (events.count() > LogBatchCodec.MAX_EVENTS) {
            violations.add(
                    list(
                            "Member must have length less than or equal to "
                                    + LogBatchCodec.MAX_EVENTS));
        } else {
            events(violations, events);
        }
        return violations.isEmpty() ? Optional.empty() : Optional.of(detected(violations));
    }

    /// The text for an event without its `timestamp` or `message`.
    ///
    /// @param index from 0
    public static String missing(int index, String member) {
        return detected(List.of(violation("null", path(index, member), "Member must not be null")));
    }

    /// Order, sizes, ages and span.
    ///
    /// @param retentionDays of the group; null when its events never expire
    /// @param nowMs when the request was received
    public static Verdict admit(PackedEvents events, @Nullable Integer retentionDays, long nowMs) {
        for (var event = 1; event < events.count(); event++) {
            if (events.timestampMs(event) < events.timestampMs(event - 1)) {
                return new Verdict.Refused(
                        "Log events in a single PutLogEvents request must be in chronological order.");
            }
        }
        var tooLarge = tooLarge(events);
        if (tooLarge.isPresent()) {
            return new Verdict.Refused(tooLarge.get());
        }
        var tooOld = firstNotBefore(events, nowMs - MOST_BEHIND_MS);
        // AWS: expiry is reported only where the retention is shorter than the two weeks.
        var expired =
                retentionDays == null || retentionDays * DAY_MS >= MOST_BEHIND_MS
                        ? 0
                        : firstNotBefore(events, nowMs - retentionDays * DAY_MS);
        var tooNew = firstNotBefore(events, nowMs + MOST_AHEAD_MS + 1);
        var from = Math.max(tooOld, expired);
        if (from < tooNew && events.timestampMs(tooNew - 1) - events.timestampMs(from) > DAY_MS) {
            return new Verdict.Refused(
                    "The batch of log events in a single PutLogEvents request cannot span more than 24"
                            + " hours.");
        }
        return new Verdict.Admitted(
                Math.min(from, tooNew),
                tooNew,
                tooNew < events.count() ? OptionalInt.of(tooNew) : OptionalInt.empty(),
                endIndex(tooOld),
                endIndex(expired));
    }

    private static OptionalInt endIndex(int end) {
        return end > 0 ? OptionalInt.of(end) : OptionalInt.empty();
    }

    /// The limits of an event and of a batch are the same number, so AWS's check of single events
    /// (`Log event too large`) is never reached behind this one.
    private static Optional<String> tooLarge(PackedEvents events) {
        var total = 0L;
        for (var event = 0; event < events.count(); event++) {
            total += events.messageLength(event) + LogBatchCodec.EVENT_OVERHEAD;
        }
        return total <= LogBatchCodec.MAX_BATCH_BYTES
                ? Optional.empty()
                : Optional.of(
                        "Upload too large: "
                                + total
                                + " bytes exceeds limit of "
                                + LogBatchCodec.MAX_BATCH_BYTES);
    }

    /// In ascending timestamps: the index of the first that is at or after `time`.
    private static int firstNotBefore(PackedEvents events, long time) {
        var low = 0;
        var high = events.count();
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (events.timestampMs(middle) < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static void name(
            List<String> violations,
            String member,
            @Nullable String name,
            Pattern pattern,
            String printed) {
        if (name == null) {
            violations.add(violation("null", member, "Member must not be null"));
            return;
        }
        if (name.isEmpty()) {
            violations.add(
                    violation("''", member, "Member must have length greater than or equal to 1"));
        }
        if (name.length() > MAX_NAME) {
            violations.add(
                    violation(
                            "'" + name + "'",
                            member,
                            "Member must have length less than or equal to " + MAX_NAME));
        }
        if (!pattern.matcher(name).matches()) {
            violations.add(
                    violation(
                            "'" + name + "'",
                            member,
                            "Member must satisfy regular expression pattern: " + printed));
        }
    }

    private static void events(List<String> violations, PackedEvents events) {
        for (var event = 0; event < events.count() && violations.size() < MAX_REPORTED; event++) {
            if (events.timestampMs(event) < 0) {
                violations.add(
                        violation(
                                "'" + events.timestampMs(event) + "'",
                                path(event, "timestamp"),
                                "Member must have value greater than or equal to 0"));
            }
            if (events.messageLength(event) == 0) {
                violations.add(
                        violation(
                                "''",
                                path(event, "message"),
                                "Member must have length greater than or equal to 1"));
            }
        }
    }

    private static String path(int event, String member) {
        return "logEvents." + (event + 1) + ".member." + member;
    }

    private static String list(String constraint) {
        return "Value at 'logEvents' failed to satisfy constraint: " + constraint;
    }

    private static String violation(String value, String member, String constraint) {
        return "Value "
                + value
                + " at '"
                + member
                + "' failed to satisfy constraint: "
                + constraint;
    }

    private static String detected(List<String> violations) {
        return violations.size()
                + (violations.size() == 1 ? " validation error" : " validation errors")
                + " detected: "
                + String.join("; ", violations);
    }
}
