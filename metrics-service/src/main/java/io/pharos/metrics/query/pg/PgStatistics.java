package io.pharos.metrics.query.pg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.pharos.kit.Database;
import io.pharos.metric.Unit;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.query.Detail;
import io.pharos.metrics.query.PeriodAggregates;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.SeriesRequest;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.pg.PgSeriesIndex;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads what series did. Sees everything that was committed before the call, and costs few statements
/// however many series are asked for.
@Singleton
public final class PgStatistics {
    private static final Set<Resolution> SUB_MINUTE =
            EnumSet.of(Resolution.SECOND, Resolution.MINUTE);
    private static final Set<Resolution> MINUTES =
            EnumSet.complementOf(EnumSet.of(Resolution.SECOND));

    private static final int KNOWN_SERIES = 20_000;
    private static final Duration SHORT = Duration.ofDays(1);

    private final Cache<Series, Long> numbers =
            Caffeine.newBuilder().maximumSize(KNOWN_SERIES).build();
    private final Database database;
    private final PgSeriesIndex index;
    private final PgRuns runs;

    @Inject
    public PgStatistics(@Metrics Database database, PgSeriesIndex index, PgRuns runs) {
        this.database = database;
        this.index = index;
        this.runs = runs;
    }

    /// Whether the series exists, and its periods.
    public record Answer(boolean exists, PeriodAggregates periods) {}

    /// Answers in the order of the requests, with one pass over the blocks.
    public List<Answer> read(List<SeriesRequest> requests) {
        return isShort(requests)
                ? database.read(connection -> read(connection, requests))
                : database.inTransaction(connection -> read(connection, requests));
    }

    /// Whether all blocks may come at once: without a transaction, rows do not come page by page.
    private static boolean isShort(List<SeriesRequest> requests) {
        if (requests.size() != 1) {
            return false;
        }
        var grid = requests.getFirst().grid();
        return grid.endS() - grid.startS() <= SHORT.toSeconds();
    }

    private List<Answer> read(Connection connection, List<SeriesRequest> requests)
            throws SQLException {
        var ids = find(connection, requests.stream().map(SeriesRequest::series).toList());
        var bySeries = new HashMap<Long, List<PeriodAggregates>>();
        var answers = new ArrayList<Answer>(requests.size());
        var detail = Detail.STATISTIC_SETS;
        for (var request : requests) {
            var periods = new PeriodAggregates(request.grid(), request.unit());
            var id = ids.get(request.series());
            answers.add(new Answer(id != null, periods));
            if (id != null) {
                bySeries.computeIfAbsent(id, _ -> new ArrayList<>(1)).add(periods);
                detail = detail.compareTo(request.detail()) > 0 ? detail : request.detail();
            }
        }
        read(connection, bySeries, detail);
        return answers;
    }

    /// The numbers of those that exist. A number is for ever, so it is looked up once.
    private Map<Series, Long> find(Connection connection, Collection<Series> series)
            throws SQLException {
        var found = new HashMap<>(numbers.getAllPresent(series));
        if (found.size() < series.size()) {
            var unknown = series.stream().filter(one -> !found.containsKey(one)).toList();
            var more = index.find(connection, unknown);
            numbers.putAll(more);
            found.putAll(more);
        }
        return found;
    }

    /// The same periods of many series that the index knows by number. A period of a second gives
    /// what is kept, second by second (standard samples at the start of their minute); one of a minute
    /// gives minutes, or what is left of them.
    ///
    /// @param series numbers of [io.pharos.metrics.series.KnownSeries]
    /// @param unit null for every unit
    /// @return a value for every number, without columns when there are no samples
    public Map<Long, PeriodAggregates> read(
            Collection<Long> series, PeriodGrid grid, @Nullable Unit unit, Detail detail) {
        var answers = HashMap.<Long, PeriodAggregates>newHashMap(series.size());
        var bySeries = HashMap.<Long, List<PeriodAggregates>>newHashMap(series.size());
        for (var id : series) {
            var periods = new PeriodAggregates(grid, unit);
            if (answers.putIfAbsent(id, periods) == null) {
                bySeries.put(id, List.of(periods));
            }
        }
        database.run(connection -> read(connection, bySeries, detail));
        return answers;
    }

    /// Adds what each series did to where it belongs; several may share one. Statistic sets only.
    ///
    /// @param series by the numbers of [io.pharos.metrics.series.KnownSeries]
    public void readInto(Map<Long, PeriodAggregates> series) {
        var bySeries = HashMap.<Long, List<PeriodAggregates>>newHashMap(series.size());
        series.forEach((id, periods) -> bySeries.put(id, List.of(periods)));
        database.inTransaction(connection -> {
            read(connection, bySeries, Detail.STATISTIC_SETS);
            return series;
        });
    }

    private void read(
            Connection connection, Map<Long, List<PeriodAggregates>> bySeries, Detail detail)
            throws SQLException {
        var resolutions = EnumSet.noneOf(Resolution.class);
        var fromS = Long.MAX_VALUE;
        var toS = Long.MIN_VALUE;
        for (var some : bySeries.values()) {
            for (var periods : some) {
                var grid = periods.grid();
                if (grid.count() > 0) {
                    fromS = Math.min(fromS, grid.startS());
                    toS = Math.max(toS, grid.endS());
                    resolutions.addAll(grid.isSubMinute() ? SUB_MINUTE : MINUTES);
                }
            }
        }
        runs.read(
                connection,
                resolutions,
                bySeries.keySet().stream().mapToLong(Long::longValue).sorted().toArray(),
                fromS,
                toS,
                (resolution, bucketS, chunk) -> {
                    for (var periods : bySeries.getOrDefault(chunk.series(), List.of())) {
                        periods.add(resolution, bucketS, chunk, detail);
                    }
                });
    }
}
