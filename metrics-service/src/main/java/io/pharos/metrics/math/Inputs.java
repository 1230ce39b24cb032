package io.pharos.metrics.math;

import java.util.List;
import java.util.OptionalInt;

/// What an expression is computed from.
public interface Inputs {
    /// The window of the expression, in the finest period of what it refers to.
    Slots slots();

    /// The result of the query with this id.
    ///
    /// @throws ExpressionError when there is none
    Value reference(String id);

    /// The period of the metric with this id; empty when it is not the id of a metric.
    OptionalInt periodOf(String id);

    /// `METRICS()`: the metrics of the request, expressions are none.
    ///
    /// @param part what their ids contain
    List<TimeSeries> metrics(String part);

    /// The series that a `SEARCH` of this expression found.
    List<TimeSeries> search(Expression.Call search);

    /// What a Metrics Insights query answered.
    Value select(Expression.Select query);
}
