package io.pharos.metrics.promql;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import org.jspecify.annotations.Nullable;

/// One condition on a label: `name="value"`, `!=`, `=~`, `!~`. Expressions match the whole value and
/// run in linear time. A label that is absent has the empty value.
public record Matcher(String name, Kind kind, String value, @Nullable Pattern pattern) {
    /// How a value is compared.
    public enum Kind {
        EQUAL,
        NOT_EQUAL,
        MATCHES,
        MATCHES_NOT
    }

    static final int MAX_PATTERN = 1_000;

    /// Counted repetitions are unrolled: nested ones multiply.
    private static final int MAX_UNROLLED = 1_000;

    private static final Pattern COUNTED = Pattern.compile("\\{(\\d{1,6})(?:,(\\d{0,6}))?\\}");

    /// @throws IllegalArgumentException for an expression that is none, or too large
    public static Matcher of(String name, Kind kind, String value) {
        var isPattern = kind == Kind.MATCHES || kind == Kind.MATCHES_NOT;
        return new Matcher(name, kind, value, isPattern ? compile(value) : null);
    }

    /// An expression for whole values.
    static Pattern compile(String expression) {
        if (expression.length() > MAX_PATTERN) {
            throw new IllegalArgumentException(
                    "regular expression longer than " + MAX_PATTERN + " characters");
        }
        var unrolled = 1L;
        for (var counted = COUNTED.matcher(expression); counted.find(); ) {
            var upTo = counted.group(2);
            var times =
                    upTo == null || upTo.isEmpty()
                            ? Long.parseLong(counted.group(1))
                            : Long.parseLong(upTo);
            unrolled = Math.min(Integer.MAX_VALUE, unrolled * Math.max(1, times));
        }
        if (unrolled > MAX_UNROLLED) {
            throw new IllegalArgumentException("regular expression repeats too often");
        }
        try {
            return Pattern.compile("(?s:" + expression + ")");
        } catch (PatternSyntaxException broken) {
            throw new IllegalArgumentException(
                    "error parsing regexp: " + broken.getDescription(), broken);
        }
    }

    public boolean matches(String candidate) {
        return switch (kind) {
            case EQUAL -> candidate.equals(value);
            case NOT_EQUAL -> !candidate.equals(value);
            case MATCHES -> pattern != null && pattern.matches(candidate);
            case MATCHES_NOT -> pattern != null && !pattern.matches(candidate);
        };
    }

    /// Whether a series must have the label to be selected.
    public boolean needsLabel() {
        return !matches("");
    }
}
