package io.pharos.logs.insights.eval;

import io.pharos.logs.pattern.Numbers;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/// What values are to operators and readers. A value is a [String], a [Double], a [Boolean], a
/// [Moment], a [Map] or [List] of values, or null. Text that looks like a number is one to whoever
/// wants a number.
public final class Values {
    private static final int DECIMALS = 4;
    private static final double EXACT = 0x1p53;
    private static final int SHORT = 15; // digits that a double holds

    private Values() {}

    /// NaN when the value is not a number.
    public static double number(@Nullable Object value) {
        return switch (value) {
            case String text -> number(text);
            case Double number -> number;
            case Boolean is -> is ? 1 : 0;
            case Moment moment -> moment.epochMs();
            case null, default -> Double.NaN;
        };
    }

    static double number(String text) {
        var length = text.length();
        if (length == 0 || text.charAt(0) > '9') {
            return Double.NaN;
        }
        if (length > SHORT) {
            return Numbers.parse(text);
        }
        var number = 0L;
        for (var i = 0; i < length; i++) {
            var digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return Numbers.parse(text);
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /// A result of arithmetic: null when it is none.
    static @Nullable Object ofNumber(double number) {
        return Double.isFinite(number) ? (Object) number : null;
    }

    /// What a condition needs to select a row.
    public static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case Boolean is -> is;
            case String text -> text.equals("1") || text.equalsIgnoreCase("true");
            case Double number -> number != 0;
            case null, default -> false;
        };
    }

    /// What functions of text see: null for maps and lists.
    public static @Nullable String text(@Nullable Object value) {
        return value instanceof Map || value instanceof List ? null : shown(value);
    }

    /// What readers see; null: nothing, the field is left out.
    public static @Nullable String shown(@Nullable Object value) {
        return switch (value) {
            case String text -> text;
            case Double number -> decimal(number);
            case Boolean is -> is ? "1" : "0";
            case Moment moment -> moment.toString();
            case null -> null;
            default -> JsonText.write(value);
        };
    }

    /// Whole numbers without a point, others with four decimals at most.
    static String decimal(double number) {
        if (number == Math.rint(number) && Math.abs(number) < EXACT) {
            return Long.toString((long) number);
        }
        if (!Double.isFinite(number)) {
            return Double.toString(number);
        }
        var rounded = BigDecimal.valueOf(number).setScale(DECIMALS, RoundingMode.HALF_UP);
        var plain = rounded.signum() == 0 ? BigDecimal.ZERO : rounded.stripTrailingZeros();
        return plain.toPlainString();
    }

    /// Numbers by value when both are, else texts by their characters.
    ///
    /// @return null when they can not be compared: one is missing, or a map or list
    static @Nullable Integer compare(@Nullable Object left, @Nullable Object right) {
        var one = number(left);
        if (!Double.isNaN(one)) {
            var other = number(right);
            if (!Double.isNaN(other)) {
                return Numbers.compare(exact(left), one, exact(right), other);
            }
        }
        var text = text(left);
        var otherText = text(right);
        return text == null || otherText == null ? null : Integer.signum(text.compareTo(otherText));
    }

    private static String exact(@Nullable Object value) {
        return value instanceof String text ? text : String.valueOf(shown(value));
    }

    /// Bytes of heap that a kept value takes, roughly.
    public static long size(@Nullable Object value) {
        return switch (value) {
            case String text -> 56L + text.length() * (isLatin1(text) ? 1L : 2L);
            case Map<?, ?> map -> {
                var size = 64L;
                for (var entry : map.entrySet()) {
                    size += 48 + size(entry.getKey()) + size(entry.getValue());
                }
                yield size;
            }
            case List<?> list -> {
                var size = 40L;
                for (var element : list) {
                    size += 8 + size(element);
                }
                yield size;
            }
            case null -> 0;
            default -> 24;
        };
    }

    /// Long texts only: the sample says enough.
    private static boolean isLatin1(String text) {
        for (var i = 0; i < Math.min(64, text.length()); i++) {
            if (text.charAt(i) > 0xFF) {
                return false;
            }
        }
        return true;
    }
}
