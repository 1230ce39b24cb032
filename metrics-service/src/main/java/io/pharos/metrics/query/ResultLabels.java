package io.pharos.metrics.query;

import io.pharos.metrics.math.TimeSeries;
import io.pharos.metrics.query.Labels.Unlabelled;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What the results of one call are called. AWS: a metric without label gets an automatic one, a single
/// result of an expression its label or id, each of several its own label after that of the expression.
public final class ResultLabels {
    private final List<Source> sources;
    private final DynamicLabel dynamic;
    private final Labels told;
    private final Labels read;

    /// @param sources of the plan, and more
    public ResultLabels(MetricDataPlan plan, List<Source> sources, DynamicLabel dynamic) {
        this.sources = sources;
        this.dynamic = dynamic;
        var visible = new ArrayList<Unlabelled>();
        var needed = new ArrayList<Unlabelled>();
        for (var query : plan.queries()) {
            if (query instanceof MetricQuery metric && isAutomatic(query.label())) {
                var one = new Unlabelled(metric.series(), metric.stat(), metric.periodS());
                if (query.returnData()) {
                    visible.add(one);
                }
                if (plan.isNeeded(query.id())) {
                    needed.add(one);
                }
            }
        }
        for (var found : plan.found()) {
            visible.add(found);
            needed.add(found);
        }
        told = new Labels(visible);
        read = new Labels(needed);
    }

    private static boolean isAutomatic(@Nullable String label) {
        return label == null || label.contains("${LABEL}");
    }

    /// The label of a metric.
    public String ofMetric(MetricQuery query, TimeSeries series) {
        var metric = new Unlabelled(query.series(), query.stat(), query.periodS());
        return label(query.label(), told.automatic(metric), metric, series);
    }

    /// The label of the one result of an expression.
    public String ofSingle(ExpressionQuery query, TimeSeries series) {
        return label(query.label(), query.id(), metric(series), series);
    }

    /// The label of one of several results of an expression.
    public String ofMember(ExpressionQuery query, TimeSeries series) {
        var own = own(query, series);
        var label = query.label();
        if (label == null) {
            return own;
        }
        return DynamicLabel.isDynamic(label)
                ? dynamic.render(label, own, metric(series), series)
                : label + " " + own;
    }

    private String own(ExpressionQuery query, TimeSeries series) {
        if (series.source() == TimeSeries.NO_SOURCE) {
            return query.id();
        }
        var source = sources.get(series.source());
        var metric = source.metric();
        var automatic = metric == null ? source.name() : read.automatic(metric);
        return label(source.label(), automatic, metric, series);
    }

    private @Nullable Unlabelled metric(TimeSeries series) {
        return series.source() == TimeSeries.NO_SOURCE
                ? null
                : sources.get(series.source()).metric();
    }

    private String label(
            @Nullable String label,
            String automatic,
            @Nullable Unlabelled metric,
            TimeSeries series) {
        if (label == null) {
            return automatic;
        }
        return DynamicLabel.isDynamic(label)
                ? dynamic.render(label, automatic, metric, series)
                : label;
    }
}
