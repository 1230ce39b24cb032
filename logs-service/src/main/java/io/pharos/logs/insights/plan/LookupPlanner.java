package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.Command;
import io.pharos.logs.insights.Expr;
import io.pharos.logs.insights.QueryFault;
import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.lookup.CsvTable;

import org.jspecify.annotations.Nullable;

/// `lookup` and `cidrlookup` into fields whose values stand in a table. A row of the table is found by
/// all its keys, as `join` compares them; of several the first. Where none is found, fields keep what
/// they have. AWS documents neither.
final class LookupPlanner {
    private final Planner planner;

    /// All tables of the query together.
    private final Memory memory = new Memory();

    LookupPlanner(Planner planner) {
        this.planner = planner;
    }

    /// @throws QueryTooLarge when the tables are
    void add(Command.Lookup lookup) {
        var name = lookup.table();
        var table =
                planner.inputs()
                        .lookupTable(name.name())
                        .orElseThrow(() ->
                                fault(name, "Lookup table " + name.name() + " does not exist"));
        var outputs =
                lookup.outputs().stream()
                        .mapToInt(output -> place(table, output.column(), lookup))
                        .toArray();
        var rows = new LookupRows(table, outputs, memory);
        var found =
                planner.scope()
                        .memo(lookup.isNetwork() ? network(lookup, rows) : keys(lookup, rows));
        for (var i = 0; i < outputs.length; i++) {
            var field = lookup.outputs().get(i).field();
            var before = planner.scope().find(field);
            planner.enrich(field, filled(Parsers.part(found, i), before, lookup.onlyMissing()));
        }
    }

    private Eval keys(Command.Lookup lookup, LookupRows rows) {
        var keys = lookup.keys();
        var fields = keys.stream().map(key -> planner.expressions().compile(key.field())).toList();
        var places =
                keys.stream().mapToInt(key -> place(rows.table(), key.column(), lookup)).toArray();
        return rows.byKeys(places, fields);
    }

    /// AWS does not say which column is meant when the command does not: here the one that is called as
    /// the field, else the first.
    private Eval network(Command.Lookup lookup, LookupRows rows) {
        var key = lookup.keys().getFirst();
        var like = rows.table().columns().indexOf(key.field().name());
        var place =
                key.column() == null
                        ? Math.max(0, like)
                        : place(rows.table(), key.column(), lookup);
        return rows.byNetwork(place, planner.expressions().compile(key.field()));
    }

    private static Eval filled(Eval found, @Nullable Eval before, boolean onlyMissing) {
        if (before == null) {
            return found;
        }
        return row -> {
            var value = onlyMissing ? before.value(row) : found.value(row);
            if (value != null && !(onlyMissing && value.equals(""))) {
                return value;
            }
            return onlyMissing ? found.value(row) : before.value(row);
        };
    }

    private static int place(CsvTable table, @Nullable String column, Command.Lookup lookup) {
        var place = table.columns().indexOf(column);
        if (place < 0) {
            throw fault(
                    lookup.table(),
                    "Lookup table " + lookup.table().name() + " has no column " + column);
        }
        return place;
    }

    private static RuntimeException fault(Expr.Field table, String message) {
        return QueryFault.at(table.start(), table.end(), message);
    }
}
