package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/// What happens to each row on its way to where rows are gathered.
sealed interface RowStep {
    /// Ends the way of rows that do not match.
    record Filter(Eval condition) implements RowStep {}

    /// A row for each element; what is no list stays one row.
    record Unnest(Eval list, Eval.Memo element) implements RowStep {}

    /// A row for each row of another query with the same keys.
    ///
    /// @param rows of the other query, by their keys
    /// @param match holds the other row as a list
    record Join(
            List<Eval> keys,
            Map<List<String>, List<@Nullable Object[]>> rows,
            boolean keepsUnmatched,
            Eval.Memo match)
            implements RowStep {}
}
