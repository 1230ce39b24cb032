package io.pharos.logs.insights;

import io.pharos.logs.insights.Token.Kind;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException;

/// The words of a query, one ahead. Whether `/` divides or starts a regular expression is the parser's
/// to say: see [#regexAhead()].
final class Tokens {
    private static final String SYMBOLS = "|,()[]*=<>+-/%^.!:";

    private final String query;
    private int position;
    private int lastEnd;
    private @Nullable Token ahead;

    Tokens(String query) {
        this.query = query;
    }

    Token peek() {
        var next = ahead;
        if (next == null) {
            next = read();
            ahead = next;
        }
        return next;
    }

    Token next() {
        var token = peek();
        ahead = null;
        lastEnd = token.end();
        return token;
    }

    /// Where the word taken last ends.
    int lastEnd() {
        return lastEnd;
    }

    String text(int start, int end) {
        return query.substring(start, end);
    }

    boolean accept(String symbol) {
        if (peek().is(symbol)) {
            next();
            return true;
        }
        return false;
    }

    boolean acceptWord(String word) {
        if (peek().isWord(word)) {
            next();
            return true;
        }
        return false;
    }

    Token expect(String symbol) {
        if (!peek().is(symbol)) {
            throw unexpected(peek());
        }
        return next();
    }

    void expectWord(String word) {
        if (!acceptWord(word)) {
            throw unexpected(peek());
        }
    }

    Token expect(Kind kind) {
        if (peek().kind() != kind) {
            throw unexpected(peek());
        }
        return next();
    }

    /// The next word, when it starts with `/` read as a regular expression.
    Token regexAhead() {
        var next = peek();
        if (!next.is("/")) {
            return next;
        }
        var end = next.start() + 1;
        var pattern = new StringBuilder();
        while (end < query.length() && query.charAt(end) != '/') {
            if (query.charAt(end) == '\\' && end + 1 < query.length()) {
                if (query.charAt(end + 1) != '/') {
                    pattern.append('\\');
                }
                end++;
            }
            pattern.append(query.charAt(end));
            end++;
        }
        if (end >= query.length()) {
            throw unexpected(next);
        }
        position = end + 1;
        var regex = new Token(Kind.REGEX, pattern.toString(), next.start(), position);
        ahead = regex;
        return regex;
    }

    MalformedQueryException unexpected(Token token) {
        var line = 1;
        var lineStart = 0;
        for (var i = 0; i < token.start(); i++) {
            if (query.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        var shown = token.kind() == Kind.END ? "<EOF>" : text(token.start(), token.end());
        return QueryFault.at(
                token.start(),
                token.end(),
                "unexpected symbol found "
                        + shown
                        + " at line "
                        + line
                        + " and position "
                        + (token.start() - lineStart));
    }

    private Token read() {
        skipBlanks();
        if (position >= query.length()) {
            return new Token(Kind.END, "", query.length(), query.length());
        }
        var c = query.charAt(position);
        if (c == '"' || c == '\'') {
            return quoted(Kind.TEXT, c);
        }
        if (c == '`') {
            return quoted(Kind.QUOTED_NAME, c);
        }
        if (isDigit(c)) {
            return number();
        }
        if (isNameStart(c)) {
            var start = position;
            while (position < query.length() && isNamePart(query.charAt(position))) {
                position++;
            }
            return token(Kind.NAME, start);
        }
        return symbol(c);
    }

    private void skipBlanks() {
        while (position < query.length()) {
            var c = query.charAt(position);
            if (c == '#') {
                var end = query.indexOf('\n', position);
                position = end < 0 ? query.length() : end;
            } else if (Character.isWhitespace(c) || c == '\u00a0' || c == '\ufeff') {
                position++;
            } else {
                return;
            }
        }
    }

    private Token symbol(char c) {
        var start = position;
        var two = query.substring(start, Math.min(query.length(), start + 2));
        position +=
                two.equals("!=") || two.equals("<=") || two.equals(">=") || two.equals("=~")
                        ? 2
                        : 1;
        var token = token(Kind.SYMBOL, start);
        if (SYMBOLS.indexOf(c) < 0) {
            if (Character.isHighSurrogate(c) && position < query.length()) {
                position++;
            }
            throw unexpected(token(Kind.SYMBOL, start));
        }
        return token;
    }

    private Token token(Kind kind, int start) {
        return new Token(kind, query.substring(start, position), start, position);
    }

    /// `"a \"b\""`: a backslash before a quote or a backslash protects it; `\n`, `\t`, `\r` are what
    /// they are elsewhere; before anything else it stands for itself.
    private Token quoted(Kind kind, char quote) {
        var start = position++;
        var text = new StringBuilder();
        while (position < query.length() && query.charAt(position) != quote) {
            var c = query.charAt(position++);
            if (c == '\\' && kind == Kind.TEXT && position < query.length()) {
                c = query.charAt(position++);
                switch (c) {
                    case 'n' -> text.append('\n');
                    case 't' -> text.append('\t');
                    case 'r' -> text.append('\r');
                    case '"', '\'', '\\' -> text.append(c);
                    default -> text.append('\\').append(c);
                }
            } else {
                text.append(c);
            }
        }
        if (position >= query.length()) {
            throw unexpected(new Token(Kind.SYMBOL, "", start, start + 1));
        }
        position++;
        if (kind == Kind.QUOTED_NAME && text.isEmpty()) {
            throw unexpected(new Token(Kind.SYMBOL, "", start, position));
        }
        return new Token(kind, text.toString(), start, position);
    }

    /// `12`, `0.5`, `1e-3`, and `5m`.
    private Token number() {
        var start = position;
        skipDigits();
        if (position + 1 < query.length()
                && query.charAt(position) == '.'
                && isDigit(query.charAt(position + 1))) {
            position++;
            skipDigits();
        }
        if (isExponent()) {
            position += 2;
            skipDigits();
        } else if (position < query.length() && isNamePart(query.charAt(position))) {
            while (position < query.length() && isNamePart(query.charAt(position))) {
                position++;
            }
            return token(Kind.PERIOD, start);
        }
        return token(Kind.NUMBER, start);
    }

    private boolean isExponent() {
        if (position >= query.length() || (query.charAt(position) | 0x20) != 'e') {
            return false;
        }
        var digit = position + 1;
        if (digit < query.length() && (query.charAt(digit) == '+' || query.charAt(digit) == '-')) {
            digit++;
        }
        return digit < query.length() && isDigit(query.charAt(digit));
    }

    private void skipDigits() {
        while (position < query.length() && isDigit(query.charAt(position))) {
            position++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return Character.isLetter(c) || c == '_' || c == '@';
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || isDigit(c) || c == '.';
    }
}
