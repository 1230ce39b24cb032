package io.pharos.metrics.query;

import io.pharos.metric.Dimension;
import io.pharos.metrics.series.Series;

import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.Function;

/// The labels AWS gives to metrics that have none: as short as tells them apart.
public final class Labels {
    private Labels() {}

    /// A visible metric of a request without a label of its own.
    public record Unlabelled(Series series, String stat, int periodS) {}

    /// The label of one of `all`: namespace if namespaces differ, values of dimensions that differ,
    /// the name if names differ or nothing else tells; then statistic or period where the same metric
    /// is asked for with another. Units never take part.
    public static String automatic(Unlabelled one, List<Unlabelled> all) {
        var label = new StringJoiner(" ");
        if (differs(one, all, other -> other.series().namespace())) {
            label.add(one.series().namespace());
        }
        for (var dimension : one.series().dimensions()) {
            if (differs(one, all, other -> valueOf(other.series(), dimension.name()))) {
                label.add(dimension.value());
            }
        }
        if (label.length() == 0 || differs(one, all, other -> other.series().metricName())) {
            label.add(one.series().metricName());
        }
        var twins = all.stream().filter(other -> other.series().equals(one.series())).toList();
        if (differs(one, twins, Unlabelled::stat)) {
            label.add(one.stat());
        }
        if (differs(one, twins, Unlabelled::periodS)) {
            label.add(Integer.toString(one.periodS()));
        }
        return label.toString();
    }

    private static boolean differs(
            Unlabelled one, List<Unlabelled> all, Function<Unlabelled, Object> property) {
        var mine = property.apply(one);
        return all.stream().anyMatch(other -> !Objects.equals(property.apply(other), mine));
    }

    private static String valueOf(Series series, String dimension) {
        return series.dimensions().asList().stream()
                .filter(one -> one.name().equals(dimension))
                .map(Dimension::value)
                .findFirst()
                .orElse(""); // no dimension has an empty value
    }
}
