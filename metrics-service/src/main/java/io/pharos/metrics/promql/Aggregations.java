package io.pharos.metrics.promql;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `sum by (…)` and its relatives, group by group and step by step.
final class Aggregations {
    /// The golden ratio: spreads hash codes over 64 bits.
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private final Expr.Aggregation aggregation;
    private final Grid grid;
    private final Budget budget;

    Aggregations(Expr.Aggregation aggregation, Grid grid, Budget budget) {
        this.aggregation = aggregation;
        this.grid = grid;
        this.budget = budget;
    }

    private Map<LabelSet, List<Column>> groups(List<Column> columns) {
        var groups = new LinkedHashMap<LabelSet, List<Column>>();
        for (var column : columns) {
            groups.computeIfAbsent(key(column.labels()), _ -> new ArrayList<>()).add(column);
        }
        return groups;
    }

    private LabelSet key(LabelSet labels) {
        return aggregation.without()
                ? labels.withoutName().without(aggregation.labels())
                : labels.only(aggregation.labels());
    }

    /// topk, bottomk, limitk, limit_ratio and quantile.
    List<Column> with(List<Column> columns, double[] parameter) {
        return switch (aggregation.operator()) {
            case TOPK, BOTTOMK, LIMITK, LIMIT_RATIO -> chosen(columns, parameter);
            default -> reduced(columns, parameter);
        };
    }

    /// @param parameter of quantile
    List<Column> reduced(List<Column> columns, double @Nullable [] parameter) {
        var results = new ArrayList<Column>();
        groups(columns)
                .forEach((labels, members) -> {
                    budget.values(grid.count() + members.size());
                    var values = Column.empty(grid.count());
                    var present = new double[members.size()];
                    for (var i = 0; i < values.length; i++) {
                        budget.work(members.size());
                        var size = 0;
                        for (var member : members) {
                            if (member.has(i)) {
                                present[size++] = member.values()[i];
                            }
                        }
                        if (size > 0) {
                            values[i] =
                                    parameter == null
                                            ? reduce(present, size)
                                            : Numbers.quantile(parameter[i], present, 0, size);
                        }
                    }
                    results.add(new Column(labels, values));
                });
        return results;
    }

    private double reduce(double[] values, int size) {
        return switch (aggregation.operator()) {
            case SUM -> Numbers.sum(values, 0, size);
            case AVG -> Numbers.average(values, 0, size);
            case COUNT -> size;
            case MIN -> Numbers.minimum(values, 0, size);
            case MAX -> Numbers.maximum(values, 0, size);
            case GROUP -> 1;
            case STDVAR -> Numbers.variance(values, 0, size);
            case STDDEV -> Math.sqrt(Numbers.variance(values, 0, size));
            case TOPK, BOTTOMK, LIMITK, LIMIT_RATIO, QUANTILE, COUNT_VALUES ->
                    throw new IllegalStateException("needs a parameter");
        };
    }

    private List<Column> chosen(List<Column> columns, double[] parameter) {
        var results = new ArrayList<Column>();
        for (var members : groups(columns).values()) {
            budget.values((long) members.size() * grid.count());
            var kept = members.stream().map(_ -> Column.empty(grid.count())).toList();
            List<Integer> order = List.of();
            for (var i = 0; i < grid.count(); i++) {
                budget.work(members.size());
                order = wanted(members, i, parameter[i]);
                for (var member : order) {
                    kept.get(member)[i] = members.get(member).values()[i];
                }
            }
            if (grid.count() == 1) { // an instant query shows the order
                order.forEach(m -> results.add(new Column(members.get(m).labels(), kept.get(m))));
            } else {
                for (var m = 0; m < members.size(); m++) {
                    var column = new Column(members.get(m).labels(), kept.get(m));
                    if (!column.isEmpty()) {
                        results.add(column);
                    }
                }
            }
        }
        return results;
    }

    private List<Integer> wanted(List<Column> members, int step, double parameter) {
        var present = new ArrayList<Integer>();
        for (var m = 0; m < members.size(); m++) {
            if (members.get(m).has(step)) {
                present.add(m);
            }
        }
        return switch (aggregation.operator()) {
            case LIMIT_RATIO ->
                    present.stream().filter(m -> isIn(parameter, members.get(m).labels())).toList();
            case LIMITK -> present.subList(0, count(parameter, present));
            default -> ranked(members, present, step).subList(0, count(parameter, present));
        };
    }

    private static int count(double parameter, List<Integer> present) {
        return (int) Math.clamp(parameter, 0, present.size());
    }

    /// Every set of labels stands somewhere between 0 and 1: a ratio takes those below it, a negative
    /// one all that its complement leaves.
    private static boolean isIn(double ratio, LabelSet labels) {
        if (Double.isNaN(ratio)) {
            throw PromqlException.execution("Ratio value NaN is not allowed in limit_ratio");
        }
        var spread = labels.hashCode() * SPREAD;
        var place = ((spread ^ spread >>> 32) >>> 11) * 0x1p-53;
        return ratio >= 0 ? place < ratio : place >= 1 + ratio;
    }

    /// Best first, NaN last.
    private List<Integer> ranked(List<Column> members, List<Integer> present, int step) {
        var order = new ArrayList<>(present);
        var byValue = Comparator.<Integer>comparingDouble(m -> members.get(m).values()[step]);
        var top = aggregation.operator() == Aggregator.TOPK;
        order.sort(
                Comparator.<Integer, Boolean>comparing(
                                m -> Double.isNaN(members.get(m).values()[step]))
                        .thenComparing(top ? byValue.reversed() : byValue));
        return order;
    }

    /// count_values
    List<Column> counted(List<Column> columns, String label) {
        if (label.isEmpty() || label.equals(LabelSet.NAME)) {
            throw PromqlException.execution("invalid label name \"" + label + '"');
        }
        var results = new LinkedHashMap<LabelSet, double[]>();
        for (var column : columns) {
            var key = key(column.labels());
            for (var i = 0; i < grid.count(); i++) {
                budget.work(1);
                if (!column.has(i)) {
                    continue;
                }
                var labels = key.with(label, Numbers.text(column.values()[i]));
                var counts =
                        results.computeIfAbsent(
                                labels,
                                _ -> {
                                    budget.values(grid.count());
                                    return Column.empty(grid.count());
                                });
                counts[i] = Column.isAbsent(counts[i]) ? 1 : counts[i] + 1;
            }
        }
        var counted = new ArrayList<Column>(results.size());
        results.forEach((labels, counts) -> counted.add(new Column(labels, counts)));
        return counted;
    }
}
