package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.Expr;

import java.util.ArrayList;
import java.util.List;

/// The expressions that an expression is made of.
final class Parts {
    private Parts() {}

    static List<Expr> of(Expr expression) {
        return switch (expression) {
            case Expr.Text _,
                    Expr.Number _,
                    Expr.Interval _,
                    Expr.Regex _,
                    Expr.Field _,
                    Expr.Star _ ->
                    List.of();
            case Expr.Element(var list, _, _, _) -> List.of(list);
            case Expr.Member(var map, _, _, _) -> List.of(map);
            case Expr.Call(_, var arguments, _, _) -> arguments;
            case Expr.Not(var operand, _, _) -> List.of(operand);
            case Expr.And(var operands, _, _) -> operands;
            case Expr.Or(var operands, _, _) -> operands;
            case Expr.Compare(_, var left, var right, _, _) -> List.of(left, right);
            case Expr.Arithmetic(_, var left, var right, _, _) -> List.of(left, right);
            case Expr.Negate(var operand, _, _) -> List.of(operand);
            case Expr.LikeText(var operand, _, _, _) -> List.of(operand);
            case Expr.LikeRegex(var operand, _, _, _) -> List.of(operand);
            case Expr.In(var operand, var values, _, _) -> {
                var all = new ArrayList<>(values);
                all.add(operand);
                yield all;
            }
            case Expr.InQuery(var operand, _, _, _) -> List.of(operand);
        };
    }
}
