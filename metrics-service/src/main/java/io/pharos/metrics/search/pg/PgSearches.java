package io.pharos.metrics.search.pg;

import io.pharos.kit.Database;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.insights.InsightsParser;
import io.pharos.metrics.insights.pg.PgInsights;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.Searches;
import io.pharos.metrics.search.Search;
import io.pharos.metrics.search.SearchParser;
import io.pharos.metrics.series.KnownSeries;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.pg.PgSeriesCatalog;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Searches the index of series: in memory, where it is held there ([PgSeriesCatalog]); else PostgreSQL
/// picks candidates, and the search itself judges them.
@Singleton
public final class PgSearches implements Searches {
    /// AWS: a metric without samples for so long is not found.
    static final Duration ACTIVE = Duration.ofDays(14);

    /// The first candidates mostly are what was searched for, and enough.
    private static final int FIRST_CANDIDATES = 2_000;

    private static final int FETCH_ROWS = 2_000;

    private final Database database;
    private final PgSeriesIndex index;
    private final PgSeriesCatalog catalog;
    private final PgInsights insights;

    @Inject
    public PgSearches(
            @Metrics Database database,
            PgSeriesIndex index,
            PgSeriesCatalog catalog,
            PgInsights insights) {
        this.database = database;
        this.index = index;
        this.catalog = catalog;
        this.insights = insights;
    }

    /// In the order in which the index first heard of the series.
    @Override
    public Found search(Tenant tenant, String query, Instant now) {
        var search = SearchParser.parse(query);
        var sinceMs = now.minus(ACTIVE).toEpochMilli();
        var found =
                catalog.first(tenant, search::matches, MAX_SERIES + 1, sinceMs)
                        .map(all -> all.stream().map(KnownSeries::series).toList())
                        .orElseGet(() -> candidates(tenant, search, sinceMs));
        return new Found(
                List.copyOf(found.subList(0, Math.min(MAX_SERIES, found.size()))),
                found.size() > MAX_SERIES);
    }

    private List<Series> candidates(Tenant tenant, Search search, long sinceMs) {
        var candidates = new Candidates(tenant, search, sinceMs);
        database.inTransaction(connection -> {
            if (!candidates.take(connection, FIRST_CANDIDATES)) {
                candidates.take(connection, Integer.MAX_VALUE);
            }
            return candidates;
        });
        return candidates.found;
    }

    /// What was found so far, and where to go on.
    private final class Candidates {
        private final Tenant tenant;
        private final Search search;
        private final long sinceMs;
        private final List<Series> found = new ArrayList<>();
        private long after;

        Candidates(Tenant tenant, Search search, long sinceMs) {
            this.tenant = tenant;
            this.search = search;
            this.sinceMs = sinceMs;
        }

        /// @return whether there is no need for more
        boolean take(Connection connection, int limit) throws SQLException {
            var narrowed = SearchSql.of(search, index, tenant.account());
            var sql =
                    """
                    SELECT id, namespace, metric_name, dimensions::text FROM metrics.series
                    WHERE account = ? AND region = ? AND last_seen_ms >= ? AND id > ? AND %s
                    ORDER BY id LIMIT ?
                    """
                            .formatted(narrowed.sql());
            try (var query = connection.prepareStatement(sql)) {
                query.setFetchSize(FETCH_ROWS);
                query.setString(1, tenant.account());
                query.setString(2, tenant.region());
                query.setLong(3, sinceMs);
                query.setLong(4, after);
                var at = 5;
                for (var parameter : narrowed.parameters()) {
                    query.setString(at++, parameter);
                }
                query.setInt(at, limit);
                var taken = 0;
                try (var rows = query.executeQuery()) {
                    while (rows.next() && found.size() <= MAX_SERIES) {
                        taken++;
                        after = rows.getLong(1);
                        var series =
                                new Series(
                                        tenant.account(),
                                        tenant.region(),
                                        rows.getString(2),
                                        rows.getString(3),
                                        index.read(rows.getString(4)));
                        if (search.matches(series)) {
                            found.add(series);
                        }
                    }
                }
                return taken < limit || found.size() > MAX_SERIES;
            }
        }
    }

    @Override
    public boolean isGrouped(String sql) {
        return InsightsParser.parse(sql).isGrouped();
    }

    @Override
    public Selected select(Tenant tenant, String sql, PeriodGrid grid, Instant now) {
        return insights.select(tenant, InsightsParser.parse(sql), grid, now);
    }
}
