package io.pharos.alarms.composite;

import java.util.ArrayList;
import java.util.List;

/// A piece of an AlarmRule.
///
/// @param text as written
/// @param position of its first character, from 0
record RuleToken(Kind kind, String text, int position) {
    enum Kind {
        WORD,
        QUOTED,
        UNTERMINATED,
        OPEN,
        CLOSE,
        COMMA,
        END
    }

    boolean is(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    /// The alarm that a word or a quoted text names.
    String reference() {
        return kind == Kind.QUOTED
                ? text.substring(1, text.length() - 1).replace("\\\"", "\"")
                : text;
    }

    /// The pieces of a rule; the last is its end.
    static List<RuleToken> of(String rule) {
        var tokens = new ArrayList<RuleToken>();
        var at = 0;
        while (at < rule.length()) {
            if (Character.isWhitespace(rule.charAt(at))) {
                at++;
                continue;
            }
            var token = next(rule, at);
            tokens.add(token);
            at += token.text.length();
        }
        tokens.add(new RuleToken(Kind.END, "<EOF>", rule.length()));
        return tokens;
    }

    private static RuleToken next(String rule, int at) {
        return switch (rule.charAt(at)) {
            case '(' -> new RuleToken(Kind.OPEN, "(", at);
            case ')' -> new RuleToken(Kind.CLOSE, ")", at);
            case ',' -> new RuleToken(Kind.COMMA, ",", at);
            case '"' -> quoted(rule, at);
            default -> word(rule, at);
        };
    }

    private static RuleToken quoted(String rule, int at) {
        for (var end = at + 1; end < rule.length(); end++) {
            if (rule.startsWith("\\\"", end)) {
                end++;
            } else if (rule.charAt(end) == '"') {
                return new RuleToken(Kind.QUOTED, rule.substring(at, end + 1), at);
            }
        }
        return new RuleToken(Kind.UNTERMINATED, rule.substring(at), at);
    }

    private static RuleToken word(String rule, int at) {
        var end = at;
        while (end < rule.length()
                && !Character.isWhitespace(rule.charAt(end))
                && "(),".indexOf(rule.charAt(end)) < 0) {
            end++;
        }
        return new RuleToken(Kind.WORD, rule.substring(at, end), at);
    }
}
