package io.pharos.metrics.promql;

import io.pharos.metrics.promql.Token.Kind;

import java.util.List;

/// Reads the tokens of a query one by one.
final class TokenReader {
    private final String text;
    private final List<Token> tokens;
    private int at;

    TokenReader(String text) {
        this.text = text;
        this.tokens = Lexer.read(text);
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        var token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    boolean accept(String sign) {
        return accepted(peek().is(sign));
    }

    boolean acceptWord(String word) {
        return accepted(peek().isWord(word));
    }

    private boolean accepted(boolean wanted) {
        if (wanted) {
            next();
        }
        return wanted;
    }

    void expect(String sign) {
        if (!accept(sign)) {
            throw unexpected(peek(), "\"" + sign + "\"");
        }
    }

    void end() {
        if (peek().kind() != Kind.END) {
            throw unexpected(peek(), "the end");
        }
    }

    /// `a, b, c` up to the closing sign; a comma before it is fine.
    void list(String closing, Runnable element) {
        while (!accept(closing)) {
            element.run();
            if (!accept(",")) {
                expect(closing);
                return;
            }
        }
    }

    /// A number, or a duration as seconds.
    double number() {
        var token = next();
        if (token.kind() == Kind.DURATION) {
            return milliseconds(token) / 1_000.0;
        }
        var digits = token.text().replace("_", "");
        try {
            return digits.startsWith("0x") || digits.startsWith("0X")
                    ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : Double.parseDouble(digits);
        } catch (NumberFormatException broken) {
            throw error(token, "bad number or duration syntax: \"%s\"".formatted(token.text()));
        }
    }

    /// A duration, or a number of seconds: milliseconds.
    long duration() {
        var token = peek();
        if (token.kind() == Kind.DURATION) {
            return milliseconds(next());
        }
        if (token.kind() == Kind.NUMBER) {
            var seconds = number();
            if (seconds * 1_000 <= Durations.MAX_MS) {
                return Math.round(seconds * 1_000);
            }
            throw error(token, "duration out of range");
        }
        throw unexpected(token, "a duration");
    }

    private long milliseconds(Token token) {
        return Durations.parse(token.text())
                .orElseThrow(
                        () -> error(token, "not a valid duration string: \"" + token.text() + '"'));
    }

    PromqlException unexpected(Token token, String wanted) {
        var found = token.kind() == Kind.END ? token.text() : "\"" + token.text() + '"';
        return error(token, "unexpected %s, expected %s".formatted(found, wanted));
    }

    PromqlException error(Token token, String message) {
        return Lexer.error(text, token.position(), message);
    }
}
