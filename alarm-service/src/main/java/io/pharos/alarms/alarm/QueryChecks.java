package io.pharos.alarms.alarm;

import io.pharos.metric.Statistic;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// PutMetricAlarm's rules of a list of Metrics. What an expression means is asked of its owner.
final class QueryChecks {
    private static final int MAX_QUERIES = 20;
    private static final int MAX_OF_A_KIND = 10;
    private static final int INSIGHTS_REACH_S = 3 * 3_600;
    private static final Pattern ID = Pattern.compile("[a-z][a-zA-Z0-9_]{0,254}");
    private static final Pattern SEARCH = Pattern.compile("(?i)\\bSEARCH\\s*\\(");
    private static final Pattern BAND = Pattern.compile("(?i)\\s*ANOMALY_DETECTION_BAND\\s*\\(.*");
    private static final Pattern SINGLE_SERIES_ONLY =
            Pattern.compile("arn:[^:]+:(autoscaling|automate|swf):.*");

    private QueryChecks() {}

    static AlarmQueries check(PutMetricAlarmRequest request, String account) {
        refuse("MetricName", request.metricName());
        refuse("Namespace", request.namespace());
        refuse("Dimensions", request.dimensions().isEmpty() ? null : request.dimensions());
        refuse("Period", request.period());
        refuse("Unit", request.unitAsString());
        refuse("Statistic", request.statisticAsString());
        refuse("ExtendedStatistic", request.extendedStatistic());
        if (request.evaluateLowSampleCountPercentile() != null) {
            refuse("EvaluateLowSampleCountPercentile", "");
        }
        var queries = request.metrics();
        if (queries.isEmpty() || queries.size() > MAX_QUERIES) {
            throw AwsError.validation(
                    "The list of Metrics must have between 1 and " + MAX_QUERIES + " entries.");
        }
        checkShape(queries);
        checkEach(queries, account);
        checkCounts(queries);
        checkReturns(queries, request.thresholdMetricId());
        if (request.thresholdMetricId() != null) {
            refuseSingleSeriesActions(request, "alarms on anomaly detection bands");
        }
        var checked = new AlarmQueries(queries, Optional.ofNullable(request.thresholdMetricId()));
        var hasPeriod =
                queries.stream().anyMatch(q -> q.metricStat() != null || q.period() != null);
        if (!hasPeriod) {
            throw AwsError.validation("Period must not be null");
        }
        if (checked.isSelect()) {
            checkInsights(request, checked);
        }
        return checked;
    }

    private static void refuse(String member, @Nullable Object value) {
        if (value != null) {
            throw AwsError.validation(member + " should not be set if list of Metrics is set.");
        }
    }

    private static void checkShape(List<MetricDataQuery> queries) {
        var constraints = Constraints.check();
        var index = 1;
        for (var query : queries) {
            var path = "metrics." + index++ + ".member.";
            constraints
                    .required(path + "id", query.id())
                    .length(path + "id", query.id(), 1, 255)
                    .length(path + "expression", query.expression(), 1, 2048)
                    .atLeast(path + "period", query.period(), 1)
                    .length(path + "accountId", query.accountId(), 1, 255);
            if (query.metricStat() != null) {
                checkShape(constraints, path + "metricStat.", query.metricStat());
            }
        }
        constraints.orThrow();
    }

    private static void checkShape(Constraints constraints, String path, MetricStat stat) {
        constraints
                .required(path + "metric", stat.metric())
                .required(path + "period", stat.period())
                .atLeast(path + "period", stat.period(), 1)
                .required(path + "stat", stat.stat())
                .oneOf(path + "unit", stat.unitAsString(), StandardUnit.knownValues());
        if (stat.metric() == null) {
            return;
        }
        constraints
                .required(path + "metric.metricName", stat.metric().metricName())
                .length(path + "metric.metricName", stat.metric().metricName(), 1, 255)
                .required(path + "metric.namespace", stat.metric().namespace())
                .length(path + "metric.namespace", stat.metric().namespace(), 1, 255)
                .size(path + "metric.dimensions", stat.metric().dimensions(), 0, 30);
        for (var dimension : stat.metric().dimensions()) {
            constraints
                    .required(path + "metric.dimensions.name", dimension.name())
                    .length(path + "metric.dimensions.name", dimension.name(), 1, 255)
                    .required(path + "metric.dimensions.value", dimension.value())
                    .length(path + "metric.dimensions.value", dimension.value(), 1, 1024);
        }
    }

    private static void checkEach(List<MetricDataQuery> queries, String account) {
        var ids = new HashSet<String>();
        for (var query : queries) {
            if (!ID.matcher(query.id()).matches()) {
                throw AwsError.validation(
                        "The Id "
                                + query.id()
                                + " must start with a lower-case letter and contain"
                                + " only letters, digits and underscores.");
            }
            if (!ids.add(query.id())) {
                throw AwsError.validation("The Id " + query.id() + " is used more than once.");
            }
            if ((query.metricStat() == null) == (query.expression() == null)) {
                throw AwsError.validation(
                        "The query " + query.id() + " must have either MetricStat or Expression.");
            }
            if (query.accountId() != null && !query.accountId().equals(account)) {
                throw AwsError.unsupported(
                        "Alarms on metrics of another account are not supported.");
            }
            if (query.metricStat() != null) {
                checkPeriod(query.metricStat().period());
                if (Statistic.parse(query.metricStat().stat()).isEmpty()) {
                    throw AwsError.validation(
                            "The value "
                                    + query.metricStat().stat()
                                    + " for parameter Stat is not supported.");
                }
            } else if (SEARCH.matcher(query.expression()).find()) {
                throw AwsError.validation("SEARCH is not supported on Metric Alarms.");
            } else if (query.period() != null && !AlarmQueries.isSelect(query)) {
                checkPeriod(query.period());
            }
        }
    }

    private static void checkPeriod(int period) {
        if (period != 10 && period != 20 && period != 30 && period % 60 != 0) {
            throw AwsError.validation("Period must be 10, 20, 30 or a multiple of 60");
        }
    }

    private static void checkCounts(List<MetricDataQuery> queries) {
        var metrics = queries.stream().filter(query -> query.metricStat() != null).count();
        if (metrics > MAX_OF_A_KIND || queries.size() - metrics > MAX_OF_A_KIND) {
            throw AwsError.validation(
                    "An alarm can have at most 10 metrics and 10 expressions in its list of"
                            + " Metrics.");
        }
    }

    private static void checkReturns(List<MetricDataQuery> queries, @Nullable String bandId) {
        var returned = queries.stream().filter(AlarmQueries::returnsData).toList();
        if (bandId == null) {
            if (returned.size() != 1) {
                throw AwsError.validation(
                        "Exactly one element of the metrics list should return data.");
            }
            if (isBand(returned.getFirst())) {
                throw AwsError.validation(
                        "ThresholdMetricId is required for ANOMALY_DETECTION_BAND.");
            }
            return;
        }
        var band = queries.stream().filter(query -> query.id().equals(bandId)).findFirst();
        if (band.isEmpty() || !isBand(band.get())) {
            throw AwsError.validation(
                    "ThresholdMetricId "
                            + bandId
                            + " must be the Id of an ANOMALY_DETECTION_BAND expression.");
        }
        if (returned.size() != 2 || !returned.contains(band.get())) {
            throw AwsError.validation(
                    "Exactly two elements of the metrics list should return data: the metric and"
                            + " its band.");
        }
    }

    private static boolean isBand(MetricDataQuery query) {
        return query.expression() != null && BAND.matcher(query.expression()).matches();
    }

    private static void checkInsights(PutMetricAlarmRequest request, AlarmQueries queries) {
        var period = queries.periodS();
        if (period < 60) {
            throw AwsError.validation(
                    "MetricsInsights monitors do not support less than 60 seconds period");
        }
        checkPeriod(period);
        var n = request.evaluationPeriods();
        if (n != null && (long) period * n > INSIGHTS_REACH_S) {
            throw AwsError.validation(
                    "MetricsInsights monitors cannot be checked across more than 3 hours");
        }
        if (queries.isOnSeveralSeries()) {
            checkActions(request);
        }
    }

    private static void checkActions(PutMetricAlarmRequest request) {
        refuseSingleSeriesActions(request, "Multi Time Series alarms");
        if (!request.insufficientDataActions().isEmpty()) {
            throw AwsError.validation(
                    "InsufficientData actions are not supported for contributor-level action types"
                            + " in Multi Time Series alarms");
        }
    }

    private static void refuseSingleSeriesActions(PutMetricAlarmRequest request, String of) {
        var all = new HashSet<>(request.okActions());
        all.addAll(request.alarmActions());
        all.addAll(request.insufficientDataActions());
        if (all.stream().anyMatch(arn -> SINGLE_SERIES_ONLY.matcher(arn).matches())) {
            throw AwsError.validation("Autoscaling actions are not available for " + of);
        }
    }
}
