package io.pharos.metrics.math;

import io.pharos.metrics.math.Value.Scalar;
import io.pharos.metrics.math.Value.Several;
import io.pharos.metrics.math.Value.Single;

import org.jspecify.annotations.Nullable;

/// `IF`. AWS: where the condition has no point, nor has the result. A missing value of a series counts as
/// 0, but that of the second series where the first is a number: there the point is dropped.
final class Condition {
    private Condition() {}

    static Value apply(Value condition, Value yes, @Nullable Value no, Slots slots) {
        check(condition);
        check(yes);
        if (no != null) {
            check(no);
        }
        if (condition instanceof Scalar(var is)) {
            return chosen(is != 0 && !Double.isNaN(is), yes, no, slots);
        }
        if (condition instanceof Several(var conditions)) {
            return new Several(
                    conditions.stream()
                            .map(one -> pick(one, single(yes), no == null ? null : single(no)))
                            .map(Single::series)
                            .toList());
        }
        var by = ((Single) condition).series();
        if (yes instanceof Several(var several)) {
            var other = no == null ? null : single(no);
            return new Several(
                    several.stream()
                            .map(one ->
                                    pick(by, new Single(one), other).series().from(one.source()))
                            .toList());
        }
        if (no instanceof Several(var several)) {
            return new Several(
                    several.stream()
                            .map(one -> pick(by, yes, new Single(one)).series().from(one.source()))
                            .toList());
        }
        return pick(by, yes, no);
    }

    private static void check(Value value) {
        if (value instanceof Value.Text || value instanceof Value.Texts) {
            throw new ExpressionError("Function 'IF' does not take a " + value.kind());
        }
    }

    /// At most one argument may be an array.
    private static Value single(Value value) {
        if (value instanceof Several) {
            throw new ExpressionError("Function 'IF' takes one array of time series at most");
        }
        return value;
    }

    private static Value chosen(boolean is, Value yes, @Nullable Value no, Slots slots) {
        if (no == null) {
            return is ? yes : nothingLike(yes, slots);
        }
        if (yes instanceof Scalar != no instanceof Scalar) { // one type, whatever is true
            var shape = yes instanceof Scalar ? no : yes;
            var chosen = is ? yes : no;
            if (chosen instanceof Scalar(var number)) {
                return shape instanceof Several
                        ? Pointwise.each(shape, it -> Shapes.constant(number, it.slots()), "")
                        : new Single(Shapes.constant(number, slots));
            }
        }
        return is ? yes : no;
    }

    private static Value nothingLike(Value value, Slots slots) {
        return switch (value) {
            case Several several ->
                    Pointwise.each(several, it -> TimeSeries.empty(it.source(), it.slots()), "");
            case Scalar _ -> new Scalar(Double.NaN);
            default -> new Single(TimeSeries.empty(TimeSeries.NO_SOURCE, slots));
        };
    }

    private static Single pick(TimeSeries condition, Value yes, @Nullable Value no) {
        var values = new double[condition.size()];
        for (var i = 0; i < values.length; i++) {
            var time = condition.times()[i];
            if (condition.values()[i] != 0) {
                values[i] = yes instanceof Scalar(var number) ? number : zero(at(yes, time));
            } else {
                values[i] =
                        switch (no) {
                            case null -> Double.NaN;
                            case Scalar(var number) -> number;
                            default -> yes instanceof Scalar ? at(no, time) : zero(at(no, time));
                        };
            }
        }
        return new Single(
                TimeSeries.finite(
                        condition.source(), condition.slots(), condition.times(), values));
    }

    private static double at(Value value, long time) {
        return value instanceof Single(var series) ? series.at(time) : Double.NaN;
    }

    private static double zero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
