package io.pharos.metrics.query.api;

import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;
import io.pharos.metrics.math.Expression;
import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.math.ExpressionParser;
import io.pharos.metrics.query.DataQuery;
import io.pharos.metrics.query.DynamicLabel;
import io.pharos.metrics.query.ExpressionQuery;
import io.pharos.metrics.query.FailedExpression;
import io.pharos.metrics.query.MetricQuery;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.series.Series;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// From the queries of GetMetricData to checked ones, in AWS's words when they are wrong.
public final class MetricQueries {
    static final int MAX_QUERIES = 500;
    static final int MAX_DATAPOINTS = 100_800;

    /// AWS: Metrics Insights queries of one call.
    static final int MAX_SELECTS = 1;

    private static final Pattern ID = Pattern.compile("[a-z][a-zA-Z0-9_]*");
    private static final Pattern TIMEZONE = Pattern.compile("[+-](0\\d|1[0-7])[0-5]\\d");
    private static final List<String> UNITS =
            Arrays.stream(Unit.values()).map(Unit::awsName).toList();

    private MetricQueries() {}

    /// @throws RuntimeException what AWS answers to queries that make no sense
    public static List<DataQuery> of(GetMetricDataRequest request, Tenant tenant) {
        return of(request, tenant, Map.of());
    }

    /// @param elsewhere whose metrics some of them are about, by their ids
    static List<DataQuery> of(
            GetMetricDataRequest request, Tenant tenant, Map<String, Tenant> elsewhere) {
        constraints(request);
        if (!request.startTime().isBefore(request.endTime())) {
            throw MetricConstraints.startNotBeforeEnd();
        }
        var ids = new HashSet<String>();
        var queries = new ArrayList<DataQuery>(request.metricDataQueries().size());
        for (var i = 0; i < request.metricDataQueries().size(); i++) {
            var query = request.metricDataQueries().get(i);
            if (!ids.add(query.id())) {
                throw AwsError.validation(
                        "The values for parameter id in MetricDataQueries are not unique.");
            }
            var whose = elsewhere.getOrDefault(query.id(), tenant);
            queries.add(query(query, "MetricDataQueries.member." + (i + 1), whose));
        }
        if (queries.stream().noneMatch(DataQuery::returnData)) {
            throw AwsError.validation("ReturnData must be true for at least one query.");
        }
        var selects =
                queries.stream()
                        .filter(query ->
                                query instanceof ExpressionQuery one
                                        && one.expression() instanceof Expression.Select)
                        .count();
        if (selects > MAX_SELECTS) {
            throw AwsError.validation("Maximum number of queries (" + MAX_SELECTS + ") exceeded");
        }
        return queries;
    }

    private static void constraints(GetMetricDataRequest request) {
        var constraints =
                Constraints.check()
                        .required(
                                "metricDataQueries",
                                request.hasMetricDataQueries() ? request.metricDataQueries() : null)
                        .required("startTime", request.startTime())
                        .required("endTime", request.endTime())
                        .oneOf(
                                "scanBy",
                                request.scanByAsString(),
                                List.of("TimestampDescending", "TimestampAscending"))
                        .range("maxDatapoints", request.maxDatapoints(), 1, MAX_DATAPOINTS);
        if (request.hasMetricDataQueries()) {
            constraints.size("metricDataQueries", request.metricDataQueries(), 1, MAX_QUERIES);
        }
        if (request.labelOptions() != null) {
            constraints.pattern(
                    "labelOptions.timezone", request.labelOptions().timezone(), TIMEZONE);
        }
        for (var i = 0; i < request.metricDataQueries().size(); i++) {
            constraints(
                    constraints,
                    "metricDataQueries." + (i + 1) + ".member",
                    request.metricDataQueries().get(i));
        }
        constraints.orThrow();
    }

    private static void constraints(Constraints constraints, String path, MetricDataQuery query) {
        constraints
                .required(path + ".id", query.id())
                .length(path + ".id", query.id(), 1, MetricConstraints.MAX_NAME)
                .length(path + ".expression", query.expression(), 1, 2_048)
                .atLeast(path + ".period", query.period(), 1)
                .length(path + ".accountId", query.accountId(), 1, 255);
        var stat = query.metricStat();
        if (stat == null) {
            return;
        }
        constraints
                .required(path + ".metricStat.metric", stat.metric())
                .required(path + ".metricStat.period", stat.period())
                .atLeast(path + ".metricStat.period", stat.period(), 1)
                .required(path + ".metricStat.stat", stat.stat())
                .oneOf(path + ".metricStat.unit", stat.unitAsString(), UNITS);
        var metric = stat.metric();
        if (metric != null) {
            var member = path + ".metricStat.metric";
            constraints
                    .length(
                            member + ".namespace",
                            metric.namespace(),
                            1,
                            MetricConstraints.MAX_NAME)
                    .length(
                            member + ".metricName",
                            metric.metricName(),
                            1,
                            MetricConstraints.MAX_NAME);
            MetricConstraints.dimensions(constraints, member + ".dimensions", metric.dimensions());
        }
    }

    private static DataQuery query(MetricDataQuery query, String at, Tenant tenant) {
        if (!ID.matcher(query.id()).matches()) {
            throw AwsError.validation(
                    "The value for parameter "
                            + at
                            + ".Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.");
        }
        var stat = query.metricStat();
        if (query.expression() != null && stat != null) {
            throw AwsError.validation(
                    "The parameters "
                            + at
                            + ".Expression and "
                            + at
                            + ".MetricStat are mutually exclusive and you have specified both.");
        }
        checkLabel(query.label(), at);
        if (query.expression() != null) {
            return expression(query, at, tenant);
        }
        if (stat == null) {
            throw AwsError.validation(
                    "At least one of the parameters "
                            + at
                            + ".Expression and "
                            + at
                            + ".MetricStat must be specified.");
        }
        if (query.period() != null) {
            throw AwsError.validation(
                    "The parameter " + at + ".Period must be used with an Expression.");
        }
        var statistic =
                Statistic.parse(stat.stat())
                        .orElseThrow(() ->
                                AwsError.validation(
                                        "The value for parameter "
                                                + at
                                                + ".MetricStat.Stat is not a valid"
                                                + " statistic."));
        checkPeriod(stat.period(), at + ".MetricStat.Period");
        var metric = stat.metric();
        return new MetricQuery(
                query.id(),
                new Series(
                        tenant.account(),
                        tenant.region(),
                        metric.namespace() == null ? "" : metric.namespace(),
                        metric.metricName() == null ? "" : metric.metricName(),
                        MetricConstraints.toDimensions(metric.dimensions())),
                stat.stat(),
                statistic,
                stat.period(),
                stat.unitAsString() == null ? null : Unit.named(stat.unitAsString()),
                query.label(),
                query.returnData() == null || query.returnData(),
                isForbidden(query, tenant));
    }

    private static ExpressionQuery expression(MetricDataQuery query, String at, Tenant tenant) {
        if (query.period() != null) {
            checkPeriod(query.period(), at + ".Period");
        }
        try {
            return new ExpressionQuery(
                    query.id(),
                    ExpressionParser.parse(query.expression()),
                    query.period(),
                    query.label(),
                    query.returnData() == null || query.returnData(),
                    isForbidden(query, tenant));
        } catch (ExpressionError error) {
            throw AwsError.validation(new FailedExpression(query.id(), error).getMessage());
        }
    }

    private static void checkPeriod(int periodS, String at) {
        if (!PeriodGrid.isPeriod(periodS) || periodS > MetricConstraints.MAX_PERIOD) {
            throw AwsError.validation(MetricConstraints.badPeriod(periodS).replace("Period", at));
        }
    }

    private static void checkLabel(@Nullable String label, String at) {
        if (label != null) {
            DynamicLabel.mistake(label)
                    .ifPresent(mistake -> {
                        throw AwsError.validation(
                                "The parameter " + at + ".Label " + mistake + ".");
                    });
        }
    }

    private static boolean isForbidden(MetricDataQuery query, Tenant tenant) {
        return query.accountId() != null && !query.accountId().equals(tenant.account());
    }
}
