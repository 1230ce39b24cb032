package io.pharos.metrics.query;

import io.pharos.metrics.math.Expression;
import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.math.MathFunction;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which query refers to which: the order in which expressions are computed, and who is needed at all.
public final class ExpressionOrder {
    private final Map<String, DataQuery> queries = new LinkedHashMap<>();
    private final Map<String, Set<String>> references = new HashMap<>();
    private final List<ExpressionQuery> order = new ArrayList<>();

    /// @throws FailedExpression when an expression refers to nothing, or to itself
    public ExpressionOrder(List<DataQuery> all) {
        all.forEach(query -> queries.put(query.id(), query));
        for (var query : all) {
            references.put(query.id(), referencesOf(query));
        }
        var done = new HashSet<String>();
        for (var query : all) {
            visit(query.id(), done, new LinkedHashSet<>());
        }
    }

    private Set<String> referencesOf(DataQuery query) {
        if (!(query instanceof ExpressionQuery expression)) {
            return Set.of();
        }
        var ids = new LinkedHashSet<String>();
        expression
                .expression()
                .forEach(part -> {
                    switch (part) {
                        case Expression.Reference(_, var id) -> {
                            if (!queries.containsKey(id)) {
                                throw new FailedExpression(
                                        query.id(),
                                        new ExpressionError("Id '" + id + "' not found"));
                            }
                            ids.add(id);
                        }
                        case Expression.Call call when call.function() == MathFunction.METRICS ->
                                metrics(call).forEach(metric -> ids.add(metric.id()));
                        default -> {}
                    }
                });
        return ids;
    }

    private List<MetricQuery> metrics(Expression.Call call) {
        var part =
                !call.arguments().isEmpty()
                                && call.arguments().getFirst()
                                        instanceof Expression.Text(_, var text)
                        ? text
                        : "";
        return metrics(part);
    }

    /// What `METRICS(part)` stands for.
    public List<MetricQuery> metrics(String part) {
        return queries.values().stream()
                .filter(query -> query instanceof MetricQuery && query.id().contains(part))
                .map(MetricQuery.class::cast)
                .toList();
    }

    private void visit(String id, Set<String> done, LinkedHashSet<String> path) {
        if (done.contains(id)) {
            return;
        }
        if (!path.add(id)) {
            throw new FailedExpression(
                    id,
                    new ExpressionError(
                            "Circular reference: " + String.join(" -> ", path) + " -> " + id));
        }
        for (var other : references.getOrDefault(id, Set.of())) {
            visit(other, done, path);
        }
        path.removeLast();
        done.add(id);
        if (queries.get(id) instanceof ExpressionQuery expression) {
            order.add(expression);
        }
    }

    /// All of them, by id.
    public Map<String, DataQuery> queries() {
        return queries;
    }

    /// Every expression after those it refers to.
    public List<ExpressionQuery> order() {
        return order;
    }

    /// What an expression refers to, directly.
    public Set<String> references(String id) {
        return references.getOrDefault(id, Set.of());
    }

    /// The ids of all that is told, and of all that goes into it.
    public Set<String> needed() {
        var needed = new HashSet<String>();
        var open = new ArrayDeque<String>();
        queries.values().stream().filter(DataQuery::returnData).forEach(one -> open.add(one.id()));
        while (!open.isEmpty()) {
            var id = open.pop();
            if (needed.add(id)) {
                open.addAll(references(id));
            }
        }
        return needed;
    }
}
