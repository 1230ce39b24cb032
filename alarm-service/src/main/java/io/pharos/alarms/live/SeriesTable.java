package io.pharos.alarms.live;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/// Series by their hash; several may share one. Open addresses, so that asking for a series that nobody
/// follows, as most roll-ups do, touches one place and makes nothing.
final class SeriesTable {
    private static final int INITIAL = 16;

    private @Nullable LiveSeries[] series = new LiveSeries[INITIAL];
    private long[] hashes = new long[INITIAL];
    private int size;

    /// The place of a series with this hash; -1 when there is none.
    int first(long hash) {
        return from(home(hash), hash);
    }

    /// The place of another one behind it; -1 when there is none.
    int next(int place, long hash) {
        return from(place + 1 & series.length - 1, hash);
    }

    private int from(int place, long hash) {
        for (var at = place; series[at] != null; at = at + 1 & series.length - 1) {
            if (hashes[at] == hash) {
                return at;
            }
        }
        return -1;
    }

    /// @param place as told by [#first] or [#next], nothing changed since
    LiveSeries at(int place) {
        var one = series[place];
        if (one == null) {
            throw new IllegalArgumentException("nothing at " + place);
        }
        return one;
    }

    void add(LiveSeries one) {
        if ((size + 1) * 2 > series.length) {
            grow();
        }
        put(one, one.hash());
        size++;
    }

    private void put(LiveSeries one, long hash) {
        var at = home(hash);
        while (series[at] != null) {
            at = at + 1 & series.length - 1;
        }
        series[at] = one;
        hashes[at] = hash;
    }

    private void grow() {
        var all = series;
        series = new LiveSeries[all.length * 2];
        hashes = new long[series.length];
        for (var one : all) {
            if (one != null) {
                put(one, one.hash());
            }
        }
    }

    void remove(LiveSeries one) {
        var at = first(one.hash());
        while (at >= 0 && series[at] != one) {
            at = next(at, one.hash());
        }
        if (at < 0) {
            return;
        }
        series[at] = null;
        size--;
        // What stood behind it, because its own place was taken, moves up.
        for (var i = at + 1 & series.length - 1; ; i = i + 1 & series.length - 1) {
            var moved = series[i];
            if (moved == null) {
                return;
            }
            series[i] = null;
            put(moved, hashes[i]);
        }
    }

    void forEach(Consumer<LiveSeries> consumer) {
        for (var one : series) {
            if (one != null) {
                consumer.accept(one);
            }
        }
    }

    private int home(long hash) {
        // The lower bits chose the partition.
        return (int) (hash * 0x9E3779B97F4A7C15L >>> 32) & series.length - 1;
    }
}
