package io.pharos.metrics.math;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// The functions of metric math and how many arguments they take.
public enum MathFunction {
    ABS(1, 1),
    ANOMALY_DETECTION_BAND(1, 2),
    AVG(1, 1),
    CEIL(1, 1),
    DATAPOINT_COUNT(1, 1),
    DATE(1, 1),
    DAY(1, 1),
    DB_PERF_INSIGHTS(3, 3),
    DIFF(1, 1),
    DIFF_TIME(1, 1),
    EPOCH(1, 1),
    FILL(2, 2),
    FIRST(1, 1),
    FLOOR(1, 1),
    HOUR(1, 1),
    IF(2, 3),
    INSIGHT_RULE_METRIC(2, 2),
    /// AWS: at most 20 arguments for the function.
    LAMBDA(1, 21),
    LAST(1, 1),
    LOG(1, 1),
    LOG10(1, 1),
    MAX(1, 1),
    METRICS(0, 1),
    METRIC_COUNT(1, 1),
    MIN(1, 1),
    MINUTE(1, 1),
    MONTH(1, 1),
    PERIOD(1, 1),
    RATE(1, 1),
    REMOVE_EMPTY(1, 1),
    RUNNING_SUM(1, 1),
    SEARCH(2, 3),
    SERVICE_QUOTA(1, 1),
    SLICE(2, 3),
    SORT(3, 4),
    STDDEV(1, 1),
    SUM(1, 1),
    TIME_SERIES(1, 1),
    YEAR(1, 1);

    private static final Map<String, MathFunction> BY_NAME = new HashMap<>();

    static {
        for (var function : values()) {
            BY_NAME.put(function.name(), function);
        }
    }

    private final int fewest;
    private final int most;

    MathFunction(int fewest, int most) {
        this.fewest = fewest;
        this.most = most;
    }

    static @Nullable MathFunction named(String name) {
        return BY_NAME.get(name);
    }

    void checkArguments(int given) {
        if (given < fewest || given > most) {
            var takes = fewest == most ? "" + fewest : fewest + " to " + most;
            throw new ExpressionError(
                    "Function '" + name() + "' takes " + takes + " arguments, not " + given);
        }
    }
}
