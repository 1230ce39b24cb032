package io.pharos.metrics.math;

/// The periods of a window: `count` of them from `startS` on, each `periodS` seconds long.
public record Slots(long startS, int periodS, long count) {
    /// Where nothing is known but the period.
    public static Slots empty(int periodS) {
        return new Slots(0, periodS, 0);
    }

    Slots finer(Slots other) {
        return other.periodS < periodS ? other : this;
    }

    long[] times() {
        var times = new long[Math.toIntExact(count)];
        for (var i = 0; i < times.length; i++) {
            times[i] = startS + (long) i * periodS;
        }
        return times;
    }
}
