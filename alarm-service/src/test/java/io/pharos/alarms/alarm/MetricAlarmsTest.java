package io.pharos.alarms.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// What PutMetricAlarm refuses, in AWS's words.
class MetricAlarmsTest {
    private static final String REGION = "us-east-1";

    @Test
    void acceptsTheForms() {
        accept(r -> {});
        accept(r -> r.period(10).evaluationPeriods(8640));
        accept(r -> r.period(3600).evaluationPeriods(168));
        accept(r -> r.statistic((String) null).extendedStatistic("p99.9"));
        accept(r ->
                r.statistic((String) null)
                        .extendedStatistic("p90")
                        .evaluateLowSampleCountPercentile("ignore"));
        accept(r -> r.alarmActions("arn:aws:sns:us-east-1:123456789012:ops"));
    }

    @Test
    void refusesMissingPieces() {
        refuse(
                r -> r.comparisonOperator((String) null),
                "PutMetricAlarm request should have a valid ComparisonOperator parameter");
        refuse(
                r -> r.evaluationPeriods(null),
                "PutMetricAlarm request should have an EvaluationPeriods parameter");
        refuse(
                r -> r.threshold(null),
                "PutMetricAlarm request should have valid Threshold parameter");
        refuse(
                r -> r.threshold(Double.NaN),
                "PutMetricAlarm request should have valid Threshold parameter");
        refuse(
                r -> r.statistic((String) null),
                "PutMetricAlarm request should have a Statistic parameter");
        refuse(r -> r.period(null), "PutMetricAlarm request should have a Period parameter");
    }

    @Test
    void refusesPeriodsAndRanges() {
        refuse(r -> r.period(45), "Period must be 10, 20, 30 or a multiple of 60");
        refuse(
                r -> r.period(60).evaluationPeriods(1441),
                "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be"
                        + " <= 86400) for alarms using period < 3600");
        refuse(
                r -> r.period(3600).evaluationPeriods(169),
                "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be"
                        + " <= 604800) for alarms using period >= 3600");
        refuse(
                r -> r.datapointsToAlarm(2),
                "DatapointsToAlarm must be less than or equal to EvaluationPeriods");
    }

    @Test
    void refusesValues() {
        refuse(
                r -> r.treatMissingData("x"),
                "The value x is not supported for TreatMissingData parameter. Supported values are"
                        + " [breaching, notBreaching, ignore, missing].");
        refuse(
                r -> r.evaluateLowSampleCountPercentile("ignore"),
                "Option evaluateLowSampleCountPercentile can not be applied with statistic Maximum."
                        + " This option is enabled only for percentile statistics.");
        refuse(
                r ->
                        r.statistic((String) null)
                                .extendedStatistic("p90")
                                .evaluateLowSampleCountPercentile("x"),
                "Option x is not supported. Supported options for parameter"
                        + " EvaluateLowSampleCountPercentile are evaluate and ignore.");
        refuse(
                r -> r.extendedStatistic("p90"),
                "PutMetricAlarm request can not be made with both Statistic and ExtendedStatistic"
                        + " parameters. Only one of them should be present");
        refuse(r -> r.alarmName("a\u0007b"), "AlarmName must not contain ASCII Control characters");
        refuse(
                r -> r.alarmName(""),
                "1 validation error detected: Value '' at 'alarmName' failed to satisfy constraint:"
                        + " Member must have length greater than or equal to 1");
        assertThatThrownBy(() -> check(r -> r.statistic((String) null).extendedStatistic("p101")))
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining(
                        "The value p101 for parameter ExtendedStatistic is not supported.");
    }

    @Test
    void refusesWhatItCouldOnlyIgnore() {
        refuse(r -> r.alarmActions("ops"), "Invalid arn syntax: ops");
        refuse(
                r -> r.okActions("arn:aws:lambda:us-east-1:123456789012:function:f"),
                "Actions of lambda are not supported, only those of sns:"
                        + " arn:aws:lambda:us-east-1:123456789012:function:f");
        refuse(
                r -> r.insufficientDataActions("arn:aws:sns:eu-west-1:123456789012:ops"),
                "Invalid region eu-west-1 specified. Only us-east-1 is supported.");
        refuse(
                r -> r.metrics(MetricDataQuery.builder().id("m1").expression("1").build()),
                "MetricName should not be set if list of Metrics is set.");
        refuse(
                r -> r.thresholdMetricId("ad1"),
                "PutMetricAlarm request should have a valid ComparisonOperator parameter");
        refuse(
                r ->
                        r.comparisonOperator("GreaterThanUpperThreshold")
                                .thresholdMetricId("ad1")
                                .threshold(null),
                "ThresholdMetricId should only be set if list of Metrics is set.");
    }

    @Test
    void acceptsListsOfQueries() {
        acceptQueries(metric("m1"));
        acceptQueries(hidden("m1"), hidden("m2"), expression("e", "m1/m2*100"));
        acceptQueries(select("SELECT MAX(CPU) FROM \"n\""));
        accept(r -> band(r).alarmActions(List.of()));
    }

    @Test
    void bandsDoNotScale() {
        var policy =
                "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:u"
                        + ":autoScalingGroupName/g:policyName/p";
        refuse(
                r -> band(r).okActions(policy),
                "Autoscaling actions are not available for alarms on anomaly detection bands");
    }

    @Test
    void refusesListsOfQueries() {
        refuseQueries(
                "Exactly one element of the metrics list should return data.",
                metric("m1"),
                metric("m2"));
        refuseQueries(
                "SEARCH is not supported on Metric Alarms.",
                expression("e", "SUM(SEARCH('{n} m', 'Sum', 60))"));
        refuseQueries(
                "MetricsInsights monitors do not support less than 60 seconds period",
                select("SELECT MAX(CPU) FROM n").toBuilder().period(10).build());
        refuseQueries(
                "MetricsInsights monitors cannot be checked across more than 3 hours",
                select("SELECT MAX(CPU) FROM n").toBuilder().period(14_400).build());
        refuseQueries("The Id m1 is used more than once.", hidden("m1"), metric("m1"));
        refuseQueries(
                "The query m1 must have either MetricStat or Expression.",
                metric("m1").toBuilder().expression("1").build());
        refuseQueries(
                "Period must be 10, 20, 30 or a multiple of 60",
                metric("m1").toBuilder()
                        .metricStat(metric("m1").metricStat().toBuilder().period(45).build())
                        .build());
        refuseQueries(
                "ThresholdMetricId is required for ANOMALY_DETECTION_BAND.",
                hidden("m1"),
                expression("ad", "ANOMALY_DETECTION_BAND(m1)"));
        refuseQueries(
                "An alarm can have at most 10 metrics and 10 expressions in its list of Metrics.",
                IntStream.rangeClosed(0, 10)
                        .mapToObj(i -> i == 0 ? metric("m0") : hidden("m" + i))
                        .toArray(MetricDataQuery[]::new));
        refuseQueries(
                "The list of Metrics must have between 1 and 20 entries.",
                IntStream.rangeClosed(0, 20)
                        .mapToObj(i -> hidden("m" + i))
                        .toArray(MetricDataQuery[]::new));
    }

    @Test
    void alarmsOnSeveralSeriesHaveFewerActions() {
        var grouped = select("SELECT MAX(CPU) FROM n GROUP BY host ORDER BY MAX() DESC");
        assertThat(new AlarmQueries(List.of(grouped), Optional.empty()).groupKeys())
                .containsExactly("host");
        refuse(
                r ->
                        queries(r, grouped)
                                .insufficientDataActions("arn:aws:sns:us-east-1:123456789012:ops"),
                "InsufficientData actions are not supported for contributor-level action types in"
                        + " Multi Time Series alarms");
    }

    private static PutMetricAlarmRequest.Builder band(PutMetricAlarmRequest.Builder request) {
        return queries(request, metric("m1"), expression("ad", "ANOMALY_DETECTION_BAND(m1, 2)"))
                .threshold(null)
                .comparisonOperator("LessThanLowerOrGreaterThanUpperThreshold")
                .thresholdMetricId("ad");
    }

    private static void acceptQueries(MetricDataQuery... list) {
        accept(r -> queries(r, list));
    }

    private static void refuseQueries(String message, MetricDataQuery... list) {
        refuse(r -> queries(r, list), message);
    }

    private static PutMetricAlarmRequest.Builder queries(
            PutMetricAlarmRequest.Builder request, MetricDataQuery... list) {
        return request.metricName(null)
                .namespace(null)
                .statistic((String) null)
                .period(null)
                .metrics(list);
    }

    private static MetricDataQuery metric(String id) {
        return MetricDataQuery.builder()
                .id(id)
                .metricStat(
                        s -> s.metric(m -> m.namespace("n").metricName("m")).period(60).stat("Sum"))
                .build();
    }

    private static MetricDataQuery hidden(String id) {
        return metric(id).toBuilder().returnData(false).build();
    }

    private static MetricDataQuery expression(String id, String expression) {
        return MetricDataQuery.builder().id(id).expression(expression).build();
    }

    private static MetricDataQuery select(String sql) {
        return expression("q", sql).toBuilder().period(60).build();
    }

    @Test
    void anIdenticalPutIsTheSameAlarm() {
        var key = new AlarmKey(new Tenant("123456789012", REGION), "a");
        var created = MetricAlarms.create(key, request(), Instant.EPOCH);
        assertThat(MetricAlarms.update(created, key, request(), Instant.MAX)).isSameAs(created);

        var other = request().toBuilder().threshold(8.0).build();
        var updated = MetricAlarms.update(created, key, other, Instant.ofEpochSecond(5));
        assertThat(updated.threshold()).isEqualTo(8.0);
        assertThat(updated.alarmConfigurationUpdatedTimestamp())
                .isEqualTo(Instant.ofEpochSecond(5));
        assertThat(updated.stateUpdatedTimestamp()).isEqualTo(Instant.EPOCH);
    }

    private static void accept(Consumer<PutMetricAlarmRequest.Builder> change) {
        check(change);
    }

    private static void refuse(Consumer<PutMetricAlarmRequest.Builder> change, String message) {
        assertThatThrownBy(() -> check(change)).isInstanceOf(AwsError.class).hasMessage(message);
    }

    private static void check(Consumer<PutMetricAlarmRequest.Builder> change) {
        MetricAlarms.check(
                request().toBuilder().applyMutation(change).build(),
                new Tenant("123456789012", REGION),
                ActionReach.NONE);
    }

    private static PutMetricAlarmRequest request() {
        return PutMetricAlarmRequest.builder()
                .alarmName("a")
                .namespace("n")
                .metricName("m")
                .statistic("Maximum")
                .period(60)
                .evaluationPeriods(1)
                .threshold(7.0)
                .comparisonOperator("GreaterThanThreshold")
                .build();
    }
}
