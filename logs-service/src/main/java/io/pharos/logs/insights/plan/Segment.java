package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.DiscoveredFields;
import io.pharos.logs.insights.eval.Expressions;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Scope;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// The commands up to one that needs all rows, and that one.
///
/// @param gathering what gathers the rows
/// @param table what is made of all of them; null: nothing
record Segment(
        Scope scope,
        DiscoveredFields discovered,
        List<RowStep> steps,
        Supplier<? extends Gathering<?>> gathering,
        @Nullable TableStep table) {
    Row row() {
        return new Row(scope.memos(), discovered);
    }

    /// Takes a row through the steps.
    ///
    /// @return whether it got through, or a part of it
    boolean take(Row row, Gathering<?> into) {
        return take(row, 0, into);
    }

    private boolean take(Row row, int from, Gathering<?> into) {
        for (var i = from; i < steps.size(); i++) {
            switch (steps.get(i)) {
                case RowStep.Filter(var condition) -> {
                    if (!condition.test(row)) {
                        return false;
                    }
                }
                case RowStep.Unnest(var list, var element) -> {
                    var value = list.value(row);
                    if (value instanceof List<?> values) {
                        return takeEach(row, values, element.slot(), i + 1, into);
                    }
                    row.set(element.slot(), value);
                }
                case RowStep.Join join -> {
                    var matches = join.rows().getOrDefault(key(join, row), List.of());
                    if (!matches.isEmpty()) {
                        var rows = matches.stream().map(Arrays::asList).toList();
                        return takeEach(row, rows, join.match().slot(), i + 1, into);
                    }
                    if (!join.keepsUnmatched()) {
                        return false;
                    }
                    row.set(join.match().slot(), null);
                }
            }
        }
        into.add(row);
        return true;
    }

    private boolean takeEach(Row row, List<?> values, int slot, int next, Gathering<?> into) {
        var taken = false;
        for (var value : values) {
            row.set(slot, value);
            taken |= take(row, next, into);
        }
        return taken;
    }

    private static List<String> key(RowStep.Join join, Row row) {
        var key = new ArrayList<String>(join.keys().size());
        for (var part : join.keys()) {
            var text = Values.text(part.value(row));
            if (text == null) {
                return List.of(); // equal to nothing
            }
            key.add(Expressions.key(text));
        }
        return key;
    }

    /// The rows that it makes of those of the segment before.
    List<@Nullable Object[]> rows(List<@Nullable Object[]> input) {
        var into = gathering.get();
        var row = row();
        var place = 0L;
        for (var values : input) {
            row.moveTo(values, place++);
            take(row, into);
        }
        return finished(into.rows());
    }

    /// The rows that are handed on.
    ///
    /// @throws QueryTooLarge when there are more than a table may have
    List<@Nullable Object[]> finished(List<@Nullable Object[]> gathered) {
        if (table == null) {
            return gathered;
        }
        if (gathered.size() > TableStep.MAX_ROWS) {
            throw new QueryTooLarge("more than " + TableStep.MAX_ROWS + " rows in one table");
        }
        var own = new ArrayList<@Nullable Object[]>(gathered.size());
        gathered.forEach(row -> own.add(row.clone()));
        return table.of(own);
    }
}
