package io.pharos.metrics.promql;

/// The samples of a series in a window of time that moves forward: open on the left, closed on the
/// right. For one thread.
final class Window {
    private final long[] timesMs;
    private final double[] values;
    private final long rangeMs;
    private final boolean deltas;
    private int from;
    private int to;
    private long endMs;

    /// @param deltas whether each sample is of its own time alone
    Window(long[] timesMs, double[] values, long rangeMs, boolean deltas) {
        this.deltas = deltas;
        this.timesMs = timesMs;
        this.values = values;
        this.rangeMs = rangeMs;
    }

    /// @param newEndMs not before the last
    void moveTo(long newEndMs) {
        endMs = newEndMs;
        while (to < timesMs.length && timesMs[to] <= endMs) {
            to++;
        }
        while (from < to && timesMs[from] <= endMs - rangeMs) {
            from++;
        }
    }

    int size() {
        return to - from;
    }

    boolean hasDeltas() {
        return deltas;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    double[] all() {
        return values;
    }

    long endMs() {
        return endMs;
    }

    long startMs() {
        return endMs - rangeMs;
    }

    double rangeS() {
        return rangeMs / 1_000.0;
    }

    double value(int i) {
        return values[from + i];
    }

    long timeMs(int i) {
        return timesMs[from + i];
    }
}
