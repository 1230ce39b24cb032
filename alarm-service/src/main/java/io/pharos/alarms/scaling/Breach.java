package io.pharos.alarms.scaling;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The values that made an alarm fire.
///
/// @param values empty when none is known
/// @param upwards whether the alarm watches for too much
public record Breach(List<Double> values, double threshold, boolean upwards) {

    /// As a policy sees them.
    ///
    /// @param aggregation MetricAggregationType; null for the average
    public @Nullable Reading reading(@Nullable String aggregation) {
        if (values.isEmpty()) {
            return null;
        }
        var all = values.stream().mapToDouble(Double::doubleValue).summaryStatistics();
        var value =
                switch (aggregation == null ? "Average" : aggregation) {
                    case "Minimum" -> all.getMin();
                    case "Maximum" -> all.getMax();
                    default -> all.getAverage();
                };
        return new Reading(value, threshold, upwards);
    }
}
