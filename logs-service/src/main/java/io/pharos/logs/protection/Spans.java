package io.pharos.logs.protection;

import java.util.Arrays;

/// Parts of a text, by the places of their bytes. Used by one thread, again and again.
final class Spans {
    /// AWS tells of no bound; more in one event is one span from the last of them to its end.
    static final int MAX = 10_000;

    private int[] starts = new int[8];
    private int[] ends = new int[8];
    private int count;

    void clear() {
        count = 0;
    }

    void add(int start, int end) {
        if (count == MAX) {
            ends[MAX - 1] = Math.max(ends[MAX - 1], end);
            return;
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
        }
        starts[count] = start;
        ends[count] = end;
        count++;
    }

    void addAll(Spans others) {
        for (var i = 0; i < others.count; i++) {
            add(others.starts[i], others.ends[i]);
        }
    }

    int count() {
        return count;
    }

    int start(int span) {
        return starts[span];
    }

    int end(int span) {
        return ends[span];
    }

    /// In order, those that touch or overlap joined.
    void join() {
        if (count < 2) {
            return;
        }
        var keys = new long[count];
        for (var i = 0; i < count; i++) {
            keys[i] = (long) starts[i] << 32 | ends[i];
        }
        Arrays.sort(keys);
        var joined = 0;
        for (var key : keys) {
            var start = (int) (key >>> 32);
            var end = (int) key;
            if (joined > 0 && start < ends[joined - 1]) {
                ends[joined - 1] = Math.max(ends[joined - 1], end);
            } else {
                starts[joined] = start;
                ends[joined] = end;
                joined++;
            }
        }
        count = joined;
    }
}
