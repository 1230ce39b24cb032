package io.pharos.ingest.metric;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The tokens of plain JSON: printable ASCII without escapes. Reads nothing twice and makes no objects.
/// Throws [Declined] for everything else, and may run into the end of the array.
final class PlainTokens {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    // Up to here every whole number and every power of ten is a double: a quotient is rounded once.
    private static final int EXACT_DIGITS = 15;
    private static final double[] POWERS_OF_TEN = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };
    private static final int MAX_NUMBER = 40;

    private byte[] json = {};
    private int size;
    private int at;
    private int stringFrom;
    private int stringTo;

    void start(byte[] bytes, int length) {
        json = bytes;
        size = length;
        at = 0;
    }

    byte[] json() {
        return json;
    }

    /// Where the last string begins.
    int from() {
        return stringFrom;
    }

    /// Behind its last byte.
    int to() {
        return stringTo;
    }

    int length() {
        return stringTo - stringFrom;
    }

    byte first() {
        return json[stringFrom];
    }

    /// The last string, or number.
    String text() {
        return text(stringFrom, stringTo);
    }

    String text(int from, int to) {
        return new String(json, from, to - from, StandardCharsets.ISO_8859_1);
    }

    boolean isAtEnd() {
        skipSpace();
        return at == size;
    }

    /// Whether that token is next, which is read then.
    boolean takes(char token) {
        skipSpace();
        if (json[at] != token) {
            return false;
        }
        at++;
        return true;
    }

    /// Where the next token begins.
    int at() {
        skipSpace();
        return at;
    }

    /// Whether what is next are the same bytes as some that were read before; then they are read again at
    /// once. Nothing is never repeated.
    boolean repeats(int from, int to) {
        skipSpace();
        var end = at + to - from;
        if (from == to || end > size || !Arrays.equals(json, from, to, json, at, end)) {
            return false;
        }
        at = end;
        return true;
    }

    boolean startsWith(byte[] prefix) {
        return length() >= prefix.length
                && Arrays.equals(
                        json, stringFrom, stringFrom + prefix.length, prefix, 0, prefix.length);
    }

    boolean isMember(byte[] name) {
        return stringTo - stringFrom == name.length
                && Arrays.equals(json, stringFrom, stringTo, name, 0, name.length);
    }

    /// Whether there is one more, after a comma.
    boolean goesOn(char end) {
        skipSpace();
        var b = json[at++];
        if (b == ',') {
            return true;
        }
        if (b != end) {
            throw Declined.INSTANCE;
        }
        return false;
    }

    void expect(char token) {
        skipSpace();
        if (json[at++] != token) {
            throw Declined.INSTANCE;
        }
    }

    private void skipSpace() {
        for (byte b;
                at < size && ((b = json[at]) == ' ' || b == '\n' || b == '\r' || b == '\t'); ) {
            at++;
        }
        if (at > size) {
            throw Declined.INSTANCE;
        }
    }

    /// Printable ASCII without escapes; eight bytes at a time.
    void string() {
        expect('"');
        stringFrom = at;
        while (at + Long.BYTES <= size) {
            var word = (long) LONGS.get(json, at);
            // In each byte's highest bit: above ASCII; below a space; a quote; a backslash; DEL.
            var special =
                    (word
                                    | (word - ONES * 0x20)
                                    | zeros(word ^ QUOTES)
                                    | zeros(word ^ BACKSLASHES)
                                    | zeros(word ^ (ONES * 0x7F)))
                            & HIGHS;
            if (special != 0) {
                at += Long.numberOfTrailingZeros(special) >>> 3;
                break;
            }
            at += Long.BYTES;
        }
        while (json[at] != '"') {
            var b = json[at];
            if (b < 0x20 || b == 0x7F || b == '\\') {
                throw Declined.INSTANCE;
            }
            at++;
        }
        stringTo = at++;
        if (at > size) {
            throw Declined.INSTANCE;
        }
    }

    /// The highest bit of the lowest byte that is zero, and perhaps of bytes above it.
    private static long zeros(long word) {
        return word - ONES & ~word;
    }

    /// A JSON number as the nearest double.
    double number() {
        skipSpace();
        var start = at;
        var negative = json[at] == '-';
        if (negative) {
            at++;
        }
        var digits = 0;
        var mantissa = 0L;
        var first = json[at];
        for (byte b; (b = json[at]) >= '0' && b <= '9'; at++) {
            mantissa = mantissa * 10 + (b - '0');
            digits++;
        }
        if (digits == 0 || (first == '0' && digits > 1)) {
            throw Declined.INSTANCE;
        }
        var fraction = 0;
        if (json[at] == '.') {
            at++;
            for (byte b; (b = json[at]) >= '0' && b <= '9'; at++) {
                mantissa = mantissa * 10 + (b - '0');
                fraction++;
            }
            if (fraction == 0) {
                throw Declined.INSTANCE;
            }
        }
        var isShort = digits + fraction <= EXACT_DIGITS;
        if ((json[at] | 0x20) == 'e') {
            isShort = false;
            exponent();
        }
        if (at - start > MAX_NUMBER || (negative && fraction == 0 && mantissa == 0)) {
            throw Declined.INSTANCE;
        }
        if (!isShort) {
            return Double.parseDouble(text(start, at));
        }
        var value = mantissa / POWERS_OF_TEN[fraction];
        return negative ? -value : value;
    }

    private void exponent() {
        at++;
        if (json[at] == '+' || json[at] == '-') {
            at++;
        }
        var start = at;
        while (json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw Declined.INSTANCE;
        }
    }
}
