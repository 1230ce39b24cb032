package io.pharos.stream.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.stream.log.PutLogEventsRules.Verdict.Admitted;
import io.pharos.stream.log.PutLogEventsRules.Verdict.Refused;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;

class PutLogEventsRulesTest {
    private static final long NOW = Instant.parse("2026-01-15T12:00:00Z").toEpochMilli();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    @Test
    void checksTheShapeFirst() {
        shape("g", "s", events(NOW), null);
        shape("a/b_c-d.e#F9", "any [thing] €", events(0), null);
        shape(
                "g",
                "a:b",
                events(NOW),
                "1 validation error detected: Value 'a:b' at 'logStreamName' failed to satisfy"
                        + " constraint: Member must satisfy regular expression pattern: [^:*]*");
        shape(
                null,
                "s",
                events(-1),
                "2 validation errors detected: Value null at 'logGroupName' failed to satisfy"
                        + " constraint: Member must not be null; Value '-1' at"
                        + " 'logEvents.1.member.timestamp' failed to satisfy constraint: Member must"
                        + " have value greater than or equal to 0");
        shape(
                "a b",
                "s",
                events(),
                "2 validation errors detected: Value 'a b' at 'logGroupName' failed to satisfy"
                        + " constraint: Member must satisfy regular expression pattern:"
                        + " [\\.\\-_/#A-Za-z0-9]+; Value at 'logEvents' failed to satisfy constraint:"
                        + " Member must have length greater than or equal to 1");
        shape(
                "g",
                "s",
                new PackedEvents.Builder().add(1, "x").add(1, "").build(),
                "1 validation error detected: Value '' at 'logEvents.2.member.message' failed to"
                        + " satisfy constraint: Member must have length greater than or equal to 1");
        assertThat(PutLogEventsRules.missing(0, "message"))
                .isEqualTo(
                        "1 validation error detected: Value null at 'logEvents.1.member.message'"
                                + " failed to satisfy constraint: Member must not be null");
    }

    @Test
    void countsEvents() {
        shape("g", "s", repeated(10_000, 1), null);
        shape(
                "g",
                "s",
                repeated(10_001, 1),
                "1 validation error detected: Value at 'logEvents' failed to satisfy constraint:"
                        + " Member must have length less than or equal to 10000");
    }

    @Test
    void namesEndAt512() {
        shape("g".repeat(512), "s".repeat(512), events(NOW), null);
        var name = "g".repeat(513);
        shape(
                name,
                "s",
                events(NOW),
                "1 validation error detected: Value '"
                        + name
                        + "' at 'logGroupName' failed to satisfy constraint: Member must have length"
                        + " less than or equal to 512");
    }

    @Test
    void admitsWhatIsInOrder() {
        admits(events(NOW), null, 0, 1);
        admits(events(NOW - DAY, NOW - DAY, NOW), null, 0, 3);
        refuses(
                events(NOW, NOW - 1),
                "Log events in a single PutLogEvents request must be in chronological order.");
        refuses(
                events(NOW - 15 * DAY, NOW - 16 * DAY),
                "Log events in a single PutLogEvents request must be in chronological order.");
    }

    @Test
    void addsTwentySixBytesToEachEvent() {
        admits(repeated(1, 1_048_576 - 26), null, 0, 1);
        refuses(
                repeated(1, 1_048_576 - 25),
                "Upload too large: 1048577 bytes exceeds limit of 1048576");
        admits(repeated(1024, 1024 - 26), null, 0, 1024);
        refuses(
                repeated(1025, 1024 - 26),
                "Upload too large: 1049600 bytes exceeds limit of 1048576");
    }

    @Test
    void spansADayAtMost() {
        refuses(
                events(NOW - DAY - 1, NOW),
                "The batch of log events in a single PutLogEvents request cannot span more than 24"
                        + " hours.");
    }

    @Test
    void skipsByAge() {
        var example = events(NOW - 15 * DAY, NOW, NOW + 3 * HOUR);
        expect(example, null, new Admitted(1, 2, index(2), index(1), none()));
        expect(events(NOW + 2 * HOUR), null, new Admitted(0, 1, none(), none(), none()));
        expect(events(NOW + 2 * HOUR + 1), null, new Admitted(0, 0, index(0), none(), none()));
        expect(events(NOW - 14 * DAY), null, new Admitted(0, 1, none(), none(), none()));
        expect(events(NOW - 14 * DAY - 1), null, new Admitted(1, 1, none(), index(1), none()));
        // The group's retention counts only where it is shorter.
        expect(events(NOW - 15 * DAY), 30, new Admitted(1, 1, none(), index(1), none()));
        expect(events(NOW - DAY - 1, NOW), 1, new Admitted(1, 2, none(), none(), index(1)));
        expect(events(NOW - DAY, NOW), 1, new Admitted(0, 2, none(), none(), none()));
        expect(
                events(NOW - 15 * DAY, NOW - 3 * DAY, NOW, NOW + 3 * HOUR),
                1,
                new Admitted(2, 3, index(3), index(1), index(2)));
    }

    private static void shape(
            @Nullable String group,
            @Nullable String stream,
            PackedEvents events,
            @Nullable String message) {
        assertThat(PutLogEventsRules.shape(group, stream, events).orElse(null)).isEqualTo(message);
    }

    private static void expect(PackedEvents events, @Nullable Integer retention, Admitted verdict) {
        assertThat(PutLogEventsRules.admit(events, retention, NOW)).isEqualTo(verdict);
    }

    private static void admits(PackedEvents events, @Nullable Integer retention, int from, int to) {
        expect(events, retention, new Admitted(from, to, none(), none(), none()));
    }

    private static void refuses(PackedEvents events, String message) {
        assertThat(PutLogEventsRules.admit(events, null, NOW)).isEqualTo(new Refused(message));
    }

    private static OptionalInt index(int index) {
        return OptionalInt.of(index);
    }

    private static OptionalInt none() {
        return OptionalInt.empty();
    }

    private static PackedEvents events(long... timestamps) {
        var events = new PackedEvents.Builder();
        for (var timestamp : timestamps) {
            events.add(timestamp, "message");
        }
        return events.build();
    }

    private static PackedEvents repeated(int count, int length) {
        var events = new PackedEvents.Builder();
        for (var i = 0; i < count; i++) {
            events.add(NOW, "m".repeat(length));
        }
        return events.build();
    }
}
