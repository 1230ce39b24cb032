package io.pharos.logs.read;

import io.pharos.logs.event.EventId;
import io.pharos.stream.log.LogBatchCodec;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/// Keeps the events nearest to where a page starts, as many as fit, from events in any order: memory
/// stays that of a page however many blocks overlap.
public final class PageCollector {
    /// AWS: what the events of a page come to.
    static final int MAX_BYTES = 1 << 20;

    private final boolean onward;
    private final int limit;
    private final TreeMap<EventId, FoundEvent> events;
    private final TreeMap<EventId, Integer> sizes;
    private long bytes;

    // The nearest event that did not fit: nothing at or beyond it belongs to this page.
    private @Nullable EventId end;

    public PageCollector(boolean onward, int limit) {
        this.onward = onward;
        this.limit = limit;
        Comparator<EventId> order = Comparator.naturalOrder();
        this.events = new TreeMap<>(onward ? order : order.reversed());
        this.sizes = new TreeMap<>(events.comparator());
    }

    /// Whether an event with this id could be part of the page.
    public boolean wants(EventId id) {
        return end == null || isNearer(id, end);
    }

    private boolean isNearer(EventId one, EventId other) {
        return onward ? one.compareTo(other) < 0 : one.compareTo(other) > 0;
    }

    /// Takes an event that is wanted; one it has already changes nothing.
    public void add(FoundEvent event, int messageBytes) {
        var size = messageBytes + LogBatchCodec.EVENT_OVERHEAD;
        if (events.putIfAbsent(event.id(), event) != null) {
            return;
        }
        sizes.put(event.id(), size);
        bytes += size;
        while (events.size() > 1 && (events.size() > limit || bytes > MAX_BYTES)) {
            var farthest = events.lastKey();
            events.remove(farthest);
            var freed = sizes.remove(farthest);
            bytes -= freed == null ? 0 : freed;
            end = farthest;
        }
    }

    /// Whether nothing from this time on, in the page's direction, can be part of it.
    public boolean isClosedAt(long timeMs) {
        return end != null && (onward ? timeMs > end.timestampMs() : timeMs < end.timestampMs());
    }

    /// Everything has been seen.
    public EventPage page() {
        var next = end == null || onward ? end : justAboveOf(end);
        return new EventPage(ascending(), next);
    }

    /// Only what is nearer than `seen` has been seen completely; the rest is for the next page.
    public EventPage pageUntil(EventId seen) {
        if (end != null && isNearer(end, seen)) {
            return page();
        }
        if (onward) {
            events.tailMap(seen, true).clear();
        } else {
            // Boundaries of reading back are exclusive.
            events.tailMap(seen, false).clear();
        }
        return new EventPage(ascending(), seen);
    }

    /// Going back, a boundary is above the first event to be read.
    private static EventId justAboveOf(EventId event) {
        return event.next();
    }

    private List<FoundEvent> ascending() {
        var all = List.copyOf(events.values());
        return onward ? all : all.reversed();
    }
}
