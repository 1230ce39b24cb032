package io.pharos.logs.insights.plan;

import com.google.re2j.PatternSyntaxException;

import io.pharos.logs.insights.Expr;
import io.pharos.logs.insights.Expr.Comparison;
import io.pharos.logs.insights.SafeRegex;
import io.pharos.logs.insights.eval.Scope;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Which texts a message must have for a condition to hold, told from the condition alone: each set of
/// the result has a text that is in every message that passes. Blocks and events without one are never
/// looked at more closely.
///
/// A value inside JSON may be written with escapes (`A`), hence such values are looked for
/// beside what escapes of ASCII start with.
final class RequiredTexts {
    private static final String MESSAGE = "@message";
    private static final String ESCAPE = "\\u00";

    private RequiredTexts() {}

    /// @param scope where names of the condition have their meaning
    static List<Set<String>> of(Expr condition, Scope scope) {
        return switch (condition) {
            case Expr.And(var operands, _, _) -> {
                var all = new ArrayList<Set<String>>();
                operands.forEach(operand -> all.addAll(of(operand, scope)));
                yield all;
            }
            case Expr.Or(var operands, _, _) -> anyOf(operands, scope);
            case Expr.LikeText(var operand, var text, _, _) ->
                    inValue(operand, Set.of(text), scope);
            case Expr.LikeRegex(var operand, var regex, _, _) ->
                    inValue(operand, literals(regex), scope);
            case Expr.Compare(var comparison, var left, var right, _, _)
                    when comparison == Comparison.EQUAL ->
                    right instanceof Expr.Text(var text, _, _)
                            ? equal(left, Set.of(text), scope)
                            : left instanceof Expr.Text(var other, _, _)
                                    ? equal(right, Set.of(other), scope)
                                    : List.of();
            case Expr.In(var operand, var values, _, _) -> {
                var texts = texts(values);
                yield texts == null ? List.of() : equal(operand, texts, scope);
            }
            case Expr.Call(var function, var arguments, _, _)
                    when arguments.size() == 2
                            && Set.of("strcontains", "startswith", "endswith").contains(function)
                            && arguments.get(1) instanceof Expr.Text(var text, _, _) ->
                    inValue(arguments.getFirst(), Set.of(text), scope);
            default -> List.of();
        };
    }

    /// One set for all operands, when each has one.
    private static List<Set<String>> anyOf(List<Expr> operands, Scope scope) {
        var union = new LinkedHashSet<String>();
        for (var operand : operands) {
            var sets = of(operand, scope);
            if (sets.isEmpty()) {
                return List.of();
            }
            union.addAll(sets.stream().max(RequiredTexts::compareSelectivity).orElseThrow());
        }
        return List.of(union);
    }

    private static int compareSelectivity(Set<String> one, Set<String> other) {
        return Integer.compare(shortest(one), shortest(other));
    }

    private static int shortest(Set<String> texts) {
        return texts.stream().mapToInt(String::length).min().orElse(0);
    }

    private static @Nullable Set<String> texts(List<Expr> values) {
        var texts = new LinkedHashSet<String>();
        for (var value : values) {
            if (!(value instanceof Expr.Text(var text, _, _))) {
                return null;
            }
            texts.add(text);
        }
        return texts;
    }

    /// Equal numbers may be written differently.
    private static List<Set<String>> equal(Expr operand, Set<String> texts, Scope scope) {
        return texts.stream().allMatch(text -> Double.isNaN(Values.number(text)))
                ? inValue(operand, texts, scope)
                : List.of();
    }

    /// Some of the texts is in the value.
    private static List<Set<String>> inValue(Expr operand, Set<String> texts, Scope scope) {
        if (texts.isEmpty()
                || texts.contains("")
                || !(operand instanceof Expr.Field(var name, _, _))
                || isComputed(name, scope)) {
            return List.of();
        }
        if (name.equals(MESSAGE)) {
            return List.of(texts);
        }
        if (name.startsWith("@") || !texts.stream().allMatch(RequiredTexts::isPlain)) {
            return List.of();
        }
        var orEscaped = new LinkedHashSet<>(texts);
        orEscaped.add(ESCAPE);
        return List.of(orEscaped);
    }

    static boolean isComputed(String name, Scope scope) {
        for (var dot = name.length(); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            if (scope.isDefined(name.substring(0, dot))) {
                return true;
            }
        }
        return false;
    }

    /// Stands in JSON as it is, or with a Unicode escape; and is not part of what a boolean becomes.
    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 127 && c != '"' && c != '\\' && c != '/')
                && !text.equals("0")
                && !text.equals("1");
    }

    /// Texts of which any match has one; none when that can not be told.
    static Set<String> literals(String regex) {
        try {
            SafeRegex.compile(regex);
        } catch (PatternSyntaxException _) {
            return Set.of();
        }
        return RegexLiterals.of(regex);
    }
}
