package io.pharos.logs.pattern;

import java.math.BigDecimal;

/// Numbers as patterns and log events write them: `-12`, `0.5`, `1e-3`.
public final class Numbers {
    /// Longer digits are text.
    private static final int MAX_LENGTH = 512;

    /// From here on two neighbours can share one double.
    private static final double EXACT = 0x1p53;

    private Numbers() {}

    /// The value, or NaN when the text is not a finite number.
    public static double parse(String text) {
        if (!isNumber(text)) {
            return Double.NaN;
        }
        var value = Double.parseDouble(text);
        return Double.isFinite(value) ? value : Double.NaN;
    }

    /// `[+-] digits [. digits] [e [+-] digits]`.
    static boolean isNumber(String text) {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        var at = skipSign(text, 0);
        var end = skipDigits(text, at);
        if (end == at) {
            return false;
        }
        at = end;
        if (at < text.length() && text.charAt(at) == '.') {
            end = skipDigits(text, at + 1);
            if (end == at + 1) {
                return false;
            }
            at = end;
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            var exponent = skipSign(text, at + 1);
            end = skipDigits(text, exponent);
            if (end == exponent) {
                return false;
            }
            at = end;
        }
        return at == text.length();
    }

    /// Compares two numbers by value, exactly where doubles are not.
    public static int compare(String left, double leftValue, String right, double rightValue) {
        if (leftValue == rightValue && Math.abs(leftValue) >= EXACT) {
            return new BigDecimal(left).compareTo(new BigDecimal(right));
        }
        return leftValue == rightValue ? 0 : Double.compare(leftValue, rightValue);
    }

    private static int skipSign(String text, int at) {
        var signed = at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-');
        return signed ? at + 1 : at;
    }

    private static int skipDigits(String text, int from) {
        var at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
