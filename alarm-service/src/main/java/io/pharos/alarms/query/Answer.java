package io.pharos.alarms.query;

import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.evaluate.Window;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

import java.util.Arrays;
import java.util.List;

/// What metrics-service says to one alarm.
///
/// @param band its two ends in any order; empty when there is none
record Answer(List<MetricDataResult> series, List<MetricDataResult> band) {
    boolean isPartial() {
        return series.stream().anyMatch(one -> one.statusCode() == StatusCode.PARTIAL_DATA);
    }

    /// The window over the only series.
    Window window(AlarmRule rule, long endS) {
        var values = series.isEmpty() ? nothing(rule) : values(rule, endS, series.getFirst());
        return Window.ofExpression(endS, rule.periodS(), values, band(rule, endS));
    }

    static Window window(AlarmRule rule, long endS, MetricDataResult one) {
        return Window.ofExpression(endS, rule.periodS(), values(rule, endS, one), null);
    }

    private Window.@Nullable Band band(AlarmRule rule, long endS) {
        if (!rule.comparison().isOfBand()) {
            return null;
        }
        if (band.size() < 2) {
            return new Window.Band(nothing(rule), nothing(rule));
        }
        var one = values(rule, endS, band.get(0));
        var other = values(rule, endS, band.get(1));
        var lower = new double[one.length];
        var upper = new double[one.length];
        for (var i = 0; i < one.length; i++) {
            lower[i] = Math.min(one[i], other[i]);
            upper[i] = Math.max(one[i], other[i]);
        }
        return new Window.Band(lower, upper);
    }

    private static double[] nothing(AlarmRule rule) {
        var values = new double[rule.range()];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    private static double[] values(AlarmRule rule, long endS, MetricDataResult one) {
        var values = nothing(rule);
        for (var i = 0; i < one.timestamps().size(); i++) {
            var back = endS - rule.periodS() - one.timestamps().get(i).getEpochSecond();
            var index = back / rule.periodS();
            if (back >= 0 && index < values.length) {
                values[(int) index] = one.values().get(i);
            }
        }
        return values;
    }
}
