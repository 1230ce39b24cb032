package io.pharos.alarms.scaling;

import io.pharos.wire.AwsError;

import software.amazon.awssdk.services.autoscaling.model.StepAdjustment;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The steps of a step policy: intervals of how far a metric is beyond the alarm's threshold, each
/// with its adjustment.
public final class Steps {
    static final int MAX_STEPS = 20;

    private Steps() {}

    /// @throws AwsError when the intervals are not one line without gaps and overlaps, as AWS asks
    public static void check(List<StepAdjustment> steps) {
        if (steps.isEmpty()) {
            throw AwsError.validation(
                    "At least one StepAdjustment must be specified for policies of type"
                            + " StepScaling");
        }
        if (steps.size() > MAX_STEPS) {
            throw AwsError.validation(
                    "The number of StepAdjustments must not be more than " + MAX_STEPS);
        }
        for (var step : steps) {
            checkOne(step);
        }
        var sorted = steps.stream().sorted(Comparator.comparingDouble(Steps::lower)).toList();
        for (var i = 1; i < sorted.size(); i++) {
            if (upper(sorted.get(i - 1)) > lower(sorted.get(i))) {
                throw AwsError.validation(
                        "StepAdjustment intervals can't overlap or have more than one unspecified"
                                + " lower or upper bound");
            }
            if (upper(sorted.get(i - 1)) < lower(sorted.get(i))) {
                throw AwsError.validation("StepAdjustment intervals can't have gaps between them");
            }
        }
        if (lower(sorted.getFirst()) < 0 && !Double.isInfinite(lower(sorted.getFirst()))) {
            throw AwsError.validation(
                    "There must be a StepAdjustment with an unspecified lower bound when one has a"
                            + " negative lower bound");
        }
        if (upper(sorted.getLast()) > 0 && !Double.isInfinite(upper(sorted.getLast()))) {
            throw AwsError.validation(
                    "There must be a StepAdjustment with an unspecified upper bound when one has a"
                            + " positive upper bound");
        }
    }

    private static void checkOne(StepAdjustment step) {
        if (step.scalingAdjustment() == null) {
            throw AwsError.validation("You must specify ScalingAdjustment for each StepAdjustment");
        }
        if (step.metricIntervalLowerBound() == null && step.metricIntervalUpperBound() == null) {
            throw AwsError.validation(
                    "At least one of MetricIntervalLowerBound and MetricIntervalUpperBound must be"
                            + " specified for each StepAdjustment");
        }
        if (!(lower(step) < upper(step))) {
            throw AwsError.validation(
                    "MetricIntervalLowerBound must be less than MetricIntervalUpperBound");
        }
    }

    /// The step a metric has reached.
    ///
    /// @param delta the metric's value less the threshold
    /// @param upwards whether the alarm watches for too much: exactly at the threshold, that half
    ///     counts in which the alarm fires
    public static Optional<StepAdjustment> find(
            List<StepAdjustment> steps, double delta, boolean upwards) {
        var above = delta > 0 || delta == 0 && upwards;
        return steps.stream()
                .filter(step ->
                        above
                                ? lower(step) <= delta && delta < upper(step)
                                : lower(step) < delta && delta <= upper(step))
                .findFirst();
    }

    private static double lower(StepAdjustment step) {
        var bound = step.metricIntervalLowerBound();
        return bound == null ? Double.NEGATIVE_INFINITY : bound;
    }

    private static double upper(StepAdjustment step) {
        var bound = step.metricIntervalUpperBound();
        return bound == null ? Double.POSITIVE_INFINITY : bound;
    }
}
