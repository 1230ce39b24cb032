package io.pharos.logs.pattern;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// The regular expressions of filter patterns: a subset of the usual ones, without groups, searched
/// anywhere in the text in linear time (RE2).
final class PatternRegex {
    /// How far `{m,n}` may blow an expression up in total. Bounds the states that a search keeps per
    /// character; AWS documents no figure.
    static final int MAX_REPETITIONS = 512;

    private static final String LITERALS = ":_#=@/;,- ";
    private static final String OPERATORS = "^$?[]{}|\\*+.";
    private static final String CLASSES = "dDsSwW";
    private static final int MAX_COUNT_DIGITS = 4;

    private final Pattern pattern;

    private PatternRegex(Pattern pattern) {
        this.pattern = pattern;
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException when
    ///     the text is outside the subset
    static PatternRegex of(String text) {
        if (text.isEmpty()) {
            throw PatternFault.term("%%");
        }
        try {
            return new PatternRegex(Pattern.compile(translate(text)));
        } catch (PatternSyntaxException _) {
            throw PatternFault.invalid();
        }
    }

    boolean occursIn(CharSequence text) {
        return pattern.matcher(text).find();
    }

    private static String translate(String text) {
        var out = new StringBuilder(text.length() + 8);
        var repetitions = 0;
        var inClass = false;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '\\') {
                var length = escapeLength(text, i);
                out.append(text, i, i + length);
                i += length - 1;
            } else if (c == '{' && !inClass) {
                var close = text.indexOf('}', i);
                if (close < 0) {
                    throw PatternFault.invalid();
                }
                repetitions += repetition(text.substring(i + 1, close), out);
                i = close;
            } else if (isLetterOrDigit(c)
                    || LITERALS.indexOf(c) >= 0
                    || OPERATORS.indexOf(c) >= 0) {
                inClass = c == '[' || (inClass && c != ']');
                out.append(c);
            } else {
                throw PatternFault.term(text); // !, parentheses, more than one byte
            }
        }
        if (repetitions > MAX_REPETITIONS) {
            throw PatternFault.invalid();
        }
        return out.toString();
    }

    /// `\d`, `\[`, `\x28`.
    private static int escapeLength(String text, int at) {
        var next = at + 1 < text.length() ? text.charAt(at + 1) : PatternReader.END;
        if (CLASSES.indexOf(next) >= 0) {
            return 2;
        }
        if (next == 'x' && isHex(text, at + 2) && isHex(text, at + 3)) {
            return 4;
        }
        if (OPERATORS.indexOf(next) >= 0 || ":#=@/;,-".indexOf(next) >= 0) {
            return 2;
        }
        throw PatternFault.term(text);
    }

    /// `{2}`, `{2,}`, `{2,3}` as they are, `{,3}` as `{0,3}`. Returns what it may expand to.
    private static int repetition(String bounds, StringBuilder out) {
        var comma = bounds.indexOf(',');
        var low = comma < 0 ? bounds : bounds.substring(0, comma);
        var high = comma < 0 ? bounds : bounds.substring(comma + 1);
        if (bounds.length() <= (comma < 0 ? 0 : 1)) {
            throw PatternFault.invalid(); // {} and {,}
        }
        var least = low.isEmpty() ? 0 : count(low);
        var most = high.isEmpty() ? least : count(high);
        out.append('{').append(least);
        if (comma >= 0) {
            out.append(',').append(high);
        }
        out.append('}');
        return Math.max(least, most);
    }

    private static int count(String digits) {
        if (digits.length() > MAX_COUNT_DIGITS
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw PatternFault.invalid();
        }
        return Integer.parseInt(digits);
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static boolean isHex(String text, int at) {
        return at < text.length()
                && Character.digit(text.charAt(at), 16) >= 0
                && text.charAt(at) < 128;
    }
}
