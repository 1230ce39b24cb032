package io.pharos.logs.read;

import io.pharos.logs.event.EventId;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Predicate;

/// A page of the events of a group.
///
/// @param fromMs inclusive
/// @param untilMs inclusive
/// @param onward oldest first from `boundary`; else newest first back from it
/// @param boundary onward: events at or above it; back: events below it
/// @param streamIds the streams wanted, when they are few enough to know; else null
/// @param stream which stream names are wanted
/// @param message which messages are wanted
/// @param terms texts that every wanted message has: blocks without them are skipped
/// @param limit events in a page
/// @param view how messages are shown; wanted ones are told by what is shown
public record EventQuery(
        long groupId,
        long fromMs,
        long untilMs,
        boolean onward,
        EventId boundary,
        @Nullable Collection<Long> streamIds,
        Predicate<String> stream,
        Predicate<String> message,
        Collection<byte[]> terms,
        int limit,
        MessageView view) {
    /// Of messages that are shown as they came.
    public EventQuery(
            long groupId,
            long fromMs,
            long untilMs,
            boolean onward,
            EventId boundary,
            @Nullable Collection<Long> streamIds,
            Predicate<String> stream,
            Predicate<String> message,
            Collection<byte[]> terms,
            int limit) {
        this(
                groupId,
                fromMs,
                untilMs,
                onward,
                boundary,
                streamIds,
                stream,
                message,
                terms,
                limit,
                MessageView.PLAIN);
    }

    /// How a message is shown.
    @FunctionalInterface
    public interface MessageView {
        /// As it came.
        MessageView PLAIN =
                (text, start, length, _) -> new String(text, start, length, StandardCharsets.UTF_8);

        String shown(byte[] text, int start, int length, long receivedMs);
    }

    /// Whether an event with this id is in the wanted range.
    public boolean covers(EventId id) {
        var order = id.compareTo(boundary);
        return id.timestampMs() >= fromMs
                && id.timestampMs() <= untilMs
                && (onward ? order >= 0 : order < 0);
    }

    /// The times of blocks that can have such events.
    public long firstMs() {
        return onward ? Math.max(fromMs, boundary.timestampMs()) : fromMs;
    }

    public long lastMs() {
        return onward ? untilMs : Math.min(untilMs, boundary.timestampMs());
    }
}
