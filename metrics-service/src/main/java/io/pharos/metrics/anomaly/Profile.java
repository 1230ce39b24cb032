package io.pharos.metrics.anomaly;

import java.util.Arrays;

/// One season: what each slot of a cycle adds. Slots of an hour in a longer cycle are met at their
/// middle, with straight lines between them; finer ones are steps.
///
/// @param slotS how long a slot is, a divisor of the cycle
record Profile(Cycle cycle, int slotS, float[] slots) {
    private static final int HOUR_S = 3_600;

    /// Out of sample, the mean residual must shrink at least so much.
    private static final double WORTH = 0.99;

    /// A slot stands out of its neighbours by so many standard errors of its median.
    private static final double SIGNIFICANT = 3;

    /// The standard error of a median, in those of a mean.
    private static final double MEDIAN_ERROR = 1.2533;

    double at(long localS, int periodS) {
        var within = Math.floorMod(localS, cycle.seconds());
        if (!isSmooth()) {
            return slots[within / slotS];
        }
        var position = (within + periodS / 2.0) / slotS - 0.5;
        var before = Math.floor(position);
        var share = position - before;
        var i = Math.floorMod((int) before, slots.length);
        return slots[i] * (1 - share) + slots[(i + 1) % slots.length] * share;
    }

    private boolean isSmooth() {
        return slotS == HOUR_S && cycle != Cycle.HOUR;
    }

    /// The medians of the slots. Each is drawn towards its neighbours unless it stands out of them more
    /// than chance explains, so that a job of a few minutes stays visible and noise does not.
    static Profile fit(Cycle cycle, int slotS, long[] localS, double[] values, int count) {
        var slots = cycle.seconds() / slotS;
        var starts = new int[slots + 1];
        for (var i = 0; i < count; i++) {
            starts[slot(localS[i], cycle, slotS) + 1]++;
        }
        for (var i = 0; i < slots; i++) {
            starts[i + 1] += starts[i];
        }
        var next = Arrays.copyOf(starts, slots);
        var grouped = new double[count];
        for (var i = 0; i < count; i++) {
            grouped[next[slot(localS[i], cycle, slotS)]++] = values[i];
        }
        var medians = new double[slots];
        var sizes = new int[slots];
        for (var i = 0; i < slots; i++) {
            sizes[i] = starts[i + 1] - starts[i];
            var group = Arrays.copyOfRange(grouped, starts[i], starts[i + 1]);
            medians[i] = Robust.median(group, sizes[i]);
        }
        fillGaps(medians);
        var noise = noise(localS, values, count, cycle, slotS, medians);
        return new Profile(cycle, slotS, smooth(medians, sizes, noise));
    }

    private static int slot(long localS, Cycle cycle, int slotS) {
        return Math.floorMod(localS, cycle.seconds()) / slotS;
    }

    private static double noise(
            long[] localS, double[] values, int count, Cycle cycle, int slotS, double[] medians) {
        var distances = new double[count];
        for (var i = 0; i < count; i++) {
            distances[i] = Math.abs(values[i] - medians[slot(localS[i], cycle, slotS)]);
        }
        return 1.4826 * Robust.median(distances, count);
    }

    /// Slots without values are as the last one before them.
    private static void fillGaps(double[] medians) {
        var last = Double.NaN;
        for (var turn = 0; turn < 2; turn++) {
            for (var i = 0; i < medians.length; i++) {
                if (Double.isNaN(medians[i])) {
                    medians[i] = last;
                }
                last = medians[i];
            }
        }
        for (var i = 0; i < medians.length; i++) {
            medians[i] = Double.isNaN(medians[i]) ? 0 : medians[i];
        }
    }

    private static float[] smooth(double[] medians, int[] sizes, double noise) {
        var slots = medians.length;
        var middle = new double[slots];
        var window = new double[5];
        for (var i = 0; i < slots; i++) {
            for (var j = 0; j < window.length; j++) {
                window[j] = medians[Math.floorMod(i + j - 2, slots)];
            }
            middle[i] = Robust.median(window, window.length);
        }
        var smooth = new float[slots];
        for (var i = 0; i < slots; i++) {
            var drawn =
                    (middle[Math.floorMod(i - 1, slots)] + middle[i] + middle[(i + 1) % slots]) / 3;
            var error = MEDIAN_ERROR * noise / Math.sqrt(Math.max(1, sizes[i]));
            var standsOut = Math.abs(medians[i] - drawn) > SIGNIFICANT * error;
            smooth[i] = (float) (standsOut ? medians[i] : drawn);
        }
        return smooth;
    }

    /// Whether what one half of the cycles teaches explains the other half.
    static boolean isWorth(Cycle cycle, int slotS, int periodS, long[] localS, double[] values) {
        var before = 0.0;
        var after = 0.0;
        for (var half = 0; half < 2; half++) {
            var times = new long[2][values.length];
            var parts = new double[2][values.length];
            var sizes = new int[2];
            for (var i = 0; i < values.length; i++) {
                var of = Math.floorDiv(localS[i], (long) cycle.seconds()) % 2 == half ? 0 : 1;
                times[of][sizes[of]] = localS[i];
                parts[of][sizes[of]++] = values[i];
            }
            if (sizes[0] == 0 || sizes[1] == 0) {
                return false;
            }
            var learnt = fit(cycle, slotS, times[0], parts[0], sizes[0]);
            before += Robust.meanSize(parts[1], sizes[1]);
            learnt.takeOff(times[1], parts[1], sizes[1], periodS);
            after += Robust.meanSize(parts[1], sizes[1]);
        }
        return after < WORTH * before;
    }

    void takeOff(long[] localS, double[] values, int count, int periodS) {
        for (var i = 0; i < count; i++) {
            values[i] -= at(localS[i], periodS);
        }
    }
}
