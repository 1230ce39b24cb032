package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.Expr;
import io.pharos.logs.insights.Expr.Comparison;
import io.pharos.logs.insights.eval.IndexedFieldScan;
import io.pharos.logs.insights.eval.Scope;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which values fields must have for a condition to hold, told from the condition alone: of each set of
/// the result, every event that passes has one. AWS: only `=` and `IN` use a field index.
final class RequiredValues {
    private RequiredValues() {}

    /// @param key see [IndexedFieldScan#key]
    record Value(String field, String key) {}

    /// @param scope where names of the condition have their meaning
    static List<Set<Value>> of(Expr condition, Scope scope) {
        return switch (condition) {
            case Expr.And(var operands, _, _) -> {
                var all = new ArrayList<Set<Value>>();
                operands.forEach(operand -> all.addAll(of(operand, scope)));
                yield all;
            }
            case Expr.Or(var operands, _, _) -> anyOf(operands, scope);
            case Expr.Compare(var comparison, var left, var right, _, _)
                    when comparison == Comparison.EQUAL ->
                    left instanceof Expr.Field
                            ? equal(left, List.of(right), scope)
                            : equal(right, List.of(left), scope);
            case Expr.In(var operand, var values, _, _) -> equal(operand, values, scope);
            default -> List.of();
        };
    }

    /// One set for all operands, when each has one.
    private static List<Set<Value>> anyOf(List<Expr> operands, Scope scope) {
        var union = new HashSet<Value>();
        for (var operand : operands) {
            var sets = of(operand, scope);
            if (sets.isEmpty()) {
                return List.of();
            }
            union.addAll(sets.getFirst());
        }
        return List.of(union);
    }

    private static List<Set<Value>> equal(Expr operand, List<Expr> constants, Scope scope) {
        if (!(operand instanceof Expr.Field(var name, _, _))
                || constants.isEmpty()
                || RequiredTexts.isComputed(name, scope)
                || !IndexedFieldScan.isDiscovered(name)) {
            return List.of();
        }
        var values = new HashSet<Value>();
        for (var constant : constants) {
            var key = key(constant);
            if (key == null) {
                return List.of();
            }
            values.add(new Value(name, key));
        }
        return List.of(values);
    }

    private static @Nullable String key(Expr constant) {
        return switch (constant) {
            case Expr.Text(var text, _, _) -> IndexedFieldScan.key(text);
            case Expr.Number(var number, _, _, _) -> IndexedFieldScan.key(number);
            case Expr.Negate(Expr.Number(var number, _, _, _), _, _) ->
                    IndexedFieldScan.key(-number);
            default -> null;
        };
    }
}
