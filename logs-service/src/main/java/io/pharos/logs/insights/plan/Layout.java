package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Scope;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a segment hands on: only what later commands turned out to ask for. Filled while the query is
/// compiled.
final class Layout implements Scope.Fields {
    private final Scope from;
    private final List<Eval> evals = new ArrayList<>();
    private final Map<Eval, Eval.Column> columns = new HashMap<>();
    private final Map<String, Eval> names = new HashMap<>();

    /// @param from where names had their meaning before
    Layout(Scope from) {
        this.from = from;
    }

    Eval column(Eval eval) {
        return columns.computeIfAbsent(
                eval,
                added -> {
                    evals.add(added);
                    return new Eval.Column(evals.size() - 1);
                });
    }

    /// A place for a value that is not computed of one row alone.
    Eval.Column reserve() {
        evals.add(_ -> null);
        return new Eval.Column(evals.size() - 1);
    }

    @Override
    public @Nullable Eval field(String name) {
        var known = names.get(name);
        if (known == null) {
            var eval = from.find(name);
            if (eval == null) {
                return null;
            }
            known = column(eval);
            names.put(name, known);
        }
        return known;
    }

    @Override
    public boolean isDefined(String name) {
        return from.isDefined(name);
    }

    @Nullable Object[] values(Row row) {
        var values = new @Nullable Object[evals.size()];
        for (var i = 0; i < values.length; i++) {
            values[i] = evals.get(i).value(row);
        }
        return values;
    }

    static long size(@Nullable Object[]... arrays) {
        var size = 0L;
        for (var array : arrays) {
            size += 16 + 8L * array.length;
            for (var value : array) {
                size += Values.size(value);
            }
        }
        return size;
    }
}
