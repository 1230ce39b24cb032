package io.pharos.metrics.promql.pg;

import io.pharos.metric.Histogram;
import io.pharos.metric.Statistic;
import io.pharos.metrics.promql.Budget;
import io.pharos.metrics.promql.Expr;
import io.pharos.metrics.promql.LabelSet;
import io.pharos.metrics.promql.Matcher;
import io.pharos.metrics.promql.SampleSource.Samples;
import io.pharos.metrics.promql.pg.PgSamples.Span;
import io.pharos.metrics.query.Detail;
import io.pharos.metrics.query.PeriodColumn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// A part of histograms: their counts, sums or buckets. They are kept in two ways. Histograms whose counts
/// only grow (native ones of remote-write, cumulative ones of OpenTelemetry) are series of their own named
/// `…_count`, `…_sum` and `…_bucket`; here they have the histogram's name again. All others are the
/// distribution of each sample of the metric itself.
///
/// The buckets of all histograms of a selector get the same bounds, so that they can be added: at a bound
/// that one does not have, it holds what it holds at its next lower one. Bounds come from few grids, the
/// powers of 1.1 and of roots of 2, so that not much is lost.
final class HistogramSamples {
    private static final String LE = "le";

    private final PgSamples source;
    private final Span span;
    private final Budget budget;

    HistogramSamples(PgSamples source, Span span, Budget budget) {
        this.source = source;
        this.span = span;
        this.budget = budget;
    }

    /// One histogram over time.
    ///
    /// @param upTo by upper bound, how many observations are up to there, for each time
    /// @param deltas whether each time has its own observations alone
    private record Cumulative(
            LabelSet labels, long[] timesMs, TreeMap<Double, double[]> upTo, boolean deltas) {}

    /// @param matchers of the histograms' own name
    List<Samples> select(List<Matcher> matchers, long fromMs, Expr.Part part) {
        var samples = new ArrayList<Samples>();
        var histograms = new ArrayList<Cumulative>();
        var isBuckets = part == Expr.Part.BUCKETS;
        var own =
                source.find(matchers, MetricLabels.form(part), fromMs, budget).stream()
                        .filter(one -> MetricLabels.isDistribution(one.known().series()))
                        .toList();
        source.read(
                own,
                span,
                budget,
                isBuckets ? Detail.DISTRIBUTIONS : Detail.STATISTIC_SETS,
                (one, columns) -> {
                    var labels = one.labels().without(List.of(MetricLabels.STATISTIC));
                    if (isBuckets) {
                        histograms.add(distributions(labels, columns));
                    } else {
                        samples.add(
                                values(
                                        labels,
                                        columns,
                                        part == Expr.Part.SUM
                                                ? Statistic.Basic.SUM
                                                : Statistic.Basic.SAMPLE_COUNT,
                                        true));
                    }
                });
        inParts(matchers, fromMs, part, samples);
        if (isBuckets) {
            histograms.addAll(joined(samples));
            return aligned(histograms);
        }
        return PgSamples.unique(samples);
    }

    private Samples values(
            LabelSet labels, List<PeriodColumn> columns, Statistic statistic, boolean deltas) {
        var samples = PgSamples.values(labels, columns, statistic, span.resolutionMs);
        return new Samples(
                samples.labels(),
                samples.timesMs(),
                samples.values(),
                samples.resolutionMs(),
                deltas);
    }

    /// What is kept as `…_count`, `…_sum` and `…_bucket`.
    private void inParts(
            List<Matcher> matchers, long fromMs, Expr.Part part, List<Samples> samples) {
        var suffix =
                switch (part) {
                    case COUNT -> "_count";
                    case SUM -> "_sum";
                    case BUCKETS -> "_bucket";
                    case WHOLE -> throw new IllegalArgumentException("no part");
                };
        var renamed = new ArrayList<Matcher>(matchers.size());
        var isNamed = false;
        for (var matcher : matchers) {
            var isName =
                    matcher.name().equals(LabelSet.NAME) && matcher.kind() == Matcher.Kind.EQUAL;
            isNamed |= isName;
            renamed.add(
                    isName
                            ? Matcher.of(
                                    LabelSet.NAME, Matcher.Kind.EQUAL, matcher.value() + suffix)
                            : matcher);
        }
        if (!isNamed) {
            return;
        }
        var found =
                source.find(renamed, MetricLabels.form(matchers), fromMs, budget).stream()
                        .filter(one -> !MetricLabels.isClassic(one.known().series()))
                        .toList();
        source.read(
                found,
                span,
                budget,
                Detail.STATISTIC_SETS,
                (one, columns) -> {
                    var name = one.labels().get(LabelSet.NAME);
                    var base = name.substring(0, name.length() - suffix.length());
                    samples.add(
                            values(
                                    one.labels().with(LabelSet.NAME, base),
                                    columns,
                                    Statistic.Basic.MAXIMUM,
                                    false));
                });
    }

    /// What distributions hold up to each bound of their bins.
    private Cumulative distributions(LabelSet labels, List<PeriodColumn> columns) {
        var periods = new TreeMap<Long, Histogram>();
        for (var column : columns) {
            for (var i = 0; i < column.size(); i++) {
                var histogram = column.aggregate(i).histogram();
                if (histogram != null) {
                    periods.putIfAbsent(column.startS(i) * 1_000, histogram);
                }
            }
        }
        var bins = new TreeSet<Integer>();
        for (var histogram : periods.values()) {
            for (var i = 0; i < histogram.binCount(); i++) {
                bins.add(histogram.bin(i));
                bins.add(histogram.bin(i) + 1);
            }
        }
        budget.values((bins.size() + 2L) * periods.size());
        var bounds = bins.stream().mapToInt(Integer::intValue).toArray();
        var counts = new double[bounds.length][periods.size()];
        var totals = new double[periods.size()];
        var at = 0;
        for (var histogram : periods.values()) {
            var weight = histogram.zeroWeight();
            var next = 0;
            for (var b = 0; b < bounds.length; b++) {
                while (next < histogram.binCount() && histogram.bin(next) < bounds[b]) {
                    weight += histogram.weight(next++);
                }
                counts[b][at] = weight;
            }
            totals[at++] = weight;
        }
        var upTo = new TreeMap<Double, double[]>();
        for (var b = 0; b < bounds.length; b++) {
            upTo.put(Math.pow(PgSamples.BASE, bounds[b]), counts[b]);
        }
        upTo.put(Double.POSITIVE_INFINITY, totals);
        var times = periods.keySet().stream().mapToLong(Long::longValue).toArray();
        return new Cumulative(labels, times, upTo, true);
    }

    /// Series of buckets, put together to histograms. A bucket that came later held before what its next
    /// lower one did.
    private List<Cumulative> joined(List<Samples> buckets) {
        var byLabels = new LinkedHashMap<LabelSet, TreeMap<Double, Samples>>();
        for (var bucket : buckets) {
            var le = bound(bucket.labels().get(LE));
            if (!Double.isNaN(le)) {
                byLabels.computeIfAbsent(bucket.labels().without(List.of(LE)), _ -> new TreeMap<>())
                        .putIfAbsent(le, bucket);
            }
        }
        var histograms = new ArrayList<Cumulative>(byLabels.size());
        byLabels.forEach((labels, ascending) -> {
            var times =
                    ascending.values().stream()
                            .flatMapToLong(one -> Arrays.stream(one.timesMs()))
                            .sorted()
                            .distinct()
                            .toArray();
            budget.values((long) times.length * ascending.size());
            var upTo = new TreeMap<Double, double[]>();
            var below = new double[times.length];
            for (var bucket : ascending.entrySet()) {
                below = filled(bucket.getValue(), times, below);
                upTo.put(bucket.getKey(), below);
            }
            histograms.add(new Cumulative(labels, times, upTo, false));
        });
        return histograms;
    }

    private static double[] filled(Samples bucket, long[] times, double[] below) {
        var values = below.clone();
        var next = 0;
        for (var i = 0; i < times.length && next < bucket.timesMs().length; i++) {
            if (bucket.timesMs()[next] == times[i]) {
                values[i] = bucket.values()[next++];
            }
        }
        return values;
    }

    /// NaN when it is none.
    private static double bound(String le) {
        try {
            return le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
        } catch (NumberFormatException _) {
            return Double.NaN;
        }
    }

    private List<Samples> aligned(List<Cumulative> histograms) {
        var bounds = new TreeSet<Double>();
        histograms.forEach(one -> bounds.addAll(one.upTo().keySet()));
        var labels = new TreeMap<Double, String>();
        bounds.forEach(bound ->
                labels.put(bound, Double.isInfinite(bound) ? "+Inf" : String.valueOf(bound)));
        var samples = new ArrayList<Samples>();
        for (var histogram : histograms) {
            budget.values(bounds.size());
            labels.forEach((bound, le) -> {
                var known = histogram.upTo().floorEntry(bound);
                samples.add(
                        new Samples(
                                histogram.labels().with(LE, le),
                                histogram.timesMs(),
                                known == null
                                        ? new double[histogram.timesMs().length]
                                        : known.getValue(),
                                span.resolutionMs,
                                histogram.deltas()));
            });
        }
        return PgSamples.unique(samples);
    }
}
