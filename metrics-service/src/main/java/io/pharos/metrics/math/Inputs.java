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

    /// What is expected of a series: the lower and the upper edge of its band, both without points
    /// where nothing is known.
    ///
    /// @param of as it stands in the expression
    /// @param series what it comes to
    /// @param width in standard deviations, positive
    List<TimeSeries> band(Expression of, TimeSeries series, double width);

    /// The quota of what a metric of the request counts.
    ///
    /// @throws ExpressionError when it is no usage metric, or nothing is known of its quota
    double quota(String id);

    /// What a rule of Contributor Insights counted in each slot; slots in which it counted nothing are gaps.
    ///
    /// @throws ExpressionError when there is no such rule
    TimeSeries ruleMetric(String rule, RuleMetric metric);

    /// What a function outside of Pharos answers: `LAMBDA`. However many series it are, the type is the same.
    ///
    /// @param arguments texts, numbers and booleans
    /// @throws ExpressionError when functions can not be called
    List<TimeSeries> external(String function, List<Object> arguments);
}
