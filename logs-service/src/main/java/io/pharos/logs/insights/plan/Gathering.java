package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Row;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a segment of a query makes of its rows. Parts that worked on different rows are merged.
///
/// @param <G> the kind itself: only alike are merged
interface Gathering<G extends Gathering<G>> {
    /// @throws QueryTooLarge when it does not fit
    void add(Row row);

    /// Takes over the rows of another one, which is not used any more.
    ///
    /// @throws QueryTooLarge when it does not fit
    void merge(G other);

    /// The rows so far, in order; adding may go on afterwards.
    List<@Nullable Object[]> rows();

    /// Whether more rows change nothing.
    default boolean isFull() {
        return false;
    }
}
