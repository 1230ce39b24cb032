package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.LinkedHashMap;

/// `histogram`: how many numbers are in each of so many ranges of equal width, by their bounds.
final class Distribution implements Aggregate.State {
    private final Eval of;
    private final int buckets;
    private double[] numbers = new double[8];
    private int count;

    Distribution(Eval of, int buckets) {
        this.of = of;
        this.buckets = buckets;
    }

    @Override
    public void add(Row row, Memory memory) {
        var number = of.number(row);
        if (Double.isFinite(number)) {
            take(number, memory);
        }
    }

    private void take(double number, Memory memory) {
        if (count == numbers.length) {
            memory.take(8L * numbers.length);
            numbers = Arrays.copyOf(numbers, 2 * numbers.length);
        }
        numbers[count++] = number;
    }

    @Override
    public void merge(Aggregate.State other, Memory memory) {
        var that = (Distribution) other;
        for (var i = 0; i < that.count; i++) {
            take(that.numbers[i], memory);
        }
    }

    @Override
    public @Nullable Object result() {
        if (count == 0) {
            return null;
        }
        var least = Arrays.stream(numbers, 0, count).min().orElseThrow();
        var most = Arrays.stream(numbers, 0, count).max().orElseThrow();
        var width = (most - least) / buckets;
        var counts = new long[buckets];
        for (var i = 0; i < count; i++) {
            var bucket = width > 0 ? (int) ((numbers[i] - least) / width) : 0;
            counts[Math.min(buckets - 1, bucket)]++;
        }
        var shown = new LinkedHashMap<String, Object>();
        for (var i = 0; i < (width > 0 ? buckets : 1); i++) {
            var from = Values.shown(least + i * width);
            var to = Values.shown(i == buckets - 1 ? most : least + (i + 1) * width);
            shown.put(from + "-" + to, (double) counts[i]);
        }
        return shown;
    }
}
