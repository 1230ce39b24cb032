package io.pharos.metrics.insights.pg;

import io.pharos.kit.Database;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.insights.GroupSums;
import io.pharos.metrics.insights.InsightsParser;
import io.pharos.metrics.insights.InsightsQuery;
import io.pharos.metrics.insights.InsightsQuery.Function;
import io.pharos.metrics.insights.InsightsQuery.Key;
import io.pharos.metrics.insights.InsightsQuery.Order;
import io.pharos.metrics.query.PeriodAggregates;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.Searches.Group;
import io.pharos.metrics.query.Searches.Selected;
import io.pharos.metrics.query.pg.PgStatistics;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/// Runs Metrics Insights queries: one look into the index, then one pass over the blocks that adds every
/// series to its group. When there are more groups than are told and they have many periods, a pass before it
/// ranks them by the whole window, so that not many groups are ever kept period by period.
@Singleton
public final class PgInsights {
    /// AWS: a query looks at no more metrics.
    static final int MAX_METRICS = 10_000;

    /// AWS: a metric without samples for so long is not looked at.
    static final Duration ACTIVE = Duration.ofDays(14);

    /// What the index knows later than the samples' time tells: samples from the future (AWS: two hours)
    /// and its own delay.
    private static final Duration SLACK = Duration.ofHours(3);

    /// Groups times periods that are kept before it is known which groups are told.
    private static final int MAX_PERIODS_AT_ONCE = 200_000;

    private static final String OTHER = "Other";

    /// Between the values of a group's keys while groups are told apart: no value has it.
    private static final String SEPARATOR = "\u0001";

    private final Database database;
    private final PgSeriesIndex index;
    private final PgSeriesCatalog catalog;
    private final PgStatistics statistics;

    @Inject
    public PgInsights(
            @Metrics Database database,
            PgSeriesIndex index,
            PgSeriesCatalog catalog,
            PgStatistics statistics) {
        this.database = database;
        this.index = index;
        this.catalog = catalog;
        this.statistics = statistics;
    }

    public Selected select(Tenant tenant, InsightsQuery query, PeriodGrid grid, Instant now) {
        if (grid.count() == 0) {
            return new Selected(List.of(), false);
        }
        var members = members(tenant, query, grid, now);
        var isPartial = members.size() > MAX_METRICS;
        members.keySet().retainAll(members.keySet().stream().limit(MAX_METRICS).toList());
        if (!query.isGrouped()) {
            var all = sums(members, grid).getOrDefault("", GroupSums.EMPTY);
            return new Selected(List.of(group("", all, query.function(), grid)), isPartial);
        }
        var labels = Set.copyOf(members.values());
        var limit = query.limit().orElse(InsightsParser.MAX_LIMIT);
        var isAtOnce = (long) labels.size() * grid.count() <= MAX_PERIODS_AT_ONCE;
        Map<String, GroupSums> sums;
        List<String> told;
        if (query.orderBy().isEmpty() && labels.size() <= limit) {
            told = labels.stream().sorted().toList();
            sums = sums(members, grid);
        } else if (isAtOnce) {
            sums = sums(members, grid);
            told = ranked(sums, query);
        } else {
            var whole = new PeriodGrid(grid.startS(), (int) (grid.endS() - grid.startS()), 1);
            told = ranked(sums(members, whole), query);
            members.values()
                    .retainAll(new HashSet<>(told.subList(0, Math.min(limit, told.size()))));
            sums = sums(members, grid);
        }
        isPartial |= told.size() > InsightsParser.MAX_LIMIT && query.limit().isEmpty();
        told = told.subList(0, Math.min(limit, told.size()));
        var groups = new ArrayList<Group>(told.size());
        for (var label : told) {
            var found = sums.get(label);
            if (found != null && !found.isEmpty()) {
                groups.add(group(label, found, query.function(), grid));
            }
        }
        return new Selected(groups, isPartial);
    }

    /// Number of a series → its group, in the order of numbers.
    private Map<Long, String> members(
            Tenant tenant, InsightsQuery query, PeriodGrid grid, Instant now) {
        var seen = Instant.ofEpochSecond(grid.startS()).minus(SLACK);
        var active = now.minus(ACTIVE);
        var sinceMs = (seen.isAfter(active) ? seen : active).toEpochMilli();
        return catalog.first(tenant, query::matches, MAX_METRICS + 1, sinceMs)
                .map(known -> {
                    var members = LinkedHashMap.<Long, String>newLinkedHashMap(known.size());
                    known.forEach(one -> members.put(one.id(), label(query, one.series())));
                    return members;
                })
                .orElseGet(() -> database.read(c -> members(c, tenant, query, sinceMs)));
    }

    /// Of a tenant that has too many series to be held in memory.
    private LinkedHashMap<Long, String> members(
            Connection connection, Tenant tenant, InsightsQuery query, long sinceMs)
            throws SQLException {
        var parameters = new ArrayList<String>();
        var sql = sql(query, tenant.account(), parameters);
        try (var select = connection.prepareStatement(sql)) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, query.namespace());
            select.setString(4, query.metricName());
            select.setLong(5, sinceMs);
            for (var i = 0; i < parameters.size(); i++) {
                select.setString(6 + i, parameters.get(i));
            }
            var members = new LinkedHashMap<Long, String>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var series =
                            new Series(
                                    tenant.account(),
                                    tenant.region(),
                                    query.namespace(),
                                    query.metricName(),
                                    index.read(rows.getString(2)));
                    members.put(rows.getLong(1), label(query, series));
                }
            }
            return members;
        }
    }

    /// @param parameters takes the texts that come after the time
    private String sql(InsightsQuery query, String account, List<String> parameters) {
        var sql =
                new StringBuilder(
                        """
                        SELECT id, dimensions::text FROM metrics.series
                        WHERE account = ? AND region = ? AND namespace = ? AND metric_name = ?
                        AND last_seen_ms >= ?
                        """);
        query.dimensions()
                .ifPresent(names -> {
                    names.forEach(name -> {
                        sql.append(" AND dimensions ?? ?");
                        parameters.add(name);
                    });
                    sql.append(" AND dimensions");
                    names.forEach(name -> {
                        sql.append(" - ?");
                        parameters.add(name);
                    });
                    sql.append(" = '{}'");
                });
        for (var condition : query.conditions()) {
            var value = condition.value().in(account);
            switch (condition.key()) {
                case Key.Account _ ->
                        sql.append(
                                value.equals(account) == condition.isEqual() ? "" : " AND FALSE");
                case Key.Dimension(var name) -> {
                    var equals = index.write(Dimensions.of(name, value));
                    if (condition.isEqual()) {
                        sql.append(" AND dimensions @> ?::jsonb");
                    } else {
                        sql.append(" AND dimensions ?? ? AND NOT dimensions @> ?::jsonb");
                        parameters.add(name);
                    }
                    parameters.add(equals);
                }
            }
        }
        return sql.append(" ORDER BY id LIMIT ").append(MAX_METRICS + 1).toString();
    }

    /// AWS: values of the keys; what has no such dimension is among `Other`.
    private static String label(InsightsQuery query, Series series) {
        var label = new StringJoiner(SEPARATOR);
        for (var key : query.groupBy()) {
            var value = key.of(series);
            label.add(value == null ? OTHER : value);
        }
        return label.toString();
    }

    private Map<String, GroupSums> sums(Map<Long, String> members, PeriodGrid grid) {
        var byLabel = new HashMap<String, PeriodAggregates>();
        var bySeries = HashMap.<Long, PeriodAggregates>newHashMap(members.size());
        members.forEach((id, label) ->
                bySeries.put(
                        id, byLabel.computeIfAbsent(label, _ -> new PeriodAggregates(grid, null))));
        statistics.readInto(bySeries);
        var sums = HashMap.<String, GroupSums>newHashMap(byLabel.size());
        byLabel.forEach((label, periods) -> sums.put(label, GroupSums.of(periods)));
        return sums;
    }

    /// Groups that have samples. AWS: by label, but for ORDER BY.
    private static List<String> ranked(Map<String, GroupSums> whole, InsightsQuery query) {
        var order = Map.Entry.<String, GroupSums>comparingByKey();
        if (query.orderBy().isPresent()) {
            Order by = query.orderBy().get();
            var rank =
                    Comparator.comparingDouble((Map.Entry<String, GroupSums> group) ->
                            group.getValue().whole(by.function().statistic()));
            order = (by.isDescending() ? rank.reversed() : rank).thenComparing(order);
        }
        return whole.entrySet().stream()
                .filter(group -> !group.getValue().isEmpty())
                .sorted(order)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Group group(String label, GroupSums sums, Function function, PeriodGrid grid) {
        var times = new long[sums.size()];
        var values = new double[sums.size()];
        var kept = 0;
        for (var i = 0; i < sums.size(); i++) {
            var value = sums.value(i, function.statistic());
            if (Double.isFinite(value)) {
                times[kept] = grid.startOf(sums.slot(i));
                values[kept++] = value;
            }
        }
        return new Group(
                label.replace(SEPARATOR, " "),
                Arrays.copyOf(times, kept),
                Arrays.copyOf(values, kept));
    }
}
