package io.pharos.logs.insights.plan;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What makes another table of all rows, once they are in their order. The rows it is given are its own
/// to change.
@FunctionalInterface
interface TableStep {
    /// Rows that a table may have.
    int MAX_ROWS = 100_000;

    List<@Nullable Object[]> of(List<@Nullable Object[]> rows);
}
