package io.pharos.metrics.query.pg;

import io.pharos.kit.Database;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.query.PeriodAggregates;
import io.pharos.metrics.query.SeriesRequest;
import io.pharos.metrics.series.pg.PgSeriesIndex;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;

/// Reads what series did. Sees everything that was committed before the call.
@Singleton
public final class PgStatistics {
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
        return database.inTransaction(connection -> {
            var ids = index.find(connection, requests.stream().map(SeriesRequest::series).toList());
            var bySeries = new HashMap<Long, List<PeriodAggregates>>();
            var answers = new ArrayList<Answer>(requests.size());
            var resolutions = EnumSet.noneOf(Resolution.class);
            var fromS = Long.MAX_VALUE;
            var toS = Long.MIN_VALUE;
            for (var request : requests) {
                var periods = new PeriodAggregates(request.grid(), request.unit());
                var id = ids.get(request.series());
                answers.add(new Answer(id != null, periods));
                if (id != null && request.grid().count() > 0) {
                    bySeries.computeIfAbsent(id, _ -> new ArrayList<>()).add(periods);
                    fromS = Math.min(fromS, request.grid().startS());
                    toS = Math.max(toS, request.grid().endS());
                    resolutions.add(Resolution.MINUTE);
                    if (request.grid().isSubMinute()) {
                        resolutions.add(Resolution.SECOND);
                    }
                }
            }
            runs.read(
                    connection,
                    resolutions,
                    bySeries.keySet(),
                    fromS,
                    toS,
                    (resolution, point) -> {
                        for (var periods : bySeries.getOrDefault(point.series(), List.of())) {
                            periods.add(resolution, point);
                        }
                    });
            return answers;
        });
    }
}
