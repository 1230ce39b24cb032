package io.pharos.metrics.math;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Cuts an expression into tokens.
final class Lexer {
    private static final Set<String> PAIRS = Set.of("==", "!=", "<=", ">=", "&&", "||");

    private final String text;
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    enum Kind {
        NUMBER,
        TEXT,
        WORD,
        SYMBOL,
        END
    }

    /// @param text of a string what it says, without quotes
    record Token(Kind kind, String text, int position) {
        boolean isSymbol(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol);
        }
    }

    /// Ends with a token of kind END.
    static List<Token> tokens(String text) {
        var lexer = new Lexer(text);
        var tokens = new ArrayList<Token>();
        do {
            tokens.add(lexer.next());
        } while (tokens.getLast().kind() != Kind.END);
        return tokens;
    }

    private Token next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        var start = at;
        if (at == text.length()) {
            return new Token(Kind.END, "", start);
        }
        var c = text.charAt(at);
        if (isDigit(c) || c == '.') {
            return number(); // 12, .5, 1e-3
        }
        if (isLetter(c) || c == '_') {
            while (at < text.length() && isWord(text.charAt(at))) {
                at++;
            }
            return new Token(Kind.WORD, text.substring(start, at), start);
        }
        if (c == '\'' || c == '"') {
            return string(c);
        }
        var pair = at + 1 < text.length() ? text.substring(at, at + 2) : "";
        at += PAIRS.contains(pair) ? 2 : 1;
        return new Token(Kind.SYMBOL, text.substring(start, at), start);
    }

    private Token number() {
        var start = at;
        digits();
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            digits();
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            digits();
        }
        return new Token(Kind.NUMBER, text.substring(start, at), start);
    }

    private void digits() {
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
    }

    /// Backslashes belong to the language inside the string, but for those before its own quote.
    private Token string(char quote) {
        var start = at++;
        var said = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            var c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                var escaped = text.charAt(at++);
                if (escaped != quote) {
                    said.append(c);
                }
                said.append(escaped);
            } else {
                said.append(c);
            }
        }
        if (at == text.length()) {
            throw ExpressionError.at(start, "Invalid syntax, a string does not end,");
        }
        at++;
        return new Token(Kind.TEXT, said.toString(), start);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isWord(char c) {
        return isLetter(c) || isDigit(c) || c == '_';
    }
}
