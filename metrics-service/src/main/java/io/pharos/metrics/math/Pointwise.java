package io.pharos.metrics.math;

import io.pharos.metrics.math.Value.Scalar;
import io.pharos.metrics.math.Value.Several;
import io.pharos.metrics.math.Value.Single;

import java.util.function.UnaryOperator;

/// Operators and functions that look at one time only. AWS: between two series, the one without a value
/// counts as 0 where the other has one; an array meets a number or a series member by member.
final class Pointwise {
    private Pointwise() {}

    /// A function of one series, for every series of the value.
    static Value each(Value value, UnaryOperator<TimeSeries> function, String name) {
        return switch (value) {
            case Single(var series) -> new Single(function.apply(series));
            case Several(var series) -> new Several(series.stream().map(function).toList());
            default -> throw new ExpressionError(name + " does not take a " + value.kind());
        };
    }

    static Value binary(Operator operator, Value left, Value right) {
        return switch (left) {
            case Scalar(var a) ->
                    switch (right) {
                        case Scalar(var b) -> new Scalar(operator.apply(a, b));
                        case Single _, Several _ ->
                                each(right, it -> it.map(b -> operator.apply(a, b)), "");
                        default -> throw refused(operator, left, right);
                    };
            case Single(var a) ->
                    switch (right) {
                        case Scalar(var b) -> new Single(a.map(v -> operator.apply(v, b)));
                        case Single(var b) ->
                                new Single(binary(operator, a, b, TimeSeries.NO_SOURCE));
                        case Several _ -> each(right, b -> binary(operator, a, b, b.source()), "");
                        default -> throw refused(operator, left, right);
                    };
            case Several _ ->
                    switch (right) {
                        case Scalar(var b) ->
                                each(left, it -> it.map(a -> operator.apply(a, b)), "");
                        case Single(var b) ->
                                each(left, a -> binary(operator, a, b, a.source()), "");
                        default -> throw refused(operator, left, right);
                    };
            default -> throw refused(operator, left, right);
        };
    }

    private static TimeSeries binary(
            Operator operator, TimeSeries left, TimeSeries right, int source) {
        var joined = TimeSeries.join(left, right);
        var values = new double[joined.times().length];
        for (var i = 0; i < values.length; i++) {
            values[i] = operator.apply(zero(joined.values()[0][i]), zero(joined.values()[1][i]));
        }
        return TimeSeries.finite(source, left.slots().finer(right.slots()), joined.times(), values);
    }

    private static double zero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }

    private static ExpressionError refused(Operator operator, Value left, Value right) {
        return new ExpressionError(
                "Operator '%s' does not take %s and %s"
                        .formatted(operator.symbol(), left.kind(), right.kind()));
    }
}
