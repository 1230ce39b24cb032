package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;
import io.pharos.metric.Histogram;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// `pct` and `median` by nearest rank: exact for as many numbers as are kept, from then on by
/// logarithmic bins, so within 5 percent of the value.
final class Percentile implements Aggregate.State {
    /// Numbers of one group that are kept as they are.
    static final int EXACT = 4_096;

    private static final double BASE = 1.1;

    private final Eval of;
    private final double percent;
    private double[] numbers = new double[8];
    private int count;

    // Instead of the numbers, once they are too many.
    private @Nullable Histogram above;
    private @Nullable Histogram below;

    Percentile(Eval of, double percent) {
        this.of = of;
        this.percent = percent;
    }

    @Override
    public void add(Row row, Memory memory) {
        var number = of.number(row);
        if (Double.isFinite(number)) {
            take(number, memory);
        }
    }

    private void take(double number, Memory memory) {
        var positive = above;
        var negative = below;
        if (positive != null && negative != null) {
            bin(number, positive, negative);
            return;
        }
        if (count == EXACT) {
            toBins(memory);
            take(number, memory);
            return;
        }
        if (count == numbers.length) {
            memory.take(8L * numbers.length);
            numbers = Arrays.copyOf(numbers, 2 * numbers.length);
        }
        numbers[count++] = number;
    }

    private static void bin(double number, Histogram above, Histogram below) {
        if (number >= 0) {
            above.add(number, 1);
        } else {
            below.add(-number, 1);
        }
    }

    private void toBins(Memory memory) {
        memory.take(8L * EXACT); // about what bins come to
        var positive = new Histogram();
        var negative = new Histogram();
        for (var i = 0; i < count; i++) {
            bin(numbers[i], positive, negative);
        }
        above = positive;
        below = negative;
        numbers = new double[0];
        count = 0;
    }

    @Override
    public void merge(Aggregate.State other, Memory memory) {
        var that = (Percentile) other;
        var theirAbove = that.above;
        var theirBelow = that.below;
        if (theirAbove != null && theirBelow != null) {
            if (above == null) {
                toBins(memory);
            }
            if (above != null && below != null) {
                above.merge(theirAbove);
                below.merge(theirBelow);
            }
        }
        for (var i = 0; i < that.count; i++) {
            take(that.numbers[i], memory);
        }
    }

    @Override
    public @Nullable Object result() {
        var positive = above;
        var negative = below;
        if (positive != null && negative != null) {
            return binned(positive, negative);
        }
        if (count == 0) {
            return null;
        }
        var sorted = Arrays.copyOf(numbers, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.clamp(Math.ceil(percent / 100 * count) - 1, 0, count - 1)];
    }

    private double binned(Histogram positive, Histogram negative) {
        var total = positive.totalWeight() + negative.totalWeight();
        var rank = Math.max(1, Math.ceil(percent / 100 * total));
        var seen = 0.0;
        for (var i = negative.binCount() - 1; i >= 0; i--) {
            seen += negative.weight(i);
            if (seen >= rank) {
                return -middle(negative.bin(i));
            }
        }
        seen += negative.zeroWeight() + positive.zeroWeight();
        if (seen >= rank) {
            return 0;
        }
        for (var i = 0; i < positive.binCount(); i++) {
            seen += positive.weight(i);
            if (seen >= rank) {
                return middle(positive.bin(i));
            }
        }
        return 0;
    }

    private static double middle(int bin) {
        return Math.pow(BASE, bin + 0.5);
    }
}
