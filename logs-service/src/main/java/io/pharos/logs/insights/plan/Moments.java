package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;

import org.jspecify.annotations.Nullable;

/// `sum`, `avg`, `variance` and `stddev` (of all, not of a sample).
final class Moments implements Aggregate.State {
    private final Eval of;
    private final Kind kind;
    private long count;
    private double sum;
    private double mean;
    private double squares; // of the distances from the mean

    enum Kind {
        SUM,
        AVERAGE,
        VARIANCE,
        DEVIATION
    }

    Moments(Eval of, Kind kind) {
        this.of = of;
        this.kind = kind;
    }

    @Override
    public void add(Row row, Memory memory) {
        var number = of.number(row);
        if (!Double.isNaN(number)) {
            count++;
            sum += number;
            var distance = number - mean;
            mean += distance / count;
            squares += distance * (number - mean);
        }
    }

    @Override
    public void merge(Aggregate.State other, Memory memory) {
        var that = (Moments) other;
        if (that.count > 0) {
            var total = count + that.count;
            var distance = that.mean - mean;
            squares += that.squares + distance * distance * ((double) count * that.count / total);
            mean += distance * that.count / total;
            sum += that.sum;
            count = total;
        }
    }

    @Override
    public @Nullable Object result() {
        if (kind == Kind.SUM) {
            return sum;
        }
        if (count == 0) {
            return null;
        }
        return switch (kind) {
            case SUM -> sum;
            case AVERAGE -> sum / count;
            case VARIANCE -> squares / count;
            case DEVIATION -> Math.sqrt(squares / count);
        };
    }
}
