package io.pharos.logs.block;

import org.jspecify.annotations.Nullable;

import java.util.BitSet;
import java.util.Collection;
import java.util.Map;

/// The fields of a block's JSON messages, by their flattened names (`req.id`, `tags.0`), as far as they
/// have columns: exactly what [JsonFields] finds in each message. For one thread.
public final class FieldColumns {
    private final Map<String, @Nullable FieldColumn> columns;
    private final boolean complete;
    private final BitSet irregular;

    /// @param columns null for names that occur, but have no column
    /// @param complete whether no further names occur
    /// @param irregular events of which the columns tell nothing
    FieldColumns(Map<String, @Nullable FieldColumn> columns, boolean complete, BitSet irregular) {
        this.columns = columns;
        this.complete = complete;
        this.irregular = irregular;
    }

    /// A column; null when the messages have to be looked at. One without values when the name does not
    /// occur.
    public @Nullable FieldColumn find(String name) {
        if (columns.containsKey(name)) {
            return columns.get(name);
        }
        return complete ? FieldColumn.NONE : null;
    }

    /// Whether all of these are told for every event, so that nobody has to look at a message.
    public boolean tellAll(Collection<String> names) {
        return (irregular.isEmpty() || names.isEmpty())
                && names.stream().allMatch(name -> find(name) != null);
    }

    /// Whether the columns tell of this event.
    public boolean tell(int event) {
        return !irregular.get(event);
    }
}
