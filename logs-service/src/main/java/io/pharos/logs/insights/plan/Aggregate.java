package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Row;

import org.jspecify.annotations.Nullable;

/// An aggregate function with its arguments.
@FunctionalInterface
interface Aggregate {
    State start();

    /// What it knows of the rows of one group so far.
    interface State {
        void add(Row row, Memory memory);

        /// Takes over another state of the same aggregate.
        void merge(State other, Memory memory);

        @Nullable Object result();
    }
}
