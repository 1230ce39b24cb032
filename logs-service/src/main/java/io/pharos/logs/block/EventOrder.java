package io.pharos.logs.block;

import java.util.Arrays;

/// The events of a table in the order of their [ids][io.pharos.logs.event.EventId]. They come in runs
/// that are sorted already, a batch each: these are merged two by two. Stable.
final class EventOrder {
    private final long[] timestamps;
    private final EventTable.Ids ids;

    private EventOrder(EventTable events) {
        timestamps = events.timestamps();
        ids = events.ids();
    }

    static int[] of(EventTable events) {
        return new EventOrder(events).sorted();
    }

    private int[] sorted() {
        var count = timestamps.length;
        var order = new int[count];
        Arrays.setAll(order, event -> event);
        var runs = runs(count);
        var from = order;
        var to = new int[count];
        while (runs.length > 2) {
            var merged = new int[runs.length / 2 + 1];
            for (var run = 0; run + 1 < runs.length; run += 2) {
                var end = runs[Math.min(run + 2, runs.length - 1)];
                merge(from, runs[run], runs[run + 1], end, to);
                merged[run / 2 + 1] = end;
            }
            runs = merged;
            var free = from;
            from = to;
            to = free;
        }
        return from;
    }

    /// Where runs start, and the end.
    private int[] runs(int count) {
        var starts = new int[16];
        var runs = 0;
        for (var event = 1; event < count; event++) {
            if (compare(event - 1, event) > 0) {
                if (runs + 2 >= starts.length) {
                    starts = Arrays.copyOf(starts, starts.length * 2);
                }
                starts[++runs] = event;
            }
        }
        starts[runs + 1] = count;
        return Arrays.copyOf(starts, runs + 2);
    }

    private void merge(int[] from, int left, int middle, int end, int[] to) {
        // Runs mostly follow each other.
        if (middle == end || compare(from[middle - 1], from[middle]) <= 0) {
            System.arraycopy(from, left, to, left, end - left);
            return;
        }
        var one = left;
        var other = middle;
        for (var i = left; i < end; i++) {
            if (other == end || one < middle && compare(from[one], from[other]) <= 0) {
                to[i] = from[one++];
            } else {
                to[i] = from[other++];
            }
        }
    }

    private int compare(int one, int other) {
        if (timestamps[one] != timestamps[other]) {
            return Long.compare(timestamps[one], timestamps[other]);
        }
        if (ids.ingestions()[one] != ids.ingestions()[other]) {
            return Long.compareUnsigned(ids.ingestions()[one], ids.ingestions()[other]);
        }
        if (ids.batches()[one] != ids.batches()[other]) {
            return Long.compareUnsigned(ids.batches()[one], ids.batches()[other]);
        }
        return Integer.compare(ids.indexes()[one], ids.indexes()[other]);
    }
}
