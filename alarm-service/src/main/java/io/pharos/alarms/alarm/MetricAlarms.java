package io.pharos.alarms.alarm;

import io.pharos.kit.ResourceTags;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// PutMetricAlarm's rules: what may be put, in AWS's words, and the alarm that comes of it.
public final class MetricAlarms {
    private static final int DAY_S = 86_400;
    private static final int WEEK_S = 7 * DAY_S;
    private static final int HOUR_S = 3_600;
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f]");
    private static final Pattern NAMESPACE = Pattern.compile("[^:].*");

    private MetricAlarms() {}

    /// A new alarm. Its parameters have passed [#check].
    public static MetricAlarm create(AlarmKey key, PutMetricAlarmRequest request, Instant now) {
        return configure(MetricAlarm.builder().build(), key, request, now).toBuilder()
                .stateValue(StateValue.INSUFFICIENT_DATA)
                .stateReason(Alarm.CREATED)
                .stateUpdatedTimestamp(now)
                .stateTransitionedTimestamp(now)
                .build();
    }

    /// The alarm with all of its configuration replaced and its state kept; `alarm` itself when the
    /// put changes nothing.
    public static MetricAlarm update(
            MetricAlarm alarm, AlarmKey key, PutMetricAlarmRequest request, Instant now) {
        var unchanged = configure(alarm, key, request, alarm.alarmConfigurationUpdatedTimestamp());
        return unchanged.equals(alarm) ? alarm : configure(alarm, key, request, now);
    }

    private static MetricAlarm configure(
            MetricAlarm alarm, AlarmKey key, PutMetricAlarmRequest request, Instant updated) {
        return alarm.toBuilder()
                .alarmName(key.name())
                .alarmArn(key.arn())
                .alarmDescription(request.alarmDescription())
                .alarmConfigurationUpdatedTimestamp(updated)
                .actionsEnabled(request.actionsEnabled() == null || request.actionsEnabled())
                .okActions(List.copyOf(request.okActions()))
                .alarmActions(List.copyOf(request.alarmActions()))
                .insufficientDataActions(List.copyOf(request.insufficientDataActions()))
                .metricName(request.metricName())
                .namespace(request.namespace())
                .statistic(request.statisticAsString())
                .extendedStatistic(request.extendedStatistic())
                .dimensions(List.copyOf(request.dimensions()))
                .period(request.period())
                .unit(request.unitAsString())
                .evaluationPeriods(request.evaluationPeriods())
                .datapointsToAlarm(request.datapointsToAlarm())
                .metrics(isOfQueries(request) ? List.copyOf(request.metrics()) : null)
                .thresholdMetricId(request.thresholdMetricId())
                .evaluationState((String) null)
                .threshold(request.threshold())
                .comparisonOperator(request.comparisonOperatorAsString())
                .treatMissingData(request.treatMissingData())
                .evaluateLowSampleCountPercentile(request.evaluateLowSampleCountPercentile())
                .build();
    }

    /// @param tenant who puts it
    /// @param reach where its actions can go
    /// @throws AwsError or the SDK's exception that AWS answers
    public static void check(PutMetricAlarmRequest request, Tenant tenant, ActionReach reach) {
        checkShape(request);
        if (CONTROL.matcher(request.alarmName()).find()) {
            throw AwsError.validation("AlarmName must not contain ASCII Control characters");
        }
        AlarmActions.check(request, tenant.region(), reach);
        if (isOfQueries(request)) {
            var queries = QueryChecks.check(request, tenant.account());
            checkComparison(request);
            checkPeriods(queries.periodS(), request);
        } else {
            checkPresence(request);
            checkStatistic(request);
            checkPeriods(request.period(), request);
            checkLowSamples(request);
            checkDimensions(request);
        }
        checkMissingData(request.treatMissingData());
    }

    /// The list of queries of a checked put; empty for an alarm on a metric.
    public static Optional<AlarmQueries> queries(PutMetricAlarmRequest request) {
        return isOfQueries(request)
                ? Optional.of(
                        new AlarmQueries(
                                request.metrics(),
                                Optional.ofNullable(request.thresholdMetricId())))
                : Optional.empty();
    }

    /// An empty list is none: that is how the Query protocol says so.
    private static boolean isOfQueries(PutMetricAlarmRequest request) {
        return request.hasMetrics() && !request.metrics().isEmpty();
    }

    private static void checkShape(PutMetricAlarmRequest request) {
        var constraints =
                Constraints.check()
                        .required("alarmName", request.alarmName())
                        .length("alarmName", request.alarmName(), 1, 255)
                        .length("alarmDescription", request.alarmDescription(), 0, 1024)
                        .length("metricName", request.metricName(), 1, 255)
                        .pattern("namespace", request.namespace(), NAMESPACE)
                        .length("namespace", request.namespace(), 1, 255)
                        .oneOf("statistic", request.statisticAsString(), Statistic.knownValues())
                        .atLeast("period", request.period(), 1)
                        .oneOf("unit", request.unitAsString(), StandardUnit.knownValues())
                        .atLeast("evaluationPeriods", request.evaluationPeriods(), 1)
                        .atLeast("datapointsToAlarm", request.datapointsToAlarm(), 1)
                        .oneOf(
                                "comparisonOperator",
                                request.comparisonOperatorAsString(),
                                ComparisonOperator.knownValues())
                        .length("thresholdMetricId", request.thresholdMetricId(), 1, 255)
                        .length("treatMissingData", request.treatMissingData(), 1, 255)
                        .length(
                                "evaluateLowSampleCountPercentile",
                                request.evaluateLowSampleCountPercentile(),
                                1,
                                255)
                        .size("dimensions", request.dimensions(), 0, 30)
                        .size("tags", request.tags(), 0, ResourceTags.MAX_TAGS);
        checkActionShape(constraints, "oKActions", request.okActions());
        checkActionShape(constraints, "alarmActions", request.alarmActions());
        checkActionShape(constraints, "insufficientDataActions", request.insufficientDataActions());
        var index = 1;
        for (var dimension : request.dimensions()) {
            var path = "dimensions." + index++ + ".member.";
            constraints
                    .required(path + "name", dimension.name())
                    .length(path + "name", dimension.name(), 1, 255)
                    .required(path + "value", dimension.value())
                    .length(path + "value", dimension.value(), 1, 1024);
        }
        ResourceTags.check(constraints, request.tags());
        constraints.orThrow();
    }

    private static void checkActionShape(
            Constraints constraints, String path, List<String> actions) {
        constraints.size(path, actions, 0, 5);
        var index = 1;
        for (var action : actions) {
            constraints.length(path + "." + index++ + ".member", action, 1, 1024);
        }
    }

    private static void checkPresence(PutMetricAlarmRequest request) {
        checkComparison(request);
        require(request.metricName(), "a MetricName parameter");
        require(request.namespace(), "a Namespace parameter");
        require(request.period(), "a Period parameter");
    }

    /// Against a number, or against a band that ThresholdMetricId names.
    private static void checkComparison(PutMetricAlarmRequest request) {
        require(request.comparisonOperatorAsString(), "a valid ComparisonOperator parameter");
        var isBand = Comparison.of(request.comparisonOperatorAsString()).isOfBand();
        if (isBand != (request.thresholdMetricId() != null)) {
            require(null, "a valid ComparisonOperator parameter");
        }
        require(request.evaluationPeriods(), "an EvaluationPeriods parameter");
        if (isBand) {
            if (request.threshold() != null) {
                throw AwsError.validation(
                        "Threshold should not be set if ThresholdMetricId is set.");
            }
            if (!isOfQueries(request)) {
                throw AwsError.validation(
                        "ThresholdMetricId should only be set if list of Metrics is set.");
            }
        } else {
            require(request.threshold(), "valid Threshold parameter");
            if (!Double.isFinite(request.threshold())) {
                require(null, "valid Threshold parameter");
            }
        }
    }

    private static void require(@Nullable Object value, String what) {
        if (value == null) {
            throw AwsError.validation("PutMetricAlarm request should have " + what);
        }
    }

    private static void checkStatistic(PutMetricAlarmRequest request) {
        var extended = request.extendedStatistic();
        if (request.statisticAsString() == null && extended == null) {
            require(null, "a Statistic parameter");
        }
        if (request.statisticAsString() != null && extended != null) {
            throw AwsError.validation(
                    "PutMetricAlarm request can not be made with both Statistic and ExtendedStatistic"
                            + " parameters. Only one of them should be present");
        }
        if (extended != null && io.pharos.metric.Statistic.parseExtended(extended).isEmpty()) {
            throw InvalidParameterValueException.builder()
                    .message(
                            "The value "
                                    + extended
                                    + " for parameter ExtendedStatistic is not supported.")
                    .build();
        }
    }

    private static void checkPeriods(int period, PutMetricAlarmRequest request) {
        if (period != 10 && period != 20 && period != 30 && period % 60 != 0) {
            throw AwsError.validation("Period must be 10, 20, 30 or a multiple of 60");
        }
        var range = (long) period * request.evaluationPeriods();
        if (period < HOUR_S && range > DAY_S) {
            throw AwsError.validation(
                    "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must"
                            + " be <= 86400) for alarms using period < 3600");
        }
        if (range > WEEK_S) {
            throw AwsError.validation(
                    "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must"
                            + " be <= 604800) for alarms using period >= 3600");
        }
        var m = request.datapointsToAlarm();
        if (m != null && m > request.evaluationPeriods()) {
            throw AwsError.validation(
                    "DatapointsToAlarm must be less than or equal to EvaluationPeriods");
        }
    }

    private static void checkMissingData(@Nullable String treatment) {
        if (treatment != null && !MissingData.isKnown(treatment)) {
            throw AwsError.validation(
                    "The value "
                            + treatment
                            + " is not supported for TreatMissingData parameter. Supported values are"
                            + " [breaching, notBreaching, ignore, missing].");
        }
    }

    private static void checkLowSamples(PutMetricAlarmRequest request) {
        var option = request.evaluateLowSampleCountPercentile();
        if (option == null) {
            return;
        }
        if (!option.equals("evaluate") && !option.equals("ignore")) {
            throw AwsError.validation(
                    "Option "
                            + option
                            + " is not supported. Supported options for parameter"
                            + " EvaluateLowSampleCountPercentile are evaluate and ignore.");
        }
        var extended = request.extendedStatistic();
        if (extended == null || !AlarmRule.isPercentile(extended)) {
            throw AwsError.validation(
                    "Option evaluateLowSampleCountPercentile can not be applied with statistic "
                            + (extended == null ? request.statisticAsString() : extended)
                            + ". This option is enabled only for percentile statistics.");
        }
    }

    private static void checkDimensions(PutMetricAlarmRequest request) {
        var names = new HashSet<String>();
        for (var dimension : request.dimensions()) {
            if (!names.add(dimension.name())) {
                throw AwsError.validation(
                        "The dimension name " + dimension.name() + " is given more than once.");
            }
        }
    }
}
