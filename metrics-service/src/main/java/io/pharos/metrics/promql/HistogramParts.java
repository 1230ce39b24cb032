package io.pharos.metrics.promql;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An expression that gives histograms, as one that gives a part of them: histograms are kept in parts,
/// and what may be done to a whole one (adding, averaging, rates) is done to each part alike.
final class HistogramParts {
    private final Expr.Part part;

    private HistogramParts(Expr.Part part) {
        this.part = part;
    }

    /// Empty when the expression gives no histograms, whatever its series are.
    static Optional<Expr> of(Expr expression, Expr.Part part) {
        return Optional.ofNullable(new HistogramParts(part).of(expression));
    }

    private @Nullable Expr of(Expr expression) {
        return switch (expression) {
            case Expr.Selector selector -> selector(selector);
            case Expr.Range(var selector, var rangeMs) ->
                    new Expr.Range(selector(selector), rangeMs);
            case Expr.Subquery subquery -> {
                var inner = of(subquery.inner());
                yield inner == null
                        ? null
                        : new Expr.Subquery(
                                inner, subquery.rangeMs(), subquery.stepMs(), subquery.shift());
            }
            case Expr.Negation(var operand) -> {
                var inner = of(operand);
                yield inner == null ? null : new Expr.Negation(inner);
            }
            case Expr.Binary binary -> binary(binary);
            case Expr.Aggregation aggregation -> aggregation(aggregation);
            case Expr.Call call -> call(call);
            case Expr.NumberLiteral _, Expr.StringLiteral _ -> null;
        };
    }

    private Expr.Selector selector(Expr.Selector selector) {
        return new Expr.Selector(selector.matchers(), selector.shift(), part);
    }

    private @Nullable Expr binary(Expr.Binary binary) {
        var ofNumberLeft = binary.left().type() == Expr.Type.SCALAR;
        var ofNumberRight = binary.right().type() == Expr.Type.SCALAR;
        var isDefined =
                switch (binary.operator()) {
                    case TIMES -> ofNumberLeft || ofNumberRight;
                    case DIVIDED -> ofNumberRight;
                    case PLUS, MINUS -> !ofNumberLeft && !ofNumberRight;
                    default -> false;
                };
        if (!isDefined) {
            return null;
        }
        var left = ofNumberLeft ? binary.left() : of(binary.left());
        var right = ofNumberRight ? binary.right() : of(binary.right());
        return left == null || right == null
                ? null
                : new Expr.Binary(
                        binary.operator(), left, right, false, matching(binary.matching()));
    }

    /// Buckets belong together by their bounds, too.
    private Expr.Matching matching(Expr.Matching matching) {
        return matching.on()
                ? new Expr.Matching(
                        matching.cardinality(), true, withLe(matching.labels()), matching.include())
                : matching;
    }

    private List<String> withLe(List<String> labels) {
        if (part != Expr.Part.BUCKETS || labels.contains(Buckets.LE)) {
            return labels;
        }
        var more = new ArrayList<>(labels);
        more.add(Buckets.LE);
        return more;
    }

    private @Nullable Expr aggregation(Expr.Aggregation aggregation) {
        if (aggregation.operator() != Aggregator.SUM && aggregation.operator() != Aggregator.AVG) {
            return null;
        }
        var operand = of(aggregation.operand());
        if (operand == null) {
            return null;
        }
        var labels =
                aggregation.without()
                        ? aggregation.labels().stream().filter(l -> !l.equals(Buckets.LE)).toList()
                        : withLe(aggregation.labels());
        return new Expr.Aggregation(
                aggregation.operator(), null, operand, aggregation.without(), labels);
    }

    private @Nullable Expr call(Expr.Call call) {
        return switch (call.function()) {
            case RATE,
                    INCREASE,
                    DELTA,
                    IRATE,
                    IDELTA,
                    SUM_OVER_TIME,
                    AVG_OVER_TIME,
                    LAST_OVER_TIME,
                    FIRST_OVER_TIME,
                    LABEL_REPLACE,
                    LABEL_JOIN -> {
                var first = of(call.arguments().getFirst());
                if (first == null) {
                    yield null;
                }
                var arguments = new ArrayList<>(call.arguments());
                arguments.set(0, first);
                yield new Expr.Call(call.function(), arguments);
            }
            default -> null;
        };
    }
}
