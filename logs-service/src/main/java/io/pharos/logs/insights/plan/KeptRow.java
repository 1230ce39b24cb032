package io.pharos.logs.insights.plan;

import io.pharos.logs.event.EventId;
import io.pharos.logs.insights.eval.Row;

import org.jspecify.annotations.Nullable;

/// A row that may be part of the answer.
///
/// @param keys what it is sorted by
/// @param id of an event; null: a row of an earlier segment
/// @param ordinal its place among such rows; among rows of one event the order they came in
record KeptRow(
        @Nullable Object[] keys,
        @Nullable EventId id,
        long ordinal,
        @Nullable Object[] values,
        long bytes) {
    private static final long OVERHEAD = 160;
    private static final @Nullable Object[] NONE = {};

    /// To compare with rows that are kept already; nothing of it is computed yet.
    static KeptRow candidate(Row row, SortOrder order, long ordinal) {
        return new KeptRow(
                order.keys(row),
                row.isEvent() ? row.id() : null,
                row.isEvent() ? ordinal : row.ordinal(),
                NONE,
                0);
    }

    /// With its values.
    KeptRow kept(Row row, Layout layout) {
        var computed = layout.values(row);
        return new KeptRow(keys, id, ordinal, computed, OVERHEAD + Layout.size(keys, computed));
    }

    int comparePlace(KeptRow other) {
        if (id != null && other.id != null) {
            var order = other.id.compareTo(id); // newest first
            if (order != 0) {
                return order;
            }
        }
        return Long.compare(ordinal, other.ordinal);
    }
}
