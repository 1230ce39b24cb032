package io.pharos.metrics.promql;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// `info`: series get the labels of the info series, `target_info` unless another name is asked for, that
/// have the same `instance` and `job`. Prometheus 3 has it as an experiment; where several are there at
/// one time, the newest counts.
final class InfoLabels {
    private static final List<String> IDENTIFYING = List.of("instance", "job");

    private final Evaluator evaluator;
    private final Grid grid;
    private final List<Matcher> names = new ArrayList<>();
    private final Set<String> wanted = new HashSet<>();
    private final boolean mayBeWithout;
    private final Map<LabelSet, Map<String, List<Column>>> found = new HashMap<>();

    /// @param info which info series, and which of their labels: those it has a condition on, or all
    InfoLabels(Expr.Selector info, Evaluator evaluator, Grid grid) {
        this.evaluator = evaluator;
        this.grid = grid;
        var isWithout = true;
        for (var matcher : info.matchers()) {
            if (matcher.name().equals(LabelSet.NAME)) {
                names.add(matcher);
            } else {
                wanted.add(matcher.name());
                isWithout &= !matcher.needsLabel();
            }
        }
        this.mayBeWithout = isWithout;
        for (var column : evaluator.instant(info, grid, true)) {
            found.computeIfAbsent(column.labels().only(IDENTIFYING), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(column.labels().get(LabelSet.NAME), _ -> new ArrayList<>())
                    .add(column);
        }
    }

    List<Column> joined(List<Column> columns) {
        var all = new ArrayList<Column>();
        for (var column : columns) {
            var isInfo =
                    names.stream().allMatch(m -> m.matches(column.labels().get(LabelSet.NAME)));
            var identity = column.labels().only(IDENTIFYING);
            var infos = identity.size() == 0 ? null : found.get(identity);
            if (isInfo || (infos == null && mayBeWithout)) {
                all.add(column);
            } else if (infos != null) {
                all.addAll(joined(column, infos.values()));
            }
        }
        return Evaluator.unique(all);
    }

    /// The labels may be others at each step.
    private List<Column> joined(Column column, Iterable<List<Column>> infos) {
        var byLabels = new LinkedHashMap<LabelSet, double[]>();
        List<Column> before = null;
        double[] into = null;
        for (var i = 0; i < grid.count(); i++) {
            if (!column.has(i)) {
                continue;
            }
            var now = newest(infos, i);
            if (!now.equals(before)) {
                before = now;
                var labels = labels(column.labels(), now);
                into = labels == null ? null : byLabels.computeIfAbsent(labels, _ -> absent());
            }
            if (into != null) {
                into[i] = column.values()[i];
            }
        }
        var joined = new ArrayList<Column>();
        byLabels.forEach((labels, values) -> joined.add(new Column(labels, values)));
        return joined;
    }

    private double[] absent() {
        var values = evaluator.values(grid);
        Arrays.fill(values, Column.ABSENT);
        return values;
    }

    /// Of each name, the one whose sample is the newest at a step.
    private List<Column> newest(Iterable<List<Column>> infos, int step) {
        evaluator.budget().work(1);
        var newest = new ArrayList<Column>();
        for (var ofName : infos) {
            Column best = null;
            for (var info : ofName) {
                if (!info.has(step)) {
                    continue;
                }
                if (best != null && info.values()[step] == best.values()[step]) {
                    throw PromqlException.execution(
                            "found duplicate series for info metric: existing "
                                    + best.labels()
                                    + ", new "
                                    + info.labels());
                }
                var isNewer = best == null || info.values()[step] > best.values()[step];
                best = isNewer ? info : best;
            }
            if (best != null) {
                newest.add(best);
            }
        }
        return newest;
    }

    /// Null: the series is left out, for it has none of the labels that it must have.
    private @Nullable LabelSet labels(LabelSet base, List<Column> infos) {
        var added = new TreeMap<String, String>();
        for (var info : infos) {
            info.labels()
                    .forEach((name, value) -> {
                        if (name.equals(LabelSet.NAME)
                                || (!wanted.isEmpty() && !wanted.contains(name))
                                || !base.get(name).isEmpty()) {
                            return;
                        }
                        var other = added.put(name, value);
                        if (other != null && !other.equals(value)) {
                            throw PromqlException.execution("conflicting label: " + name);
                        }
                    });
        }
        if (added.isEmpty()) {
            return mayBeWithout ? base : null;
        }
        added.putAll(base.asMap());
        return LabelSet.of(added);
    }
}
