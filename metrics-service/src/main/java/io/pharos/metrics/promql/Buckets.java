package io.pharos.metrics.promql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/// `histogram_quantile` over cumulative buckets, told apart by the label `le`.
final class Buckets {
    private static final String LE = "le";

    /// A bucket may seem to hold less than one inside it, by rounding.
    private static final double ROUNDING = 1e-12;

    private final Budget budget;
    private final Grid grid;

    Buckets(Budget budget, Grid grid) {
        this.budget = budget;
        this.grid = grid;
    }

    private record Bucket(double upTo, Column counts) {}

    List<Column> quantiles(double[] q, List<Column> columns) {
        var histograms = new LinkedHashMap<LabelSet, List<Bucket>>();
        for (var column : columns) {
            var le = column.labels().get(LE);
            try {
                var upTo = le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
                histograms
                        .computeIfAbsent(
                                column.labels().withoutName().without(List.of(LE)),
                                _ -> new ArrayList<>())
                        .add(new Bucket(upTo, column));
            } catch (NumberFormatException _) {
                // Not a bucket: Prometheus passes it over.
            }
        }
        var results = new ArrayList<Column>();
        histograms.forEach((labels, buckets) -> {
            budget.values(grid.count());
            var values = new double[grid.count()];
            for (var i = 0; i < values.length; i++) {
                budget.work(buckets.size());
                values[i] = quantile(q[i], buckets, i);
            }
            var column = new Column(labels, values);
            if (!column.isEmpty()) {
                results.add(column);
            }
        });
        return results;
    }

    private static double quantile(double q, List<Bucket> buckets, int step) {
        var counts = new TreeMap<Double, Double>();
        for (var bucket : buckets) {
            if (bucket.counts().has(step)) {
                counts.merge(bucket.upTo(), bucket.counts().values()[step], Double::sum);
            }
        }
        if (counts.isEmpty()) {
            return Column.ABSENT;
        }
        if (Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        if (counts.size() < 2 || !Double.isInfinite(counts.lastKey())) {
            return Double.NaN;
        }
        return interpolated(
                q,
                counts.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
                monotonic(counts.values().stream().mapToDouble(Double::doubleValue).toArray()));
    }

    private static double[] monotonic(double[] counts) {
        for (var i = 1; i < counts.length; i++) {
            var before = counts[i - 1];
            var isRounding =
                    Math.abs(counts[i] - before)
                            <= ROUNDING * (Math.abs(counts[i]) + Math.abs(before));
            if (isRounding || counts[i] < before) {
                counts[i] = before;
            }
        }
        return counts;
    }

    /// Linear inside a bucket; the lowest begins at zero when it is above, the highest has no end.
    private static double interpolated(double q, double[] upTo, double[] counts) {
        var last = counts.length - 1;
        if (counts[last] == 0) {
            return Double.NaN;
        }
        var rank = q * counts[last];
        var b = 0;
        while (b < last && !(counts[b] >= rank)) {
            b++;
        }
        if (b == last) {
            return upTo[last - 1];
        }
        if (b == 0 && upTo[0] <= 0) {
            return upTo[0];
        }
        var start = b == 0 ? 0 : upTo[b - 1];
        var below = b == 0 ? 0 : counts[b - 1];
        return start + (upTo[b] - start) * ((rank - below) / (counts[b] - below));
    }
}
