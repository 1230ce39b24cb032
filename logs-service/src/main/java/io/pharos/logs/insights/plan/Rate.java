package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;

import org.jspecify.annotations.Nullable;

/// `rate`: by how much a number changes in a period, from the first to the last time it is there.
final class Rate implements Aggregate.State {
    private final Eval of;
    private final Eval time;
    private final long periodMs;
    private double firstMs = Double.NaN;
    private double first;
    private double lastMs = Double.NaN;
    private double last;

    Rate(Eval of, Eval time, long periodMs) {
        this.of = of;
        this.time = time;
        this.periodMs = periodMs;
    }

    @Override
    public void add(Row row, Memory memory) {
        var number = of.number(row);
        if (!Double.isNaN(number)) {
            take(time.number(row), number);
        }
    }

    private void take(double at, double number) {
        if (Double.isNaN(firstMs) || at < firstMs) {
            firstMs = at;
            first = number;
        }
        if (Double.isNaN(lastMs) || at > lastMs) {
            lastMs = at;
            last = number;
        }
    }

    @Override
    public void merge(Aggregate.State other, Memory memory) {
        var that = (Rate) other;
        if (!Double.isNaN(that.firstMs)) {
            take(that.firstMs, that.first);
            take(that.lastMs, that.last);
        }
    }

    @Override
    public @Nullable Object result() {
        return lastMs > firstMs ? (Object) ((last - first) * periodMs / (lastMs - firstMs)) : null;
    }
}
