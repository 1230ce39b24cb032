package io.pharos.metrics.promql;

/// The steps of an evaluation: `count` of them; one for an instant query.
public record Grid(long startMs, long stepMs, int count) {
    public long at(int step) {
        return startMs + step * stepMs;
    }

    long lastMs() {
        return at(count - 1);
    }
}
