package io.pharos.metrics.promql;

import io.pharos.metrics.promql.Token.Kind;

import java.util.ArrayList;
import java.util.List;

/// Cuts a query into tokens.
final class Lexer {
    private static final List<String> TWO = List.of("==", "!=", ">=", "<=", "=~", "!~");
    private static final String ONE = "+-*/%^><=(){}[]:,@";

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    // A range is being written: a colon separates, it does not start a name.
    private boolean inRange;
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    /// @throws PromqlException for what is no token, with its position
    static List<Token> read(String text) {
        var lexer = new Lexer(text);
        lexer.all();
        return lexer.tokens;
    }

    static PromqlException error(String text, int position, String message) {
        var line = 1;
        var column = 1;
        for (var i = 0; i < Math.min(position, text.length()); i++) {
            if (text.charAt(i) == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return PromqlException.badData(line + ":" + column + ": parse error: " + message);
    }

    private PromqlException error(int position, String message) {
        return error(text, position, message);
    }

    private void all() {
        while (at < text.length()) {
            var c = text.charAt(at);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else if (c == '#') { // to the end of the line
                var end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end + 1;
            } else if (c == '"' || c == '\'' || c == '`') {
                string(c);
            } else if (isDigit(c) || (c == '.' && at + 1 < text.length() && isDigit(next(1)))) {
                number();
            } else if (isNameStart(c) && !(inRange && c == ':')) {
                name();
            } else {
                sign(c);
            }
        }
        tokens.add(new Token(Kind.END, "end of input", text.length()));
    }

    private char next(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
    }

    private void add(Kind kind, String token, int start) {
        tokens.add(new Token(kind, token, start));
    }

    private void sign(char c) {
        if (at + 1 < text.length() && TWO.contains(text.substring(at, at + 2))) {
            add(Kind.SIGN, text.substring(at, at + 2), at);
            at += 2;
            return;
        }
        if (ONE.indexOf(c) < 0) {
            throw error(
                    at, "unexpected character: '" + Character.toString(text.codePointAt(at)) + "'");
        }
        inRange = c == '[' || (inRange && c != ']');
        add(Kind.SIGN, String.valueOf(c), at++);
    }

    private void name() {
        var start = at;
        while (at < text.length() && (isNameStart(text.charAt(at)) || isDigit(text.charAt(at)))) {
            if (inRange && text.charAt(at) == ':') {
                break;
            }
            at++;
        }
        add(Kind.NAME, text.substring(start, at), start);
    }

    /// `1`, `.5`, `1e-3`, `0x1F`, `1_000`, and durations: `1h30m`
    private void number() {
        var start = at;
        if (next(0) == '0' && (next(1) == 'x' || next(1) == 'X')) {
            at += 2;
            while (Character.digit(next(0), 16) >= 0 || next(0) == '_') {
                at++;
            }
            end(start, Kind.NUMBER);
            return;
        }
        digits();
        if (isDurationUnit(next(0))) {
            while (isDigit(next(0)) || isDurationUnit(next(0))) {
                at++;
            }
            end(start, Kind.DURATION);
            return;
        }
        if (next(0) == '.') {
            at++;
            digits();
        }
        if (next(0) == 'e' || next(0) == 'E') {
            at++;
            if (next(0) == '+' || next(0) == '-') {
                at++;
            }
            digits();
        }
        end(start, Kind.NUMBER);
    }

    private void digits() {
        while (isDigit(next(0)) || next(0) == '_') {
            at++;
        }
    }

    private static boolean isDurationUnit(char c) {
        return "smhdwy".indexOf(c) >= 0;
    }

    private void end(int start, Kind kind) {
        if (isNameStart(next(0)) && next(0) != ':') {
            throw error(
                    start,
                    "bad number or duration syntax: \"" + text.substring(start, at + 1) + '"');
        }
        add(kind, text.substring(start, at), start);
    }

    private void string(char quote) {
        var start = at++;
        var value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            var c = text.charAt(at++);
            if (c == '\n' && quote != '`') {
                break;
            }
            if (c == '\\' && quote != '`') {
                escape(value);
            } else {
                value.append(c);
            }
        }
        if (next(0) != quote || at >= text.length()) {
            throw error(start, "unterminated quoted string");
        }
        at++;
        add(Kind.STRING, value.toString(), start);
    }

    private void escape(StringBuilder value) {
        var c = next(0);
        at++;
        switch (c) {
            case 'a' -> value.append('\u0007');
            case 'b' -> value.append('\b');
            case 'f' -> value.append('\f');
            case 'n' -> value.append('\n');
            case 'r' -> value.append('\r');
            case 't' -> value.append('\t');
            case 'v' -> value.append('\u000b');
            case '\\', '\'', '"' -> value.append(c);
            case 'x' -> code(value, 2, 16);
            case 'u' -> code(value, 4, 16);
            case 'U' -> code(value, 8, 16);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                at--;
                code(value, 3, 8);
            }
            default -> throw error(at - 2, "unknown escape sequence in a quoted string");
        }
    }

    private void code(StringBuilder value, int length, int radix) {
        var code = 0L;
        for (var i = 0; i < length; i++) {
            var digit = Character.digit(next(0), radix);
            if (digit < 0) {
                throw error(at, "escape sequence is not terminated");
            }
            code = code * radix + digit;
            at++;
        }
        if (code > Character.MAX_CODE_POINT) {
            throw error(at, "escape sequence is an invalid Unicode code point");
        }
        value.appendCodePoint((int) code);
    }
}
