package io.pharos.logs.pattern;

import java.util.function.IntPredicate;

/// Reads a pattern's characters from left to right.
final class PatternReader {
    /// What [#peek()] answers at the end; no character of a pattern.
    static final char END = '\uFFFF';

    private final String text;
    private final int end;
    private int at;

    PatternReader(String text, int from, int end) {
        this.text = text;
        this.at = from;
        this.end = end;
    }

    boolean atEnd() {
        return at >= end;
    }

    char peek() {
        return at < end ? text.charAt(at) : END;
    }

    void advance() {
        at++;
    }

    boolean accept(String expected) {
        if (at + expected.length() <= end && text.startsWith(expected, at)) {
            at += expected.length();
            return true;
        }
        return false;
    }

    void expect(String expected) {
        if (!accept(expected)) {
            throw PatternFault.invalid();
        }
    }

    void skipBlanks() {
        while (at < end && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    /// The longest run of characters that are wanted; may be empty.
    String run(IntPredicate wanted) {
        var from = at;
        while (at < end && wanted.test(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    /// A string in double quotes without its escapes: `"say \"hi\""`.
    String quoted() {
        expect("\"");
        var value = new StringBuilder();
        while (at < end) {
            var c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            if (c != '\\') {
                value.append(c);
            } else if (at < end) {
                value.append(text.charAt(at++));
            }
        }
        throw PatternFault.invalid();
    }

    /// What stands between two percent signs: `%4[0-9]{2}%`.
    String regex() {
        expect("%");
        var close = text.indexOf('%', at);
        if (close < 0 || close >= end) {
            throw PatternFault.invalid();
        }
        var value = text.substring(at, close);
        at = close + 1;
        return value;
    }
}
