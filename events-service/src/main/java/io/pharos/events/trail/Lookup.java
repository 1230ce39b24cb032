package io.pharos.events.trail;

import io.pharos.stream.ApiRecord;
import io.pharos.stream.ApiRecordOrBuilder;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What LookupEvents looks for: at most one attribute, a time range, newest first.
///
/// @param attribute null for every record
/// @param before what a page before ended with; null for the first page
public record Lookup(
        @Nullable Attribute attribute,
        Instant from,
        Instant to,
        @Nullable Position before,
        int limit) {
    public static final int MAX_RESULTS = 50;

    /// The order of answers.
    public static final Comparator<ApiRecord> NEWEST_FIRST =
            Comparator.comparing((ApiRecord record) -> Position.of(record), Position.OLDEST_FIRST)
                    .reversed();

    /// Whether a record is one of those looked for.
    public boolean takes(ApiRecordOrBuilder record) {
        var at = Instant.ofEpochMilli(record.getTimeMs());
        return !at.isBefore(from)
                && at.isBefore(to)
                && (attribute == null || attribute.isOf(record))
                && (before == null || before.isAfter(at, record.getEventId()));
    }

    /// @param key AWS's name: `EventName`, `Username` …
    public record Attribute(String key, String value) {
        /// Those of a record, but for its id.
        public static List<Attribute> of(ApiRecordOrBuilder record) {
            var all = new ArrayList<Attribute>();
            all.add(new Attribute("EventName", record.getEventName()));
            all.add(new Attribute("ReadOnly", String.valueOf(record.getReadOnly())));
            all.add(new Attribute("Username", record.getUserName()));
            all.add(new Attribute("EventSource", record.getEventSource()));
            all.add(new Attribute("AccessKeyId", record.getAccessKeyId()));
            for (var resource : record.getResourcesList()) {
                all.add(new Attribute("ResourceType", resource.getType()));
                all.add(new Attribute("ResourceName", resource.getName()));
            }
            return all;
        }

        boolean isOf(ApiRecordOrBuilder record) {
            return isId() ? record.getEventId().equals(value) : of(record).contains(this);
        }

        public boolean isId() {
            return key.equals("EventId");
        }

        /// What blocks are found by.
        public String term() {
            return key + ":" + value;
        }
    }

    /// Where a page ends.
    public record Position(Instant at, String eventId) {
        private static final Comparator<Position> OLDEST_FIRST =
                Comparator.comparing(Position::at).thenComparing(Position::eventId);

        public static Position of(ApiRecordOrBuilder record) {
            return new Position(Instant.ofEpochMilli(record.getTimeMs()), record.getEventId());
        }

        boolean isAfter(Instant otherAt, String otherId) {
            return OLDEST_FIRST.compare(this, new Position(otherAt, otherId)) > 0;
        }

        /// A token that only works for the same question.
        public String token(@Nullable Attribute attribute) {
            var text = at.getEpochSecond() + "|" + at.getNano() + "|" + eventId + "|" + attribute;
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        /// Empty when the token was not given for this question.
        public static Optional<Position> of(String token, @Nullable Attribute attribute) {
            try {
                var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
                var parts = text.split("\\|", 4);
                if (parts.length < 4 || !parts[3].equals(String.valueOf(attribute))) {
                    return Optional.empty();
                }
                var at = Instant.ofEpochSecond(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
                return Optional.of(new Position(at, parts[2]));
            } catch (IllegalArgumentException foreign) {
                return Optional.empty();
            }
        }
    }
}
