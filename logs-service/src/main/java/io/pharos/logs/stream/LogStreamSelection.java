package io.pharos.logs.stream;

import org.jspecify.annotations.Nullable;

/// Which streams of a group a listing wants, and in which order.
///
/// @param prefix null for all; only when ordered by name
/// @param after the last stream of the page before; null for the first page
public record LogStreamSelection(
        @Nullable String prefix,
        boolean byLastEventTime,
        boolean descending,
        @Nullable Position after) {

    /// A stream's place in either order.
    ///
    /// @param lastEventMs 0 for a stream without events
    public record Position(long lastEventMs, String name) {
        public static Position of(LogStream stream) {
            var written = stream.written();
            return new Position(written == null ? 0 : written.lastEventMs(), stream.name());
        }

        /// @throws NumberFormatException when it is not what [#toString()] writes
        public static Position parse(String text) {
            var separator = Math.max(0, text.indexOf('/'));
            return new Position(
                    Long.parseLong(text.substring(0, separator)), text.substring(separator + 1));
        }

        @Override
        public String toString() {
            return lastEventMs + "/" + name;
        }
    }
}
