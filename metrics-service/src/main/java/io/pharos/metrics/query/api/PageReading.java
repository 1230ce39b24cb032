package io.pharos.metrics.query.api;

import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;
import io.pharos.metrics.math.Slots;
import io.pharos.metrics.math.TimeSeries;
import io.pharos.metrics.query.DatapointPage;
import io.pharos.metrics.query.Detail;
import io.pharos.metrics.query.MetricDataPlan;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.PeriodSeries;
import io.pharos.metrics.query.SeriesRequest;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.query.pg.PgStatistics.Answer;
import io.pharos.metrics.series.Series;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// The metrics of a call over one page, read at once; statistics of one metric are read together.
final class PageReading {
    private final List<TimeSeries> series = new ArrayList<>();
    private final List<@Nullable Answer> answers = new ArrayList<>();
    private final List<Boolean> pageable = new ArrayList<>();

    private PageReading() {}

    private record Key(Series series, PeriodGrid grid, @Nullable Unit unit) {}

    private static final class Wanted {
        private final List<Integer> inputs = new ArrayList<>(1);
        private final List<Statistic> statistics = new ArrayList<>(1);
    }

    /// @param page null when there is no time at all: nothing is read
    static PageReading of(
            MetricDataPlan plan, @Nullable DatapointPage page, PgStatistics statistics) {
        var reading = new PageReading();
        var wanted = new LinkedHashMap<Key, Wanted>();
        for (var i = 0; i < plan.inputs().size(); i++) {
            var input = plan.inputs().get(i);
            var grid =
                    page == null
                            ? new PeriodGrid(input.grid().startS(), input.grid().periodS(), 0)
                            : input.grid().between(page.fromS(), page.toS());
            reading.answers.add(null);
            reading.pageable.add(input.isRead() && input.grid().count() > 0);
            reading.series.add(
                    TimeSeries.empty(i, new Slots(grid.startS(), grid.periodS(), grid.count())));
            if (input.isRead() && grid.count() > 0) {
                var key = new Key(input.series(), grid, input.unit());
                var one = wanted.computeIfAbsent(key, _ -> new Wanted());
                one.inputs.add(i);
                one.statistics.add(input.statistic());
            }
        }
        if (wanted.isEmpty()) {
            return reading;
        }
        var requests = new ArrayList<SeriesRequest>(wanted.size());
        wanted.forEach((key, one) ->
                requests.add(
                        new SeriesRequest(
                                key.series(), key.grid(), key.unit(), Detail.of(one.statistics))));
        var answers = statistics.read(requests).iterator();
        var toSeries = new PeriodSeries();
        for (var one : wanted.values()) {
            var answer = answers.next();
            for (var i : one.inputs) {
                reading.answers.set(i, answer);
                reading.series.set(
                        i, toSeries.of(i, answer.periods(), plan.inputs().get(i).statistic()));
            }
        }
        return reading;
    }

    /// By number of the input.
    List<TimeSeries> series() {
        return series;
    }

    /// Whether no page can have anything of this input.
    boolean isNothing(int input) {
        var answer = answers.get(input);
        return answer == null ? !pageable.get(input) : !answer.exists();
    }

    /// The names of the units that were found.
    List<String> units(int input) {
        var answer = answers.get(input);
        return answer == null
                ? List.of()
                : answer.periods().units().stream().map(Unit::awsName).toList();
    }
}
