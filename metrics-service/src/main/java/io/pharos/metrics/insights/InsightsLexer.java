package io.pharos.metrics.insights;

import io.pharos.metrics.math.ExpressionError;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Cuts a query into tokens.
final class InsightsLexer {
    enum Kind {
        WORD,
        QUOTED,
        TEXT,
        NUMBER,
        SYMBOL,
        END
    }

    /// @param text without quotes and escapes
    /// @param position of its first character, from 0
    record Token(Kind kind, String text, int position) {
        /// Keywords and functions, in any case.
        boolean isWord(String word) {
            return kind == Kind.WORD && text.equalsIgnoreCase(word);
        }

        boolean isSymbol(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol);
        }
    }

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private InsightsLexer(String sql) {
        this.sql = sql;
    }

    /// @return the last is END
    static List<Token> tokens(String sql) {
        var lexer = new InsightsLexer(sql);
        while (lexer.at < sql.length()) {
            lexer.next();
        }
        lexer.tokens.add(new Token(Kind.END, "", sql.length()));
        return lexer.tokens;
    }

    private void next() {
        var start = at;
        var first = sql.charAt(at);
        if (Character.isWhitespace(first)) {
            at++;
        } else if (isLetter(first)) { // InstanceId
            while (at < sql.length() && (isLetter(sql.charAt(at)) || isDigit(sql.charAt(at)))) {
                at++;
            }
            add(Kind.WORD, sql.substring(start, at), start);
        } else if (isDigit(first)) { // 10
            while (at < sql.length() && isDigit(sql.charAt(at))) {
                at++;
            }
            add(Kind.NUMBER, sql.substring(start, at), start);
        } else if (first == '"') { // "AWS/EC2"
            add(Kind.QUOTED, quoted('"'), start);
        } else if (first == '\'') { // 'i-1'
            add(Kind.TEXT, quoted('\''), start);
        } else if (sql.startsWith("!=", at)) {
            at += 2;
            add(Kind.SYMBOL, "!=", start);
        } else if ("(),.=".indexOf(first) >= 0) {
            at++;
            add(Kind.SYMBOL, String.valueOf(first), start);
        } else {
            throw ExpressionError.at(
                    at, String.format(Locale.ROOT, "Invalid query syntax, unexpected '%c'", first));
        }
    }

    private void add(Kind kind, String text, int start) {
        tokens.add(new Token(kind, text, start));
    }

    private String quoted(char quote) {
        var start = at++;
        var text = new StringBuilder();
        while (at < sql.length()) {
            var next = sql.charAt(at++);
            if (next == quote) {
                if (text.isEmpty()) {
                    throw ExpressionError.at(start, "Invalid query syntax, empty quotes");
                }
                return text.toString();
            }
            text.append(next == '\\' && at < sql.length() ? sql.charAt(at++) : next);
        }
        throw ExpressionError.at(start, "Invalid query syntax, missing closing quote");
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
