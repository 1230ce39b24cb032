package io.pharos.metrics.math;

import io.pharos.metrics.math.Value.Scalar;
import io.pharos.metrics.math.Value.Several;
import io.pharos.metrics.math.Value.Single;

/// Functions that make one number of many: over the points of a series, or over the series of an array
/// at each time. AWS: averages and deviations take what is missing as 0, the others leave it out.
enum Reduction {
    AVG {
        @Override
        double over(double[] values, long of) {
            return sum(values) / of;
        }
    },
    DATAPOINT_COUNT {
        @Override
        double over(double[] values, long of) {
            return present(values);
        }
    },
    MAX {
        @Override
        double over(double[] values, long of) {
            var most = Double.NaN;
            for (var value : values) {
                most = value <= most ? most : Double.isNaN(value) ? most : value;
            }
            return most;
        }
    },
    MIN {
        @Override
        double over(double[] values, long of) {
            var least = Double.NaN;
            for (var value : values) {
                least = value >= least ? least : Double.isNaN(value) ? least : value;
            }
            return least;
        }
    },
    STDDEV {
        @Override
        double over(double[] values, long of) {
            var mean = sum(values) / of;
            var squares = (of - present(values)) * mean * mean; // what is missing is 0
            for (var value : values) {
                squares += Double.isNaN(value) ? 0 : (value - mean) * (value - mean);
            }
            return Math.sqrt(squares / of);
        }
    },
    SUM {
        @Override
        double over(double[] values, long of) {
            return sum(values);
        }
    };

    /// @param values NaN where one is missing
    /// @param of how many there would be without gaps, more than are given perhaps
    /// @return NaN when there is no answer
    abstract double over(double[] values, long of);

    /// @param slots of the expression, for an array without members
    Value apply(Value value, Slots slots) {
        return switch (value) {
            case Single(var series) -> new Scalar(over(series.values(), slotsOf(series)));
            case Several(var series) when series.isEmpty() ->
                    new Single(TimeSeries.empty(TimeSeries.NO_SOURCE, slots));
            case Several(var series) -> new Single(across(series.toArray(TimeSeries[]::new)));
            default ->
                    throw new ExpressionError(
                            "Function '" + this + "' does not take a " + value.kind());
        };
    }

    /// Mixed periods may have points beside the slots.
    private static long slotsOf(TimeSeries series) {
        return Math.max(series.slots().count(), series.size());
    }

    private TimeSeries across(TimeSeries[] series) {
        var joined = TimeSeries.join(series);
        var reduced = new double[joined.times().length];
        var column = new double[series.length];
        var slots = series[0].slots();
        for (var one : series) {
            slots = slots.finer(one.slots());
        }
        for (var i = 0; i < reduced.length; i++) {
            for (var each = 0; each < column.length; each++) {
                column[each] = joined.values()[each][i];
            }
            reduced[i] = over(column, column.length);
        }
        return TimeSeries.finite(TimeSeries.NO_SOURCE, slots, joined.times(), reduced);
    }

    private static double sum(double[] values) {
        var sum = 0.0;
        for (var value : values) {
            sum += Double.isNaN(value) ? 0 : value;
        }
        return sum;
    }

    private static long present(double[] values) {
        var present = 0L;
        for (var value : values) {
            present += Double.isNaN(value) ? 0 : 1;
        }
        return present;
    }
}
