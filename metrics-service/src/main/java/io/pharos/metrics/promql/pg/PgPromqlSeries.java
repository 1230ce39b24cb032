package io.pharos.metrics.promql.pg;

import io.pharos.kit.Database;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.promql.LabelSet;
import io.pharos.metrics.promql.Matcher;
import io.pharos.metrics.series.KnownSeries;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.SeriesFilter;
import io.pharos.metrics.series.pg.PgSeriesCatalog;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the series of the index that matchers select, as series with labels.
@Singleton
public final class PgPromqlSeries {
    /// Series of the index that one selector may look at.
    public static final int MAX_LOOKED_AT = 100_000;

    private static final int PAGE = 2_000;
    private static final int ANY = 0;

    private final Database database;
    private final PgSeriesIndex index;
    private final PgSeriesCatalog catalog;

    @Inject
    public PgPromqlSeries(
            @Metrics Database database, PgSeriesIndex index, PgSeriesCatalog catalog) {
        this.database = database;
        this.index = index;
        this.catalog = catalog;
    }

    /// @param series ascending by number
    /// @param complete false when there may be more
    public record Found(List<Labelled> series, boolean complete) {}

    /// A series, its statistic for those that CloudWatch's own API knows.
    public record Labelled(KnownSeries known, LabelSet labels, MetricLabels.Form form) {}

    /// @param limit the most to find; zero: [#MAX_LOOKED_AT]
    public Found find(Tenant tenant, List<Matcher> matchers, long seenSinceMs, int limit) {
        return find(tenant, matchers, MetricLabels.form(matchers), seenSinceMs, limit);
    }

    /// @param form what the values of classic metrics are
    Found find(
            Tenant tenant,
            List<Matcher> matchers,
            MetricLabels.Form form,
            long seenSinceMs,
            int limit) {
        var most = limit == ANY ? MAX_LOOKED_AT : limit;
        var labelled = new IdentityHashMap<Series, Labels>();
        var wanted = new Wanted(matchers, form);
        var held =
                catalog.first(
                        tenant,
                        series -> {
                            var labels = wanted.labels(series);
                            if (labels != null) {
                                labelled.put(series, labels);
                            }
                            return labels != null;
                        },
                        most + 1,
                        Math.max(0, seenSinceMs));
        if (held.isPresent()) {
            var found = new ArrayList<Labelled>(Math.min(most, held.get().size()));
            for (var known : held.get().subList(0, Math.min(most, held.get().size()))) {
                var one = labelled.get(known.series());
                if (one != null) {
                    found.add(new Labelled(known, one.labels(), one.form()));
                }
            }
            return new Found(found, held.get().size() <= most);
        }
        return database.read(connection -> {
            var found = new LinkedHashMap<Long, Labelled>();
            var complete = true;
            for (var filter : filters(tenant, matchers, seenSinceMs)) {
                complete &= scan(connection, filter, wanted, most, found);
            }
            return new Found(List.copyOf(found.values()), complete);
        });
    }

    /// The matchers, those of the name first: they tell without labels having to be made.
    private static final class Wanted {
        private final List<Matcher> ofName;
        private final List<Matcher> others;
        private final MetricLabels.Form form;

        Wanted(List<Matcher> matchers, MetricLabels.Form form) {
            ofName = matchers.stream().filter(m -> m.name().equals(LabelSet.NAME)).toList();
            others = matchers.stream().filter(m -> !m.name().equals(LabelSet.NAME)).toList();
            this.form = form;
        }

        /// The labels of a series that meets all; null otherwise.
        @Nullable Labels labels(Series series) {
            for (var matcher : ofName) {
                if (!matcher.matches(series.metricName())) {
                    return null;
                }
            }
            var ofSeries = MetricLabels.isClassic(series) ? form : MetricLabels.SENT;
            if (ofSeries == MetricLabels.NONE) {
                return null;
            }
            var labels = MetricLabels.of(series, ofSeries);
            for (var matcher : others) {
                if (!ofSeries.ignores(matcher.name())
                        && !matcher.matches(labels.get(matcher.name()))) {
                    return null;
                }
            }
            return new Labels(labels, ofSeries);
        }
    }

    private record Labels(LabelSet labels, MetricLabels.Form form) {}

    private boolean scan(
            Connection connection,
            SeriesFilter first,
            Wanted wanted,
            int most,
            Map<Long, Labelled> found)
            throws SQLException {
        var filter = first;
        for (var lookedAt = 0; lookedAt < MAX_LOOKED_AT; lookedAt += PAGE) {
            var page = index.list(connection, filter, PAGE);
            for (var known : page) {
                var labels = wanted.labels(known.series());
                if (labels != null) {
                    if (found.size() >= most && !found.containsKey(known.id())) {
                        return false;
                    }
                    found.put(known.id(), new Labelled(known, labels.labels(), labels.form()));
                }
            }
            if (page.size() < PAGE) {
                return true;
            }
            filter = after(filter, page.getLast().id());
        }
        return false;
    }

    private static SeriesFilter after(SeriesFilter filter, long id) {
        return new SeriesFilter(
                filter.account(),
                filter.region(),
                filter.namespace(),
                filter.metricName(),
                filter.dimensionNames(),
                filter.dimensions(),
                filter.seenSinceMs(),
                id);
    }

    /// What the index can tell of the matchers: once as dimensions are, once as attributes of
    /// OpenTelemetry's datapoints.
    private static List<SeriesFilter> filters(
            Tenant tenant, List<Matcher> matchers, long seenSinceMs) {
        var dimensions = new HashMap<String, String>();
        var attributes = new HashMap<String, String>();
        var form = MetricLabels.form(matchers);
        var name = Optional.<String>empty();
        var namespace = Optional.<String>empty();
        for (var matcher : matchers) {
            if (matcher.kind() != Matcher.Kind.EQUAL || matcher.value().isEmpty()) {
                continue;
            }
            if (matcher.name().equals(LabelSet.NAME)) {
                name = Optional.of(matcher.value());
            } else if (matcher.name().equals(MetricLabels.NAMESPACE)) {
                namespace = Optional.of(matcher.value());
            } else if (!MetricLabels.isComputed(matcher.name()) && !form.ignores(matcher.name())) {
                dimensions.put(matcher.name(), matcher.value());
                attributes.put(MetricLabels.asAttribute(matcher.name()), matcher.value());
            }
        }
        var filters = new ArrayList<SeriesFilter>();
        for (var some : new LinkedHashSet<>(List.of(dimensions, attributes))) {
            filters.add(
                    new SeriesFilter(
                            tenant.account(),
                            tenant.region(),
                            namespace,
                            name,
                            Set.of(),
                            some,
                            Math.max(0, seenSinceMs),
                            0));
        }
        return filters;
    }

    /// Names of metrics, ascending.
    public List<String> names(Tenant tenant, long seenSinceMs, int limit) {
        var sql =
                """
                SELECT DISTINCT metric_name FROM (
                    SELECT id, metric_name FROM metrics.metric
                    WHERE account = ? AND region = ? ORDER BY namespace, metric_name LIMIT ?) m
                WHERE EXISTS (SELECT FROM metrics.series_entry
                    WHERE metric = m.id AND last_seen_ms >= ?)
                ORDER BY metric_name LIMIT ?
                """;
        return database.read(connection -> {
            try (var query = connection.prepareStatement(sql)) {
                query.setString(1, tenant.account());
                query.setString(2, tenant.region());
                query.setInt(3, MAX_LOOKED_AT);
                query.setLong(4, seenSinceMs);
                query.setInt(5, limit);
                var names = new ArrayList<String>();
                try (var rows = query.executeQuery()) {
                    while (rows.next()) {
                        names.add(rows.getString(1));
                    }
                }
                return names;
            }
        });
    }
}
