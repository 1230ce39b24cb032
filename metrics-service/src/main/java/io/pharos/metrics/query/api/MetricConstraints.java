package io.pharos.metrics.query.api;

import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;

import java.util.List;

/// Checks that the read operations share.
public final class MetricConstraints {
    public static final int MAX_NAME = 255;
    static final int MAX_DIMENSION_VALUE = 1_024;
    static final int MAX_DIMENSIONS = 30;
    static final int MAX_PERIOD = 86_400;

    private MetricConstraints() {}

    /// Adds the model's constraints on a list of dimensions.
    public static void dimensions(
            Constraints constraints,
            String path,
            List<software.amazon.awssdk.services.cloudwatch.model.Dimension> dimensions) {
        constraints.size(path, dimensions, 0, MAX_DIMENSIONS);
        for (var i = 0; i < dimensions.size(); i++) {
            var member = path + "." + (i + 1) + ".member";
            var dimension = dimensions.get(i);
            constraints
                    .required(member + ".name", dimension.name())
                    .length(member + ".name", dimension.name(), 1, MAX_NAME)
                    .required(member + ".value", dimension.value())
                    .length(member + ".value", dimension.value(), 1, MAX_DIMENSION_VALUE);
        }
    }

    /// Sorted; a name that is there twice is refused.
    public static Dimensions toDimensions(
            List<software.amazon.awssdk.services.cloudwatch.model.Dimension> dimensions) {
        try {
            return Dimensions.of(
                    dimensions.stream().map(d -> new Dimension(d.name(), d.value())).toList());
        } catch (IllegalArgumentException twice) {
            throw InvalidParameterValueException.builder()
                    .message("No metric may specify the same dimension name twice.")
                    .build();
        }
    }

    /// The texts of a period that AWS does not have.
    static String badPeriod(int periodS) {
        if (periodS > MAX_PERIOD) {
            return "The parameter Period must be less than or equal to " + MAX_PERIOD + ".";
        }
        return periodS < 60
                ? "The parameter Period must be a value in the set [1, 5, 10, 20, 30]."
                : "The parameter Period must be a multiple of 60.";
    }

    static AwsError startNotBeforeEnd() {
        return AwsError.validation(
                "The parameter StartTime must be less than the parameter EndTime.");
    }
}
