package io.pharos.metrics.widget;

import io.pharos.metrics.widget.Widget.Annotation;
import io.pharos.metrics.widget.Widget.Row;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The widget of an alarm: what it watches, and its threshold as a line across.
public final class AlarmWidget {
    private static final int THRESHOLD_COLOR = 0xd62728;
    private static final int DEFAULT_PERIOD_S = 300;

    private AlarmWidget() {}

    /// Empty when the alarm watches no metric.
    ///
    /// @param region the alarm's
    public static Optional<Widget> of(Widget widget, MetricAlarm alarm, String region) {
        var rows = rows(alarm);
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        var annotations = new ArrayList<>(widget.annotations());
        if (alarm.threshold() != null) {
            annotations.add(
                    new Annotation(
                            true,
                            alarm.threshold(),
                            null,
                            condition(alarm, rows),
                            THRESHOLD_COLOR,
                            "none",
                            false));
        }
        return Optional.of(
                new Widget(
                        rows,
                        widget.view(),
                        widget.stacked(),
                        widget.dark(),
                        widget.liveData(),
                        widget.sparkline(),
                        widget.fullPrecision(),
                        widget.legend(),
                        widget.title(),
                        widget.width(),
                        widget.height(),
                        widget.start(),
                        widget.end(),
                        widget.timezone(),
                        region,
                        widget.left(),
                        widget.right(),
                        annotations,
                        widget.alarm()));
    }

    private static List<Row> rows(MetricAlarm alarm) {
        if (alarm.hasMetrics() && !alarm.metrics().isEmpty()) {
            var period =
                    alarm.metrics().stream()
                            .filter(query -> query.metricStat() != null)
                            .mapToInt(query -> query.metricStat().period())
                            .findFirst()
                            .orElse(DEFAULT_PERIOD_S);
            return alarm.metrics().stream().map(query -> row(query, period)).toList();
        }
        if (alarm.metricName() == null) {
            return List.of();
        }
        var stat =
                alarm.extendedStatistic() == null
                        ? alarm.statisticAsString()
                        : alarm.extendedStatistic();
        return List.of(
                new Row(
                        "m1",
                        null,
                        cells(alarm.namespace(), alarm.metricName(), alarm.dimensions()),
                        null,
                        null,
                        stat,
                        alarm.unitAsString(),
                        alarm.period(),
                        true,
                        false,
                        null));
    }

    private static Row row(MetricDataQuery query, int period) {
        var stat = query.metricStat();
        var metric = stat == null ? Metric.builder().build() : stat.metric();
        var ownPeriod = query.period() == null ? period : query.period();
        return new Row(
                query.id(),
                null,
                stat == null
                        ? List.of()
                        : cells(metric.namespace(), metric.metricName(), metric.dimensions()),
                query.expression(),
                query.label(),
                stat == null ? "" : stat.stat(),
                stat == null ? null : stat.unitAsString(),
                stat == null ? ownPeriod : stat.period(),
                query.returnData() == null || query.returnData(),
                false,
                null);
    }

    private static List<String> cells(
            @Nullable String namespace, @Nullable String name, List<Dimension> dimensions) {
        var cells = new ArrayList<String>();
        cells.add(namespace == null ? "" : namespace);
        cells.add(name == null ? "" : name);
        for (var dimension : dimensions) {
            cells.add(dimension.name());
            cells.add(dimension.value());
        }
        return cells;
    }

    /// As AWS's console has it: `Errors > 5 for 2 datapoints within 10 minutes`.
    private static String condition(MetricAlarm alarm, List<Row> rows) {
        var told = rows.stream().filter(Row::visible).findFirst().orElse(rows.getFirst());
        var label = told.label();
        var name = label != null ? label : told.cells().isEmpty() ? told.id() : told.cells().get(1);
        var count =
                alarm.datapointsToAlarm() == null
                        ? alarm.evaluationPeriods()
                        : alarm.datapointsToAlarm();
        var within =
                Duration.ofSeconds((long) told.periodS() * Math.max(1, alarm.evaluationPeriods()));
        return String.format(
                Locale.ROOT,
                "%s %s %s for %d datapoints within %s",
                name,
                sign(alarm),
                BriefNumbers.text(alarm.threshold(), 6),
                count,
                within.toSeconds() % 60 == 0
                        ? within.toMinutes() + " minutes"
                        : within.toSeconds() + " seconds");
    }

    private static String sign(MetricAlarm alarm) {
        return switch (alarm.comparisonOperator()) {
            case GREATER_THAN_OR_EQUAL_TO_THRESHOLD -> ">=";
            case GREATER_THAN_THRESHOLD, GREATER_THAN_UPPER_THRESHOLD -> ">";
            case LESS_THAN_THRESHOLD, LESS_THAN_LOWER_THRESHOLD -> "<";
            case LESS_THAN_OR_EQUAL_TO_THRESHOLD -> "<=";
            default -> alarm.comparisonOperatorAsString();
        };
    }
}
