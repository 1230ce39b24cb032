package io.pharos.logs.insights.eval;

import org.jspecify.annotations.Nullable;

/// The order of `sort`, `sortsFirst` and `sortsLast`: nothing, then what is not a number, then numbers
/// by value. Texts are compared piece by piece, digits by their length and then their value, other
/// characters by Unicode.
public final class NaturalOrder {
    private NaturalOrder() {}

    public static int compare(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return Boolean.compare(left != null, right != null);
        }
        var one = Values.number(left);
        var other = Values.number(right);
        if (Double.isNaN(one) != Double.isNaN(other)) {
            return Double.isNaN(one) ? -1 : 1;
        }
        if (!Double.isNaN(one)) {
            var order = Double.compare(one + 0.0, other + 0.0); // -0 is 0
            if (order != 0) {
                return order;
            }
        }
        return compareTexts(
                String.valueOf(Values.shown(left)), String.valueOf(Values.shown(right)));
    }

    private static int compareTexts(String left, String right) {
        var i = 0;
        var j = 0;
        while (i < left.length() && j < right.length()) {
            if (isDigit(left.charAt(i)) && isDigit(right.charAt(j))) {
                var end = digitsEnd(left, i);
                var otherEnd = digitsEnd(right, j);
                if (end - i != otherEnd - j) {
                    return Integer.compare(end - i, otherEnd - j);
                }
                while (i < end) {
                    if (left.charAt(i) != right.charAt(j)) {
                        return Character.compare(left.charAt(i), right.charAt(j));
                    }
                    i++;
                    j++;
                }
            } else if (left.charAt(i) != right.charAt(j)) {
                return Character.compare(left.charAt(i), right.charAt(j));
            } else {
                i++;
                j++;
            }
        }
        return Integer.compare(left.length() - i, right.length() - j);
    }

    private static int digitsEnd(String text, int from) {
        var at = from;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
