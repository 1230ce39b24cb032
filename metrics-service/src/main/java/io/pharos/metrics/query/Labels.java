package io.pharos.metrics.query;

import io.pharos.metrics.series.Series;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/// The labels AWS gives to metrics that have none: as short as tells them apart. Made once for all of a
/// request, at a cost that grows with their number only.
public final class Labels {
    private final Set<String> namespaces = new HashSet<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> regions = new HashSet<>();
    private final Map<String, Values> dimensions = new HashMap<>();
    private final Map<Series, Set<String>> stats = new HashMap<>();
    private final Map<Series, Set<Integer>> periods = new HashMap<>();
    private int count;

    /// A visible metric of a request without a label of its own.
    public record Unlabelled(Series series, String stat, int periodS) {}

    /// The values of one dimension, and how many metrics have it.
    private static final class Values {
        private final Set<String> values = new HashSet<>();
        private int metrics;
    }

    public Labels(Collection<Unlabelled> all) {
        all.forEach(this::add);
    }

    private void add(Unlabelled one) {
        count++;
        var series = one.series();
        namespaces.add(series.namespace());
        names.add(series.metricName());
        regions.add(series.region());
        for (var dimension : series.dimensions()) {
            var known = dimensions.computeIfAbsent(dimension.name(), _ -> new Values());
            known.values.add(dimension.value());
            known.metrics++;
        }
        stats.computeIfAbsent(series, _ -> new HashSet<>()).add(one.stat());
        periods.computeIfAbsent(series, _ -> new HashSet<>()).add(one.periodS());
    }

    /// The label of one of them: region if regions differ (in images of widgets only), namespace if
    /// namespaces differ, values of dimensions that differ, the name if names differ or nothing else tells;
    /// then statistic or period where the same metric is asked for with another. Units never take part.
    public String automatic(Unlabelled one) {
        var series = one.series();
        var label = new StringJoiner(" ");
        if (regions.size() > 1) {
            label.add(series.region());
        }
        var prefix = label.length();
        if (namespaces.size() > 1) {
            label.add(series.namespace());
        }
        for (var dimension : series.dimensions()) {
            var known = dimensions.get(dimension.name());
            if (known != null && (known.values.size() > 1 || known.metrics < count)) {
                label.add(dimension.value());
            }
        }
        if (label.length() == prefix || names.size() > 1) {
            label.add(series.metricName());
        }
        if (stats.getOrDefault(series, Set.of()).size() > 1) {
            label.add(one.stat());
        }
        if (periods.getOrDefault(series, Set.of()).size() > 1) {
            label.add(Integer.toString(one.periodS()));
        }
        return label.toString();
    }
}
