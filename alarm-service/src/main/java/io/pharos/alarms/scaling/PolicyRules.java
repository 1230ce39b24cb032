package io.pharos.alarms.scaling;

import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.CustomizedMetricSpecification;
import software.amazon.awssdk.services.autoscaling.model.MetricStatistic;
import software.amazon.awssdk.services.autoscaling.model.MetricType;
import software.amazon.awssdk.services.autoscaling.model.PutScalingPolicyRequest;
import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;
import software.amazon.awssdk.services.autoscaling.model.TargetTrackingConfiguration;

import java.util.List;

/// What PutScalingPolicy takes, by type of policy, and the policy that comes of it.
public final class PolicyRules {
    public static final List<String> ADJUSTMENT_TYPES =
            List.of(Adjustment.CHANGE, Adjustment.EXACT, Adjustment.PERCENT);
    private static final List<String> AGGREGATIONS = List.of("Minimum", "Maximum", "Average");

    private PolicyRules() {}

    /// @throws AwsError `ValidationError` for what no policy of that type has
    public static void check(PutScalingPolicyRequest request) {
        Constraints.check()
                .required("autoScalingGroupName", request.autoScalingGroupName())
                .length("autoScalingGroupName", request.autoScalingGroupName(), 1, 255)
                .required("policyName", request.policyName())
                .length("policyName", request.policyName(), 1, 255)
                .length("policyType", request.policyType(), 1, 64)
                .length("adjustmentType", request.adjustmentType(), 1, 255)
                .length("metricAggregationType", request.metricAggregationType(), 1, 32)
                .orThrow();
        var type = typeOf(request);
        switch (type) {
            case PolicyDecision.SIMPLE -> checkSimple(request);
            case PolicyDecision.STEP -> checkStep(request);
            case PolicyDecision.TARGET -> checkTarget(request);
            case "PredictiveScaling" ->
                    throw AwsError.validation(
                            "Policies of type PredictiveScaling are not supported.");
            default ->
                    throw AwsError.validation(
                            "Invalid PolicyType: "
                                    + type
                                    + ". Valid values are SimpleScaling, StepScaling,"
                                    + " TargetTrackingScaling, PredictiveScaling.");
        }
    }

    private static String typeOf(PutScalingPolicyRequest request) {
        return request.policyType() == null ? PolicyDecision.SIMPLE : request.policyType();
    }

    private static void checkSimple(PutScalingPolicyRequest request) {
        checkAdjustment(request, PolicyDecision.SIMPLE);
        require(request.scalingAdjustment(), "ScalingAdjustment", PolicyDecision.SIMPLE);
        refuse(stepsOf(request), "StepAdjustments", PolicyDecision.SIMPLE);
        refuse(request.metricAggregationType(), "MetricAggregationType", PolicyDecision.SIMPLE);
        refuse(request.estimatedInstanceWarmup(), "EstimatedInstanceWarmup", PolicyDecision.SIMPLE);
        refuse(
                request.targetTrackingConfiguration(),
                "TargetTrackingConfiguration",
                PolicyDecision.SIMPLE);
        notNegative(request.cooldown(), "Cooldown");
        checkExact(request.adjustmentType(), request.scalingAdjustment());
    }

    private static void checkStep(PutScalingPolicyRequest request) {
        checkAdjustment(request, PolicyDecision.STEP);
        require(stepsOf(request), "StepAdjustments", PolicyDecision.STEP);
        refuse(request.scalingAdjustment(), "ScalingAdjustment", PolicyDecision.STEP);
        refuse(request.cooldown(), "Cooldown", PolicyDecision.STEP);
        refuse(
                request.targetTrackingConfiguration(),
                "TargetTrackingConfiguration",
                PolicyDecision.STEP);
        notNegative(request.estimatedInstanceWarmup(), "EstimatedInstanceWarmup");
        var aggregation = request.metricAggregationType();
        if (aggregation != null && !AGGREGATIONS.contains(aggregation)) {
            throw AwsError.validation(
                    "Invalid MetricAggregationType: "
                            + aggregation
                            + ". Valid values are "
                            + String.join(", ", AGGREGATIONS)
                            + ".");
        }
        Steps.check(request.stepAdjustments());
        request.stepAdjustments()
                .forEach(step -> checkExact(request.adjustmentType(), step.scalingAdjustment()));
    }

    private static void checkAdjustment(PutScalingPolicyRequest request, String type) {
        require(request.adjustmentType(), "AdjustmentType", type);
        if (!ADJUSTMENT_TYPES.contains(request.adjustmentType())) {
            throw AwsError.validation(
                    "Invalid AdjustmentType: "
                            + request.adjustmentType()
                            + ". Valid values are "
                            + String.join(", ", ADJUSTMENT_TYPES)
                            + ".");
        }
        var percent = request.adjustmentType().equals(Adjustment.PERCENT);
        if (request.minAdjustmentMagnitude() != null && request.minAdjustmentStep() != null) {
            throw AwsError.validation(
                    "Only one of MinAdjustmentMagnitude and MinAdjustmentStep may be specified.");
        }
        // Terraform writes a 0 for "none".
        if (!percent && isSet(request.minAdjustmentMagnitude())
                || !percent && isSet(request.minAdjustmentStep())) {
            throw AwsError.validation(
                    "MinAdjustmentMagnitude is only supported for the AdjustmentType"
                            + " PercentChangeInCapacity.");
        }
        notNegative(request.minAdjustmentMagnitude(), "MinAdjustmentMagnitude");
        notNegative(request.minAdjustmentStep(), "MinAdjustmentStep");
    }

    private static boolean isSet(@Nullable Integer number) {
        return number != null && number != 0;
    }

    private static void checkExact(String type, int adjustment) {
        if (type.equals(Adjustment.EXACT) && adjustment < 0) {
            throw AwsError.validation(
                    "ScalingAdjustment must not be negative for the AdjustmentType ExactCapacity.");
        }
    }

    private static void checkTarget(PutScalingPolicyRequest request) {
        var type = PolicyDecision.TARGET;
        var configuration = request.targetTrackingConfiguration();
        require(configuration, "TargetTrackingConfiguration", type);
        refuse(request.adjustmentType(), "AdjustmentType", type);
        refuse(request.scalingAdjustment(), "ScalingAdjustment", type);
        refuse(stepsOf(request), "StepAdjustments", type);
        refuse(request.cooldown(), "Cooldown", type);
        refuse(request.minAdjustmentMagnitude(), "MinAdjustmentMagnitude", type);
        refuse(request.minAdjustmentStep(), "MinAdjustmentStep", type);
        refuse(request.metricAggregationType(), "MetricAggregationType", type);
        notNegative(request.estimatedInstanceWarmup(), "EstimatedInstanceWarmup");
        checkTarget(configuration);
    }

    private static void checkTarget(TargetTrackingConfiguration configuration) {
        if (configuration.targetValue() == null || !(configuration.targetValue() > 0)) {
            throw AwsError.validation("TargetValue must be specified and greater than 0.");
        }
        var predefined = configuration.predefinedMetricSpecification();
        var customized = configuration.customizedMetricSpecification();
        if ((predefined == null) == (customized == null)) {
            throw AwsError.validation(
                    "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification"
                            + " must be specified.");
        }
        if (customized != null) {
            checkCustomized(customized);
            return;
        }
        var type = predefined.predefinedMetricTypeAsString();
        Constraints.check()
                .required(
                        "targetTrackingConfiguration.predefinedMetricSpecification"
                                + ".predefinedMetricType",
                        type)
                .oneOf(
                        "targetTrackingConfiguration.predefinedMetricSpecification"
                                + ".predefinedMetricType",
                        type,
                        MetricType.knownValues())
                .orThrow();
        if (type.equals("ALBRequestCountPerTarget")) {
            require(predefined.resourceLabel(), "ResourceLabel", type);
            TargetTracking.targetGroup(predefined.resourceLabel());
        } else {
            refuse(predefined.resourceLabel(), "ResourceLabel", type);
        }
    }

    private static void checkCustomized(CustomizedMetricSpecification metric) {
        if (metric.hasMetrics() && !metric.metrics().isEmpty()) {
            return; // PutMetricAlarm's rules are the same
        }
        var path = "targetTrackingConfiguration.customizedMetricSpecification.";
        Constraints.check()
                .required(path + "metricName", metric.metricName())
                .required(path + "namespace", metric.namespace())
                .required(path + "statistic", metric.statisticAsString())
                .oneOf(
                        path + "statistic",
                        metric.statisticAsString(),
                        MetricStatistic.knownValues())
                .orThrow();
        var period = metric.period();
        if (period != null && period != 10 && period != 30 && period != 60) {
            throw AwsError.validation("Period must be 10, 30 or 60.");
        }
    }

    private static @Nullable Object stepsOf(PutScalingPolicyRequest request) {
        return request.stepAdjustments().isEmpty() ? null : request.stepAdjustments();
    }

    private static void require(@Nullable Object value, String name, String type) {
        if (value == null) {
            throw AwsError.validation(
                    "You must specify " + name + " for policies of type: " + type);
        }
    }

    /// A 0 is no value: Terraform writes it for every number that it has no value of.
    private static void refuse(@Nullable Object value, String name, String type) {
        if (value != null && !value.equals(0)) {
            throw AwsError.validation(
                    "You must not specify " + name + " for policies of type: " + type);
        }
    }

    private static void notNegative(@Nullable Integer value, String name) {
        if (value != null && value < 0) {
            throw AwsError.validation(name + " must not be negative.");
        }
    }

    /// The policy as it is kept and told, without its alarms.
    public static ScalingPolicy policy(PutScalingPolicyRequest request, String arn) {
        var type = typeOf(request);
        var step = type.equals(PolicyDecision.STEP);
        var simple = type.equals(PolicyDecision.SIMPLE);
        var aggregation = request.metricAggregationType();
        return ScalingPolicy.builder()
                .autoScalingGroupName(request.autoScalingGroupName())
                .policyName(request.policyName())
                .policyARN(arn)
                .policyType(type)
                .adjustmentType(request.adjustmentType())
                .minAdjustmentStep(request.minAdjustmentStep())
                .minAdjustmentMagnitude(request.minAdjustmentMagnitude())
                .scalingAdjustment(simple ? request.scalingAdjustment() : null)
                .cooldown(simple ? request.cooldown() : null)
                .stepAdjustments(request.stepAdjustments())
                .metricAggregationType(step && aggregation == null ? "Average" : aggregation)
                .estimatedInstanceWarmup(simple ? null : request.estimatedInstanceWarmup())
                .targetTrackingConfiguration(told(request.targetTrackingConfiguration()))
                .enabled(request.enabled() == null || request.enabled())
                .build();
    }

    private static @Nullable TargetTrackingConfiguration told(
            @Nullable TargetTrackingConfiguration configuration) {
        return configuration == null || configuration.disableScaleIn() != null
                ? configuration
                : configuration.toBuilder().disableScaleIn(false).build();
    }
}
