package io.pharos.wire;

/// Prints doubles as [Double#toString(double)] does, several times as fast for those that have few
/// decimals, as most measurements have.
final class Decimals {
    /// Characters of any double.
    static final int MAX_LENGTH = 32;

    /// From here on, and below a thousandth, numbers are written with an exponent.
    private static final double PLAIN_BELOW = 1e7;

    private static final long UNIT = 1_000;

    private Decimals() {}

    /// @param buffer of [#MAX_LENGTH], written from its start
    /// @return how many characters
    static int write(double value, char[] buffer) {
        var magnitude = Math.abs(value);
        if (magnitude < PLAIN_BELOW && magnitude >= 1.0 / UNIT) {
            // If this quotient is the value, then its few digits are the shortest that tell it: no
            // two decimals of up to 15 digits share a double.
            var thousandths = (long) (magnitude * UNIT + 0.5);
            if (thousandths / (double) UNIT == magnitude) {
                return plain(value < 0, thousandths, buffer);
            }
        }
        var text = Double.toString(value);
        text.getChars(0, text.length(), buffer, 0);
        return text.length();
    }

    private static int plain(boolean negative, long thousandths, char[] buffer) {
        var at = 0;
        if (negative) {
            buffer[at++] = '-';
        }
        at = integer((int) (thousandths / UNIT), buffer, at);
        buffer[at++] = '.';
        var fraction = (int) (thousandths % UNIT);
        buffer[at++] = (char) ('0' + fraction / 100);
        if (fraction % 100 != 0) {
            buffer[at++] = (char) ('0' + fraction / 10 % 10);
            if (fraction % 10 != 0) {
                buffer[at++] = (char) ('0' + fraction % 10);
            }
        }
        return at;
    }

    private static int integer(int number, char[] buffer, int from) {
        var digits = 1;
        for (var rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        var rest = number;
        for (var at = from + digits - 1; at >= from; at--) {
            buffer[at] = (char) ('0' + rest % 10);
            rest /= 10;
        }
        return from + digits;
    }
}
