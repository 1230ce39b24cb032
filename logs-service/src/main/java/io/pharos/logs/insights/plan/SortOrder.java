package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.NaturalOrder;
import io.pharos.logs.insights.eval.Row;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;

/// The order of rows: as `sort` says, then events newest first, other rows as they come.
///
/// @param reversed for `tail`
record SortOrder(List<Key> keys, boolean reversed) {
    static final SortOrder NONE = new SortOrder(List.of(), false);

    record Key(Eval eval, boolean descending) {}

    @Nullable Object[] keys(Row row) {
        var values = new @Nullable Object[keys.size()];
        for (var i = 0; i < values.length; i++) {
            values[i] = keys.get(i).eval().value(row);
        }
        return values;
    }

    Comparator<KeptRow> comparator() {
        Comparator<KeptRow> order = this::compare;
        return reversed ? order.reversed() : order;
    }

    private int compare(KeptRow one, KeptRow other) {
        for (var i = 0; i < keys.size(); i++) {
            var order = NaturalOrder.compare(one.keys()[i], other.keys()[i]);
            if (order != 0) {
                return keys.get(i).descending() ? -order : order;
            }
        }
        return one.comparePlace(other);
    }
}
