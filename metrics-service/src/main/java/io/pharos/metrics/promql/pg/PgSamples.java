package io.pharos.metrics.promql.pg;

import io.pharos.metric.Histogram;
import io.pharos.metric.Statistic;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.promql.Budget;
import io.pharos.metrics.promql.Expr;
import io.pharos.metrics.promql.LabelSet;
import io.pharos.metrics.promql.Matcher;
import io.pharos.metrics.promql.PromqlException;
import io.pharos.metrics.promql.SampleSource;
import io.pharos.metrics.promql.pg.PgPromqlSeries.Labelled;
import io.pharos.metrics.query.Detail;
import io.pharos.metrics.query.PeriodAggregates;
import io.pharos.metrics.query.PeriodColumn;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What is stored, as samples, for one query of one tenant. The last three hours are read second by
/// second where there are seconds, what is older minute by minute or as coarse as it is kept. A period
/// stands at its start. Where several samples make one, the statistic that was asked for counts; for
/// metrics of Prometheus and OpenTelemetry the highest of a counter and the average of a gauge.
public final class PgSamples implements SampleSource {
    /// Series of one selector: more cost more than an answer of 500 is worth.
    public static final int MAX_SERIES = 20_000;

    /// The index notes every few minutes that a series is alive, and timestamps may be ahead.
    public static final Duration INDEX_SLACK = Duration.ofMinutes(150);

    private static final long PERIODS_AT_ONCE = 2_000_000;
    private static final int MINUTE = 60;
    static final double BASE = 1.1;

    private final PgPromqlSeries series;
    private final PgStatistics statistics;
    private final Tenant tenant;
    private final Instant now;

    public PgSamples(PgPromqlSeries series, PgStatistics statistics, Tenant tenant, Instant now) {
        this.series = series;
        this.statistics = statistics;
        this.tenant = tenant;
        this.now = now;
    }

    @Override
    public List<Samples> select(
            List<Matcher> matchers, long fromMs, long toMs, Purpose purpose, Budget budget) {
        var span = new Span(fromMs, toMs);
        if (purpose.part() != Expr.Part.WHOLE) {
            return new HistogramSamples(this, span, budget)
                    .select(matchers, fromMs, purpose.part());
        }
        var found = find(matchers, MetricLabels.form(matchers), fromMs, budget);
        var samples = new ArrayList<Samples>(found.size());
        read(
                found,
                span,
                budget,
                detail(found),
                (one, columns) -> take(one, columns, span, purpose, budget, samples));
        return unique(
                samples.stream()
                        .filter(s ->
                                matchers.stream()
                                        .allMatch(m -> m.matches(s.labels().get(m.name()))))
                        .toList());
    }

    List<Labelled> find(
            List<Matcher> matchers, MetricLabels.Form form, long fromMs, Budget budget) {
        var since = fromMs - INDEX_SLACK.toMillis();
        var found = series.find(tenant, matchers, form, since, MAX_SERIES);
        if (!found.complete()) {
            throw new PromqlException(
                    PromqlException.Kind.EXECUTION,
                    "the query selects more than %d series".formatted(MAX_SERIES));
        }
        budget.checkTime();
        return found.series();
    }

    private static Detail detail(List<Labelled> found) {
        return found.stream()
                        .anyMatch(one ->
                                one.form().isBuckets()
                                        || one.form().statistic() instanceof Statistic.Extended)
                ? Detail.DISTRIBUTIONS
                : Detail.STATISTIC_SETS;
    }

    /// The two stretches of a reading, each as a grid: minutes up to where seconds begin.
    final class Span {
        private final PeriodGrid minutes;
        private final PeriodGrid seconds;
        final long resolutionMs;

        Span(long fromMs, long toMs) {
            var secondsS =
                    Math.ceilDiv(
                                    now.minus(Resolution.SECOND.kept()).getEpochSecond(),
                                    (long) MINUTE)
                            * MINUTE;
            var age = Duration.between(Instant.ofEpochMilli(fromMs), now);
            var coarsest =
                    age.compareTo(Resolution.FIVE_MINUTES.kept()) > 0
                            ? Resolution.HOUR
                            : age.compareTo(Resolution.MINUTE.kept()) > 0
                                    ? Resolution.FIVE_MINUTES
                                    : Resolution.MINUTE;
            resolutionMs = coarsest.seconds() * 1_000L;
            var wider = coarsest == Resolution.HOUR ? coarsest.seconds() : 0;
            var firstS = Math.floorDiv(fromMs, 1_000L) - wider;
            // Nothing is kept longer, nothing is taken from further ahead.
            var oldestS = now.minus(Resolution.HOUR.kept()).getEpochSecond() - MINUTE;
            var fromS = Math.floorDiv(Math.max(firstS, oldestS), MINUTE) * (long) MINUTE;
            var toS =
                    Math.min(
                            Math.floorDiv(toMs, 1_000L) + 1,
                            now.plus(INDEX_SLACK).getEpochSecond());
            var middleS = Math.clamp(secondsS, fromS, Math.max(fromS, toS));
            minutes =
                    new PeriodGrid(
                            fromS, MINUTE, Math.ceilDiv(Math.min(middleS, toS) - fromS, MINUTE));
            seconds = new PeriodGrid(middleS, 1, Math.max(0, toS - middleS));
        }

        long seriesAtOnce() {
            return Math.max(16, PERIODS_AT_ONCE / (minutes.count() + seconds.count() + 1));
        }
    }

    /// Takes what one series did.
    @FunctionalInterface
    interface Sink {
        /// @param columns with samples
        void take(Labelled one, List<PeriodColumn> columns);
    }

    /// Reads a bounded number of series at a time; those without samples are passed over.
    void read(List<Labelled> found, Span span, Budget budget, Detail detail, Sink sink) {
        for (var from = 0; from < found.size(); ) {
            var to = (int) Math.min(found.size(), from + span.seriesAtOnce());
            var some = found.subList(from, to);
            var ids = some.stream().map(one -> one.known().id()).toList();
            var old = grid(ids, span.minutes, detail);
            var recent = grid(ids, span.seconds, detail);
            budget.checkTime();
            for (var one : some) {
                var columns = new ArrayList<PeriodColumn>(2);
                var size = 0;
                for (var part : List.of(old, recent)) {
                    var periods = part.get(one.known().id());
                    if (periods != null) {
                        columns.addAll(periods.columns());
                    }
                }
                for (var column : columns) {
                    size += column.size();
                }
                if (size > 0) {
                    budget.samples(size);
                    sink.take(one, columns);
                }
            }
            from = to;
        }
    }

    private static void take(
            Labelled one,
            List<PeriodColumn> columns,
            Span span,
            Purpose purpose,
            Budget budget,
            List<Samples> samples) {
        if (one.form().isBuckets()) {
            buckets(one.labels(), columns, span.resolutionMs, budget, samples);
            return;
        }
        var name = one.known().series().metricName();
        var highest = purpose.counter() || MetricLabels.isCounter(name);
        samples.add(
                values(
                        one.labels(),
                        columns,
                        one.form().isSent()
                                ? highest ? Statistic.Basic.MAXIMUM : Statistic.Basic.AVERAGE
                                : one.form().statistic(),
                        span.resolutionMs));
    }

    private Map<Long, PeriodAggregates> grid(List<Long> ids, PeriodGrid grid, Detail detail) {
        return grid.count() == 0 ? Map.of() : statistics.read(ids, grid, null, detail);
    }

    /// AWS: with several units in a period, the first by name answers.
    static Samples values(
            LabelSet labels,
            List<PeriodColumn> columns,
            @Nullable Statistic statistic,
            long resolutionMs) {
        if (statistic == null) {
            throw new IllegalStateException("no statistic");
        }
        if (follow(columns)) {
            return inTurn(labels, columns, statistic, resolutionMs);
        }
        var byTime = new TreeMap<Long, Double>();
        for (var column : columns) {
            for (var i = 0; i < column.size(); i++) {
                byTime.putIfAbsent(column.startS(i), column.value(i, statistic));
            }
        }
        byTime.values().removeIf(value -> !Double.isFinite(value));
        return new Samples(
                labels,
                byTime.keySet().stream().mapToLong(s -> s * 1_000).toArray(),
                byTime.values().stream().mapToDouble(Double::doubleValue).toArray(),
                resolutionMs);
    }

    /// Whether each begins after the one before, as with a single unit.
    private static boolean follow(List<PeriodColumn> columns) {
        for (var i = 1; i < columns.size(); i++) {
            var before = columns.get(i - 1);
            if (columns.get(i).startS(0) <= before.startS(before.size() - 1)) {
                return false;
            }
        }
        return true;
    }

    private static Samples inTurn(
            LabelSet labels, List<PeriodColumn> columns, Statistic statistic, long resolutionMs) {
        var most = 0;
        for (var column : columns) {
            most += column.size();
        }
        var times = new long[most];
        var values = new double[most];
        var size = 0;
        for (var column : columns) {
            for (var i = 0; i < column.size(); i++) {
                var value = column.value(i, statistic);
                if (Double.isFinite(value)) {
                    times[size] = column.startS(i) * 1_000;
                    values[size++] = value;
                }
            }
        }
        return size == most
                ? new Samples(labels, times, values, resolutionMs)
                : new Samples(
                        labels,
                        Arrays.copyOf(times, size),
                        Arrays.copyOf(values, size),
                        resolutionMs);
    }

    /// What a distribution holds up to each bound of its bins, period by period: not summed up over
    /// time. Every bound has a value in every period that has a distribution.
    private static void buckets(
            LabelSet labels,
            List<PeriodColumn> columns,
            long resolutionMs,
            Budget budget,
            List<Samples> samples) {
        var periods = new TreeMap<Long, Histogram>();
        for (var column : columns) {
            for (var i = 0; i < column.size(); i++) {
                var histogram = column.aggregate(i).histogram();
                if (histogram != null) {
                    periods.putIfAbsent(column.startS(i) * 1_000, histogram);
                }
            }
        }
        var bins = new TreeMap<Integer, Double>();
        periods.values()
                .forEach(histogram -> {
                    for (var i = 0; i < histogram.binCount(); i++) {
                        bins.putIfAbsent(
                                histogram.bin(i) + 1, Math.pow(BASE, histogram.bin(i) + 1));
                        bins.putIfAbsent(histogram.bin(i), Math.pow(BASE, histogram.bin(i)));
                    }
                });
        budget.values((long) (bins.size() + 1) * 2 * periods.size());
        var times = periods.keySet().stream().mapToLong(Long::longValue).toArray();
        var base = labels.asMap();
        bins.forEach((bin, bound) -> {
            var values = periods.values().stream().mapToDouble(h -> weightBelow(h, bin)).toArray();
            samples.add(with(base, String.valueOf(bound), times, values, resolutionMs));
        });
        samples.add(
                with(
                        base,
                        "+Inf",
                        times,
                        periods.values().stream().mapToDouble(Histogram::totalWeight).toArray(),
                        resolutionMs));
    }

    private static Samples with(
            Map<String, String> labels,
            String le,
            long[] times,
            double[] values,
            long resolutionMs) {
        var all = new TreeMap<>(labels);
        all.put("le", le);
        return new Samples(LabelSet.of(all), times, values, resolutionMs);
    }

    private static double weightBelow(Histogram histogram, int bin) {
        var weight = histogram.zeroWeight();
        for (var i = 0; i < histogram.binCount() && histogram.bin(i) < bin; i++) {
            weight += histogram.weight(i);
        }
        return weight;
    }

    /// The same labels may come by remote-write and OpenTelemetry: the first counts.
    static List<Samples> unique(List<Samples> samples) {
        var byLabels = new TreeMap<LabelSet, Samples>();
        samples.forEach(one -> byLabels.putIfAbsent(one.labels(), one));
        return List.copyOf(byLabels.values());
    }
}
