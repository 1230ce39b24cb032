package io.pharos.metrics.series.pg;

import io.pharos.kit.Database;
import io.pharos.kit.Prompt;
import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.series.KnownSeries;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.SeriesFilter;
import io.pharos.metrics.series.TenantSeries;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/// The index of series as `ListMetrics` and `SEARCH` read it: in memory for tenants that were asked about lately, in
/// PostgreSQL for those that have too many. PostgreSQL alone is the truth: whatever process registered a
/// series, it shows here within [#STALENESS]; one that slept for long and had samples again, within
/// [#RECHECKED].
///
/// New series are found by the transaction that made them: all that the snapshot of the last refresh did not
/// see. However long another transaction lasts, a series is read once or twice.
@Singleton
public final class PgSeriesCatalog {
    public static final Duration STALENESS = Duration.ofMillis(200);
    public static final Duration RECHECKED = Duration.ofMinutes(1);

    /// Of all tenants together; about half a kilobyte each.
    private static final int MAX_SERIES = 200_000;

    /// Who was not asked about for so long is forgotten; who has too many, is counted again.
    private static final Duration KEPT = Duration.ofMinutes(10);

    /// New ones at a time; more are read tenant by tenant when they are asked about.
    private static final int MAX_NEW = 50_000;

    private static final String NEW =
            """
             WHERE created_xid >= pg_snapshot_xmin(?::pg_snapshot)
            AND NOT pg_visible_in_snapshot(created_xid, ?::pg_snapshot) LIMIT ?
            """;

    private static final int MAX_DOUBTFUL_TURNS = 3;
    private static final int FETCH_ROWS = 2_000;

    private final Database database;
    private final PgSeriesIndex index;
    private final int maxSeries;
    private final ConcurrentMap<Tenant, Held> held = new ConcurrentHashMap<>();
    private volatile long refreshedNanos;

    /// What the last refresh saw, as PostgreSQL writes a snapshot.
    private String seen = "1:1:";

    @Inject
    public PgSeriesCatalog(@Metrics Database database, PgSeriesIndex index) {
        this(database, index, MAX_SERIES);
    }

    /// @param maxSeries held of all tenants together
    public PgSeriesCatalog(Database database, PgSeriesIndex index, int maxSeries) {
        this.database = database;
        this.index = index;
        this.maxSeries = maxSeries;
    }

    /// What is held of a tenant.
    private static final class Held {
        private volatile TenantSeries series = TenantSeries.NONE;
        private volatile boolean tooMany;
        private volatile long usedNanos;

        boolean isUnused(long nowNanos) {
            return nowNanos - usedNanos > KEPT.toNanos();
        }
    }

    /// A page, by namespace, name and number.
    public List<KnownSeries> list(SeriesFilter filter, int limit) {
        var tenant = new Tenant(filter.account(), filter.region());
        return held(tenant, (series, checkedSince) -> series.page(filter, limit, checkedSince))
                .orElseGet(() -> database.read(c -> index.list(c, filter, limit)));
    }

    /// The first series by number that meet a condition; empty when the tenant has too many to be held.
    public Optional<List<KnownSeries>> first(
            Tenant tenant, Predicate<Series> condition, int limit, long seenSinceMs) {
        return held(
                tenant,
                (series, checkedSince) ->
                        series.first(condition, limit, seenSinceMs, checkedSince));
    }

    private interface Question {
        TenantSeries.Page of(TenantSeries series, long checkedSinceMs);
    }

    private Optional<List<KnownSeries>> held(Tenant tenant, Question question) {
        var known = fresh(tenant);
        for (var turn = 0; !known.tooMany && turn < MAX_DOUBTFUL_TURNS; turn++) {
            var page = question.of(known.series, monotonicMs() - RECHECKED.toMillis());
            if (page.doubtful().isEmpty()) {
                return Optional.of(page.series());
            }
            check(page.doubtful());
        }
        return Optional.empty();
    }

    private static long monotonicMs() {
        return System.nanoTime() / 1_000_000;
    }

    private Held fresh(Tenant tenant) {
        var known = held.get(tenant);
        if (known == null || isStale()) {
            Prompt.mayWait();
            known = refreshed(tenant);
        }
        if (!known.tooMany) {
            known.usedNanos = System.nanoTime();
        }
        return known;
    }

    private boolean isStale() {
        return System.nanoTime() - refreshedNanos > STALENESS.toNanos();
    }

    private synchronized Held refreshed(Tenant tenant) {
        if (isStale()) {
            var now = System.nanoTime();
            held.values().removeIf(one -> one.isUnused(now));
            if (!held.isEmpty()) {
                refresh();
            }
            refreshedNanos = now;
        }
        var known = held.get(tenant);
        return known == null ? load(tenant) : known;
    }

    private void refresh() {
        var more = new HashMap<Tenant, List<KnownSeries>>();
        var count =
                database.inTransaction(connection -> {
                    var next = snapshot(connection);
                    try (var query = connection.prepareStatement(PgSeriesIndex.SELECT + NEW)) {
                        query.setString(1, seen);
                        query.setString(2, seen);
                        query.setInt(3, MAX_NEW + 1);
                        var rows = read(query);
                        rows.forEach(known ->
                                more.computeIfAbsent(tenant(known), _ -> new ArrayList<>())
                                        .add(known));
                        seen = next;
                        return rows.size();
                    }
                });
        if (count > MAX_NEW) {
            held.clear();
            return;
        }
        more.forEach((tenant, series) -> {
            var known = held.get(tenant);
            if (known != null && !known.tooMany) {
                known.series = known.series.with(series, monotonicMs());
                makeRoom(tenant, known);
            }
        });
    }

    private static Tenant tenant(KnownSeries known) {
        return new Tenant(known.series().account(), known.series().region());
    }

    private static String snapshot(Connection connection) throws SQLException {
        try (var query = connection.prepareStatement("SELECT pg_current_snapshot()::text");
                var row = query.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private Held load(Tenant tenant) {
        var known = new Held();
        known.usedNanos = System.nanoTime();
        var first = held.isEmpty();
        var rows =
                database.inTransaction(connection -> {
                    var next = snapshot(connection);
                    var sql = PgSeriesIndex.SELECT + " WHERE account = ? AND region = ? LIMIT ?";
                    try (var query = connection.prepareStatement(sql)) {
                        query.setString(1, tenant.account());
                        query.setString(2, tenant.region());
                        query.setInt(3, maxSeries + 1);
                        var all = read(query);
                        seen = first ? next : seen;
                        return all;
                    }
                });
        known.series =
                rows.size() > maxSeries
                        ? TenantSeries.NONE
                        : known.series.with(rows, monotonicMs());
        known.tooMany = rows.size() > maxSeries;
        makeRoom(tenant, known);
        held.put(tenant, known);
        return known;
    }

    /// Forgets others, the longest unused first, or gives the tenant up.
    private void makeRoom(Tenant tenant, Held known) {
        if (known.series.size() > maxSeries) {
            known.series = TenantSeries.NONE;
            known.tooMany = true;
        }
        var others =
                held.entrySet().stream()
                        .filter(one -> !one.getKey().equals(tenant))
                        .sorted(Comparator.comparingLong(one -> one.getValue().usedNanos))
                        .toList();
        var size = known.series.size() + others.stream().mapToInt(PgSeriesCatalog::size).sum();
        for (var one : others) {
            if (size <= maxSeries) {
                return;
            }
            size -= size(one);
            held.remove(one.getKey());
        }
    }

    private static int size(Map.Entry<Tenant, Held> one) {
        return one.getValue().series.size();
    }

    private List<KnownSeries> read(PreparedStatement query) throws SQLException {
        query.setFetchSize(FETCH_ROWS);
        var texts = new HashMap<String, String>();
        var all = new ArrayList<KnownSeries>();
        try (var rows = query.executeQuery()) {
            while (rows.next()) {
                var known = index.known(rows);
                all.add(
                        new KnownSeries(
                                known.id(), shared(known.series(), texts), known.lastSeenMs()));
            }
        }
        return all;
    }

    /// With one object for equal texts.
    private static Series shared(Series series, Map<String, String> texts) {
        var dimensions = new ArrayList<Dimension>(series.dimensions().size());
        for (var one : series.dimensions()) {
            dimensions.add(new Dimension(shared(one.name(), texts), shared(one.value(), texts)));
        }
        return new Series(
                shared(series.account(), texts),
                shared(series.region(), texts),
                shared(series.namespace(), texts),
                shared(series.metricName(), texts),
                Dimensions.of(dimensions));
    }

    private static String shared(String text, Map<String, String> texts) {
        var known = texts.putIfAbsent(text, text);
        return known == null ? text : known;
    }

    /// Asks when these last had samples.
    private void check(List<TenantSeries.Entry> doubtful) {
        var seen = HashMap.<Long, Long>newHashMap(doubtful.size());
        database.run(connection -> {
            var sql = "SELECT id, last_seen_ms FROM metrics.series WHERE id = ANY (?)";
            try (var query = connection.prepareStatement(sql)) {
                var ids = doubtful.stream().map(TenantSeries.Entry::id).toArray();
                query.setArray(1, connection.createArrayOf("bigint", ids));
                try (var rows = query.executeQuery()) {
                    while (rows.next()) {
                        seen.put(rows.getLong(1), rows.getLong(2));
                    }
                }
            }
        });
        var now = monotonicMs();
        doubtful.forEach(entry -> entry.seen(seen.getOrDefault(entry.id(), 0L), now));
    }
}
