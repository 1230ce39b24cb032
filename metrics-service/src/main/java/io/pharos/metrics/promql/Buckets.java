package io.pharos.metrics.promql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/// `histogram_quantile`, `histogram_fraction` and `histogram_stdvar` over cumulative buckets, told apart by the label `le`.
final class Buckets {
    static final String LE = "le";

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
        return computed(columns, (_, i, upTo, counts) -> quantile(q[i], upTo, counts));
    }

    /// What part of the observations lies between two values.
    List<Column> fractions(double[] lower, double[] upper, List<Column> columns) {
        return computed(
                columns, (_, i, upTo, counts) -> fraction(lower[i], upper[i], upTo, counts));
    }

    /// How far observations are from their mean, squared: each is taken for the geometric mean of its
    /// bucket's bounds, as Prometheus does; in one that zero is in or bounds, for zero; in the highest,
    /// which has no end, for its lower bound.
    ///
    /// @param means by the labels of the histograms
    List<Column> variances(List<Column> means, List<Column> columns) {
        var byLabels = HashMap.<LabelSet, Column>newHashMap(means.size());
        means.forEach(column -> byLabels.put(column.labels(), column));
        return computed(
                columns,
                (labels, i, upTo, counts) -> {
                    var mean = byLabels.get(labels);
                    return mean == null || !mean.has(i) || !isWhole(upTo)
                            ? Column.ABSENT
                            : variance(mean.values()[i], upTo, monotonic(counts));
                });
    }

    private static double variance(double mean, double[] upTo, double[] counts) {
        var all = counts[counts.length - 1];
        var sum = 0.0;
        for (var b = 0; b < counts.length; b++) {
            var count = b == 0 ? counts[0] : counts[b] - counts[b - 1];
            if (count > 0) {
                var lower = b == 0 ? Math.min(0, upTo[0]) : upTo[b - 1];
                var delta = middle(lower, upTo[b]) - mean;
                sum += count * delta * delta;
            }
        }
        return sum / all;
    }

    private static double middle(double lower, double upper) {
        if (Double.isInfinite(upper)) {
            return lower;
        }
        if (lower <= 0 && upper >= 0) {
            return 0;
        }
        var middle = Math.sqrt(lower * upper);
        return upper < 0 ? -middle : middle;
    }

    /// Computes from the buckets of one step, ascending; none are empty.
    @FunctionalInterface
    private interface OfBuckets {
        double compute(LabelSet labels, int step, double[] upTo, double[] counts);
    }

    private List<Column> computed(List<Column> columns, OfBuckets computation) {
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
                var counts = counts(buckets, i);
                values[i] =
                        counts.isEmpty()
                                ? Column.ABSENT
                                : computation.compute(
                                        labels,
                                        i,
                                        numbers(counts.keySet()),
                                        numbers(counts.values()));
            }
            var column = new Column(labels, values);
            if (!column.isEmpty()) {
                results.add(column);
            }
        });
        return results;
    }

    private static TreeMap<Double, Double> counts(List<Bucket> buckets, int step) {
        var counts = new TreeMap<Double, Double>();
        for (var bucket : buckets) {
            if (bucket.counts().has(step)) {
                counts.merge(bucket.upTo(), bucket.counts().values()[step], Double::sum);
            }
        }
        return counts;
    }

    private static double[] numbers(Collection<Double> numbers) {
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double quantile(double q, double[] upTo, double[] counts) {
        if (Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        return isWhole(upTo) ? interpolated(q, upTo, monotonic(counts)) : Double.NaN;
    }

    private static boolean isWhole(double[] upTo) {
        return upTo.length >= 2 && Double.isInfinite(upTo[upTo.length - 1]);
    }

    /// Observations are spread evenly inside a bucket, as for quantiles; those of the highest are above
    /// every finite value.
    private static double fraction(double lower, double upper, double[] upTo, double[] counts) {
        var last = counts.length - 1;
        if (Double.isNaN(lower) || Double.isNaN(upper) || !isWhole(upTo)) {
            return Double.NaN;
        }
        var monotonic = monotonic(counts);
        if (monotonic[last] == 0) {
            return Double.NaN;
        }
        return lower >= upper
                ? 0
                : (below(upper, upTo, monotonic) - below(lower, upTo, monotonic)) / monotonic[last];
    }

    /// How many observations are below a value.
    private static double below(double value, double[] upTo, double[] counts) {
        var last = counts.length - 1;
        var b = 0;
        while (b < last && upTo[b] <= value) {
            b++;
        }
        if (b == last) {
            return Double.isInfinite(value) && value > 0 ? counts[last] : counts[last - 1];
        }
        var before = b == 0 ? 0 : counts[b - 1];
        // The lowest begins at zero when it is above; else nothing tells where it begins.
        if (b == 0 && (upTo[0] <= 0 || value <= 0)) {
            return 0;
        }
        var start = b == 0 ? 0 : upTo[b - 1];
        return before + (counts[b] - before) * ((value - start) / (upTo[b] - start));
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
