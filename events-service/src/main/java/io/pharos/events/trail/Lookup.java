package io.pharos.events.trail;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
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

    /// @param key AWS's name: `EventName`, `Username` …
    public record Attribute(String key, String value) {}

    /// Where a page ends.
    public record Position(Instant at, String eventId) {
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
