package io.pharos.metrics.promql;

import io.pharos.metrics.promql.Expr.Cardinality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An operator between two instant vectors: who belongs to whom is told by labels, whether it is
/// allowed by who has a value at the same step.
final class VectorMatching {
    private final Expr.Binary binary;
    private final Expr.Matching matching;
    private final Grid grid;
    private final Budget budget;
    private final Map<LabelSet, Integer> groups = new HashMap<>();

    VectorMatching(Expr.Binary binary, Grid grid, Budget budget) {
        this.binary = binary;
        this.matching = binary.matching();
        this.grid = grid;
        this.budget = budget;
    }

    List<Column> of(List<Column> left, List<Column> right) {
        var lefts = groupsOf(left);
        var rights = groupsOf(right);
        return switch (binary.operator()) {
            case AND -> kept(left, lefts, present(right, rights), true);
            case UNLESS -> kept(left, lefts, present(right, rights), false);
            case OR -> {
                var either = new ArrayList<>(left);
                either.addAll(kept(right, rights, present(left, lefts), false));
                yield Evaluator.unique(either);
            }
            default ->
                    matching.cardinality() == Cardinality.ONE_TO_MANY
                            ? matched(right, rights, left, lefts)
                            : matched(left, lefts, right, rights);
        };
    }

    private int[] groupsOf(List<Column> columns) {
        return columns.stream()
                .mapToInt(
                        column -> groups.computeIfAbsent(key(column.labels()), _ -> groups.size()))
                .toArray();
    }

    private LabelSet key(LabelSet labels) {
        return matching.on()
                ? labels.only(matching.labels())
                : labels.withoutName().without(matching.labels());
    }

    /// Whether a group has a value at a step: index = step × groups + group.
    private boolean[] present(List<Column> columns, int[] keys) {
        var cells = (long) groups.size() * grid.count();
        budget.values(cells / Long.BYTES);
        var present = new boolean[Math.toIntExact(cells)];
        for (var c = 0; c < keys.length; c++) {
            for (var i = 0; i < grid.count(); i++) {
                if (columns.get(c).has(i)) {
                    present[i * groups.size() + keys[c]] = true;
                }
            }
        }
        return present;
    }

    private List<Column> kept(List<Column> columns, int[] keys, boolean[] present, boolean wanted) {
        var kept = new ArrayList<Column>();
        for (var c = 0; c < keys.length; c++) {
            budget.values(grid.count());
            var values = columns.get(c).values().clone();
            for (var i = 0; i < values.length; i++) {
                if (present[i * groups.size() + keys[c]] != wanted) {
                    values[i] = Column.ABSENT;
                }
            }
            var column = new Column(columns.get(c).labels(), values);
            if (!column.isEmpty()) {
                kept.add(column);
            }
        }
        return kept;
    }

    /// @param many the side of which several may belong to one of the other
    private List<Column> matched(
            List<Column> many, int[] manyKeys, List<Column> one, int[] oneKeys) {
        var results = new LinkedHashMap<LabelSet, double[]>();
        var labelsOf = new HashMap<Long, LabelSet>();
        var partner = new int[groups.size()];
        var taken = new boolean[groups.size()];
        for (var i = 0; i < grid.count(); i++) {
            budget.work(partner.length + manyKeys.length + oneKeys.length);
            Arrays.fill(partner, -1);
            Arrays.fill(taken, false);
            partners(one, oneKeys, partner, i);
            for (var c = 0; c < manyKeys.length; c++) {
                var other = partner[manyKeys[c]];
                if (other < 0 || !many.get(c).has(i)) {
                    continue;
                }
                var value = compute(many.get(c).values()[i], one.get(other).values()[i]);
                if (Column.isAbsent(value)) {
                    continue;
                }
                if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
                    if (taken[manyKeys[c]]) {
                        throw PromqlException.execution(
                                "multiple matches for labels: many-to-one matching must be"
                                        + " explicit (group_left/group_right)");
                    }
                    taken[manyKeys[c]] = true;
                }
                var from = many.get(c).labels();
                var with = one.get(other).labels();
                var labels =
                        labelsOf.computeIfAbsent(((long) c << 32) | other, _ -> result(from, with));
                put(results, labels, i, value);
            }
        }
        var columns = new ArrayList<Column>(results.size());
        results.forEach((labels, values) -> columns.add(new Column(labels, values)));
        return columns;
    }

    private void put(Map<LabelSet, double[]> results, LabelSet labels, int step, double value) {
        var values =
                results.computeIfAbsent(
                        labels,
                        _ -> {
                            budget.values(grid.count());
                            return Column.empty(grid.count());
                        });
        if (!Column.isAbsent(values[step])) {
            throw PromqlException.execution(
                    "multiple matches for labels: grouping labels must ensure unique matches");
        }
        values[step] = value;
    }

    private void partners(List<Column> one, int[] keys, int[] partner, int step) {
        for (var c = 0; c < keys.length; c++) {
            if (!one.get(c).has(step)) {
                continue;
            }
            var before = partner[keys[c]];
            if (before >= 0) {
                throw PromqlException.execution(
                        ("found duplicate series for the match group %s on the %s hand-side of the"
                                        + " operation: [%s, %s];many-to-many matching not allowed: matching"
                                        + " labels must be unique on one side")
                                .formatted(
                                        key(one.get(c).labels()),
                                        matching.cardinality() == Cardinality.ONE_TO_MANY
                                                ? "left"
                                                : "right",
                                        one.get(c).labels(),
                                        one.get(before).labels()));
            }
            partner[keys[c]] = c;
        }
    }

    /// ABSENT when a comparison without `bool` does not hold.
    private double compute(double many, double one) {
        var swapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
        var left = swapped ? one : many;
        var right = swapped ? many : one;
        var operator = binary.operator();
        if (!operator.isComparison()) {
            return operator.compute(left, right);
        }
        var holds = operator.holds(left, right);
        return binary.bool() ? (holds ? 1 : 0) : holds ? left : Column.ABSENT;
    }

    private LabelSet result(LabelSet many, LabelSet one) {
        var labels = many;
        if (!binary.operator().isComparison() || binary.bool()) {
            labels = labels.withoutName();
        }
        if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
            return matching.on()
                    ? labels.only(matching.labels())
                    : labels.without(matching.labels());
        }
        for (var include : matching.include()) {
            labels = labels.with(include, one.get(include));
        }
        return labels;
    }
}
