package io.pharos.alarms.scaling;

import io.pharos.wire.AwsError;

import software.amazon.awssdk.services.autoscaling.model.CustomizedMetricSpecification;
import software.amazon.awssdk.services.autoscaling.model.PredefinedMetricSpecification;
import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

import java.util.ArrayList;
import java.util.List;

/// Target tracking: the capacity that brings a metric to its target, and the two alarms that watch it.
public final class TargetTracking {
    private static final int PERIOD_S = 60;
    private static final int HIGH_PERIODS = 3;
    private static final int LOW_PERIODS = 15;
    private static final double LOW_PART = 0.9;

    /// At most a tenth of a group goes at a time.
    private static final int LARGEST_SCALE_IN_PERCENT = 10;

    private TargetTracking() {}

    /// As many instances as bring the metric to the target, if it is inverse to their number.
    static int capacity(int base, double metric, double target) {
        return (int) Math.clamp(Math.ceil(base * metric / target), 0, Integer.MAX_VALUE);
    }

    static int scaleIn(int base, double metric, double target) {
        var most = Math.ceilDiv(base * LARGEST_SCALE_IN_PERCENT, 100);
        return Math.max(capacity(base, metric, target), base - most);
    }

    /// The alarms of a policy, high first; no low one when it must not scale in.
    ///
    /// @param policy with its ARN
    /// @param ids makes the end of each name
    public static List<PutMetricAlarmRequest> alarms(
            ScalingPolicy policy, java.util.function.Supplier<String> ids) {
        var configuration = policy.targetTrackingConfiguration();
        var alarms = new ArrayList<PutMetricAlarmRequest>();
        alarms.add(
                alarm(policy, "AlarmHigh-" + ids.get())
                        .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                        .threshold(configuration.targetValue())
                        .evaluationPeriods(HIGH_PERIODS)
                        .build());
        if (!Boolean.TRUE.equals(configuration.disableScaleIn())) {
            alarms.add(
                    alarm(policy, "AlarmLow-" + ids.get())
                            .comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
                            .threshold(configuration.targetValue() * LOW_PART)
                            .evaluationPeriods(LOW_PERIODS)
                            .build());
        }
        return alarms;
    }

    private static PutMetricAlarmRequest.Builder alarm(ScalingPolicy policy, String end) {
        var alarm =
                PutMetricAlarmRequest.builder()
                        .alarmName("TargetTracking-" + policy.autoScalingGroupName() + "-" + end)
                        .alarmDescription(
                                "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy "
                                        + policy.policyARN()
                                        + ".")
                        .alarmActions(policy.policyARN());
        var configuration = policy.targetTrackingConfiguration();
        if (configuration.predefinedMetricSpecification() != null) {
            return predefined(
                    alarm,
                    policy.autoScalingGroupName(),
                    configuration.predefinedMetricSpecification());
        }
        var metric = configuration.customizedMetricSpecification();
        return metric.hasMetrics() && !metric.metrics().isEmpty()
                ? alarm.metrics(metric.metrics().stream().map(q -> query(q).build()).toList())
                : customized(alarm, metric);
    }

    private static PutMetricAlarmRequest.Builder predefined(
            PutMetricAlarmRequest.Builder alarm,
            String group,
            PredefinedMetricSpecification metric) {
        alarm.period(PERIOD_S);
        var type = metric.predefinedMetricTypeAsString();
        return switch (type) {
            case "ALBRequestCountPerTarget" ->
                    alarm.namespace("AWS/ApplicationELB")
                            .metricName("RequestCountPerTarget")
                            .statistic("Sum")
                            .dimensions(
                                    dimension("TargetGroup", targetGroup(metric.resourceLabel())));
            default ->
                    alarm.namespace("AWS/EC2")
                            .metricName(
                                    switch (type) {
                                        case "ASGAverageNetworkIn" -> "NetworkIn";
                                        case "ASGAverageNetworkOut" -> "NetworkOut";
                                        default -> "CPUUtilization";
                                    })
                            .statistic("Average")
                            .dimensions(dimension("AutoScalingGroupName", group));
        };
    }

    /// `app/<load balancer>/<id>/targetgroup/<group>/<id>`: the part from `targetgroup` on.
    ///
    /// @throws AwsError when it has none
    static String targetGroup(String label) {
        var start = label.indexOf("targetgroup/");
        if (start < 0) {
            throw AwsError.validation("Invalid resource label: " + label);
        }
        return label.substring(start);
    }

    private static PutMetricAlarmRequest.Builder customized(
            PutMetricAlarmRequest.Builder alarm, CustomizedMetricSpecification metric) {
        return alarm.namespace(metric.namespace())
                .metricName(metric.metricName())
                .statistic(metric.statisticAsString())
                .unit(metric.unit())
                .period(metric.period() == null ? PERIOD_S : metric.period())
                .dimensions(
                        metric.dimensions().stream()
                                .map(d -> dimension(d.name(), d.value()))
                                .toList());
    }

    private static MetricDataQuery.Builder query(
            software.amazon.awssdk.services.autoscaling.model.TargetTrackingMetricDataQuery query) {
        var made =
                MetricDataQuery.builder()
                        .id(query.id())
                        .expression(query.expression())
                        .label(query.label())
                        .returnData(query.returnData());
        var stat = query.metricStat();
        if (stat == null) {
            return made.period(query.period() == null ? PERIOD_S : query.period());
        }
        return made.metricStat(s ->
                s.stat(stat.stat())
                        .unit(stat.unit())
                        .period(stat.period() == null ? PERIOD_S : stat.period())
                        .metric(m ->
                                m.namespace(stat.metric().namespace())
                                        .metricName(stat.metric().metricName())
                                        .dimensions(
                                                stat.metric().dimensions().stream()
                                                        .map(d -> dimension(d.name(), d.value()))
                                                        .toList())));
    }

    private static Dimension dimension(String name, String value) {
        return Dimension.builder().name(name).value(value).build();
    }
}
