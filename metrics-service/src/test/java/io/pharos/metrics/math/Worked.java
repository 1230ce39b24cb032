package io.pharos.metrics.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Expressions over a few metrics: a row of values is one a minute, `__` a missing one.
final class Worked implements Inputs {
    @Override
    public List<TimeSeries> external(String function, List<Object> arguments) {
        throw new ExpressionError("Function 'LAMBDA' is not supported here");
    }

    static final double __ = Double.NaN;
    static final long START = 1_768_910_880; // 2026-01-20T12:08:00Z, a Tuesday

    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Slots slots;

    Worked(int count) {
        this.slots = new Slots(START, 60, count);
    }

    Worked with(String id, double... row) {
        values.put(id, new Value.Single(series(values.size(), row)));
        return this;
    }

    private TimeSeries series(int source, double... row) {
        return TimeSeries.finite(source, slots, new Slots(START, 60, row.length).times(), row);
    }

    Value evaluate(String text) {
        return new Evaluator(this).evaluate(ExpressionParser.parse(text));
    }

    void expect(String text, double... row) {
        assertThat(evaluate(text)).as(text).isInstanceOf(Value.Single.class);
        check(text, ((Value.Single) evaluate(text)).series(), row);
    }

    void expectScalar(String text, double number) {
        var rows = new double[Math.toIntExact(slots.count())];
        java.util.Arrays.fill(rows, number);
        expect("TIME_SERIES(" + text + ")", rows);
    }

    void expectArray(String text, double[]... rows) {
        assertThat(evaluate(text)).as(text).isInstanceOf(Value.Several.class);
        var series = ((Value.Several) evaluate(text)).series();
        assertThat(series).as(text).hasSize(rows.length);
        for (var i = 0; i < rows.length; i++) {
            check(text, series.get(i), rows[i]);
        }
    }

    void refuses(String text, String message) {
        assertThatThrownBy(() -> evaluate(text))
                .as(text)
                .isInstanceOf(ExpressionError.class)
                .hasMessage(message);
    }

    static double[] row(double... values) {
        return values;
    }

    private static void check(String text, TimeSeries series, double... row) {
        var times = new ArrayList<Long>();
        var values = new ArrayList<Double>();
        for (var i = 0; i < row.length; i++) {
            if (!Double.isNaN(row[i])) {
                times.add(START + 60L * i);
                values.add(row[i]);
            }
        }
        assertThat(series.times()).as(text).containsExactly(times.toArray(Long[]::new));
        for (var i = 0; i < values.size(); i++) {
            assertThat(series.values()[i]).as(text).isCloseTo(values.get(i), within(1e-9));
        }
    }

    @Override
    public TimeSeries ruleMetric(String rule, RuleMetric metric) {
        return series(TimeSeries.NO_SOURCE, rule.length(), __, metric.ordinal());
    }

    @Override
    public double quota(String id) {
        if (id.equals("m1")) {
            return 500;
        }
        throw new ExpressionError("no quota of " + id);
    }

    @Override
    public Slots slots() {
        return slots;
    }

    @Override
    public Value reference(String id) {
        var value = values.get(id);
        if (value == null) {
            throw new ExpressionError("Id '" + id + "' not found");
        }
        return value;
    }

    @Override
    public OptionalInt periodOf(String id) {
        return id.startsWith("m") ? OptionalInt.of(60) : OptionalInt.empty();
    }

    @Override
    public List<TimeSeries> metrics(String part) {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("m") && entry.getKey().contains(part))
                .map(entry -> ((Value.Single) entry.getValue()).series())
                .toList();
    }

    @Override
    public List<TimeSeries> search(Expression.Call search) {
        return List.of(series(100, 1, 2), series(101, 3, 4));
    }

    @Override
    public List<TimeSeries> band(Expression of, TimeSeries series, double width) {
        return List.of(series.map(value -> value - width), series.map(value -> value + width));
    }

    @Override
    public Value select(Expression.Select query) {
        return new Value.Single(series(TimeSeries.NO_SOURCE, 1, 2));
    }
}
