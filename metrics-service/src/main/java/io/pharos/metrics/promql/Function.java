package io.pharos.metrics.promql;

import static io.pharos.metrics.promql.Expr.Type.MATRIX;
import static io.pharos.metrics.promql.Expr.Type.SCALAR;
import static io.pharos.metrics.promql.Expr.Type.STRING;
import static io.pharos.metrics.promql.Expr.Type.VECTOR;

import io.pharos.metrics.promql.Expr.Type;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Every function by name, what it takes and gives. `optional` trailing arguments may be left out;
/// variadic ones repeat the last.
enum Function {
    ABS(VECTOR, VECTOR),
    ABSENT(VECTOR, VECTOR),
    ABSENT_OVER_TIME(VECTOR, MATRIX),
    ACOS(VECTOR, VECTOR),
    ACOSH(VECTOR, VECTOR),
    ASIN(VECTOR, VECTOR),
    ASINH(VECTOR, VECTOR),
    ATAN(VECTOR, VECTOR),
    ATANH(VECTOR, VECTOR),
    AVG_OVER_TIME(VECTOR, MATRIX),
    CEIL(VECTOR, VECTOR),
    CHANGES(VECTOR, MATRIX),
    CLAMP(VECTOR, VECTOR, SCALAR, SCALAR),
    CLAMP_MAX(VECTOR, VECTOR, SCALAR),
    CLAMP_MIN(VECTOR, VECTOR, SCALAR),
    COS(VECTOR, VECTOR),
    COSH(VECTOR, VECTOR),
    COUNT_OVER_TIME(VECTOR, MATRIX),
    DAY_OF_MONTH(1, VECTOR, VECTOR),
    DAY_OF_WEEK(1, VECTOR, VECTOR),
    DAY_OF_YEAR(1, VECTOR, VECTOR),
    DAYS_IN_MONTH(1, VECTOR, VECTOR),
    DEG(VECTOR, VECTOR),
    DELTA(VECTOR, MATRIX),
    DERIV(VECTOR, MATRIX),
    DOUBLE_EXPONENTIAL_SMOOTHING(VECTOR, MATRIX, SCALAR, SCALAR),
    EXP(VECTOR, VECTOR),
    FIRST_OVER_TIME(VECTOR, MATRIX),
    FLOOR(VECTOR, VECTOR),
    HISTOGRAM_AVG(VECTOR, VECTOR),
    HISTOGRAM_COUNT(VECTOR, VECTOR),
    HISTOGRAM_FRACTION(VECTOR, SCALAR, SCALAR, VECTOR),
    HISTOGRAM_QUANTILE(VECTOR, SCALAR, VECTOR),
    HISTOGRAM_STDDEV(VECTOR, VECTOR),
    HISTOGRAM_STDVAR(VECTOR, VECTOR),
    HISTOGRAM_SUM(VECTOR, VECTOR),
    /// As Prometheus 2 called double_exponential_smoothing.
    HOLT_WINTERS(VECTOR, MATRIX, SCALAR, SCALAR),
    HOUR(1, VECTOR, VECTOR),
    IDELTA(VECTOR, MATRIX),
    INCREASE(VECTOR, MATRIX),
    /// The second argument is a selector that may say no name.
    INFO(1, VECTOR, VECTOR, VECTOR),
    IRATE(VECTOR, MATRIX),
    LABEL_JOIN(-1, VECTOR, VECTOR, STRING, STRING, STRING),
    LABEL_REPLACE(VECTOR, VECTOR, STRING, STRING, STRING, STRING),
    LAST_OVER_TIME(VECTOR, MATRIX),
    LN(VECTOR, VECTOR),
    LOG10(VECTOR, VECTOR),
    LOG2(VECTOR, VECTOR),
    MAD_OVER_TIME(VECTOR, MATRIX),
    MAX_OVER_TIME(VECTOR, MATRIX),
    MIN_OVER_TIME(VECTOR, MATRIX),
    MINUTE(1, VECTOR, VECTOR),
    MONTH(1, VECTOR, VECTOR),
    PI(SCALAR),
    PREDICT_LINEAR(VECTOR, MATRIX, SCALAR),
    PRESENT_OVER_TIME(VECTOR, MATRIX),
    QUANTILE_OVER_TIME(VECTOR, SCALAR, MATRIX),
    RAD(VECTOR, VECTOR),
    RATE(VECTOR, MATRIX),
    RESETS(VECTOR, MATRIX),
    ROUND(1, VECTOR, VECTOR, SCALAR),
    SCALAR_OF(SCALAR, VECTOR),
    SGN(VECTOR, VECTOR),
    SIN(VECTOR, VECTOR),
    SINH(VECTOR, VECTOR),
    SORT(VECTOR, VECTOR),
    SORT_BY_LABEL(-1, VECTOR, VECTOR, STRING),
    SORT_BY_LABEL_DESC(-1, VECTOR, VECTOR, STRING),
    SORT_DESC(VECTOR, VECTOR),
    SQRT(VECTOR, VECTOR),
    STDDEV_OVER_TIME(VECTOR, MATRIX),
    STDVAR_OVER_TIME(VECTOR, MATRIX),
    SUM_OVER_TIME(VECTOR, MATRIX),
    TAN(VECTOR, VECTOR),
    TANH(VECTOR, VECTOR),
    TIME(SCALAR),
    TIMESTAMP(VECTOR, VECTOR),
    VECTOR_OF(VECTOR, SCALAR),
    YEAR(1, VECTOR, VECTOR);

    /// Behind Prometheus's feature flag for experiments.
    private static final Set<String> EXPERIMENTAL =
            Set.of(
                    "histogram_quantiles",
                    "ts_of_first_over_time",
                    "ts_of_last_over_time",
                    "ts_of_max_over_time",
                    "ts_of_min_over_time");

    private final Type result;
    private final List<Type> arguments;
    // Arguments that may be left out; -1: the last may be there any number of times.
    private final int optional;

    Function(Type result, Type... arguments) {
        this(0, result, arguments);
    }

    Function(int optional, Type result, Type... arguments) {
        this.optional = optional;
        this.result = result;
        this.arguments = List.of(arguments);
    }

    static Optional<Function> of(String name) {
        for (var function : values()) {
            if (function.text().equals(name)) {
                return Optional.of(function);
            }
        }
        return Optional.empty();
    }

    /// Why a name is none of these.
    static String unknown(String name) {
        return EXPERIMENTAL.contains(name)
                ? "function \"%s\" is experimental and not supported".formatted(name)
                : "unknown function with name \"%s\"".formatted(name);
    }

    String text() {
        return switch (this) {
            case SCALAR_OF -> "scalar";
            case VECTOR_OF -> "vector";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }

    Type result() {
        return result;
    }

    Type argument(int i) {
        return arguments.get(Math.min(i, arguments.size() - 1));
    }

    int fewestArguments() {
        return arguments.size() - Math.abs(optional);
    }

    int mostArguments() {
        return optional < 0 ? Integer.MAX_VALUE : arguments.size();
    }

    /// Whether it computes increases of a counter.
    boolean isOfCounters() {
        return switch (this) {
            case RATE, IRATE, INCREASE, RESETS -> true;
            default -> false;
        };
    }

    /// Whether the series keeps the metric's name.
    boolean keepsName() {
        return this == LAST_OVER_TIME || this == FIRST_OVER_TIME;
    }
}
