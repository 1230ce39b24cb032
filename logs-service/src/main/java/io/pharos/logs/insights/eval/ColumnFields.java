package io.pharos.logs.insights.eval;

import io.pharos.logs.block.FieldColumn;
import io.pharos.logs.block.FieldColumns;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Wanted fields in the columns of one block after another. For one thread.
final class ColumnFields {
    private final List<String> names;
    private final @Nullable FieldColumn[] columns;
    private @Nullable FieldColumns block;

    ColumnFields(DiscoveredFields wanted) {
        names = wanted.names();
        columns = new FieldColumn[names.size()];
    }

    /// @param next null: a block without columns
    void use(@Nullable FieldColumns next) {
        block = next;
        for (var i = 0; i < columns.length; i++) {
            columns[i] = next == null ? null : column(next, names.get(i));
        }
    }

    private static @Nullable FieldColumn column(FieldColumns block, String name) {
        return DiscoveredFields.isInJson(name)
                ? block.find(DiscoveredFields.json(name))
                : FieldColumn.NONE;
    }

    /// Whether a column says what the event's field is.
    boolean tell(int field, int event) {
        return columns[field] != null && block != null && block.tell(event);
    }

    @Nullable String value(int field, int event) {
        var column = columns[field];
        return column == null ? null : column.value(event);
    }
}
