package io.pharos.logs.insights;

import com.google.re2j.PatternSyntaxException;

import io.pharos.logs.insights.Token.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The forms of `parse`, behind its first word.
final class ParseParser {
    private static final int MAX_NAMES = 200;
    private static final String MESSAGE = "@message";

    private final Tokens tokens;
    private final ExpressionParser expressions;

    ParseParser(Tokens tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    Command parse(int start) {
        var source = source();
        if (tokens.acceptWord("logfmt")) {
            var name = tokens.acceptWord("as") ? name() : "logfmt";
            return new Command.ParseLogfmt(source, name, start, tokens.lastEnd());
        }
        if (tokens.acceptWord("csv")) {
            tokens.expectWord("as");
            return new Command.ParseCsv(source, names(), start, tokens.lastEnd());
        }
        var pattern = tokens.regexAhead();
        tokens.next();
        if (pattern.kind() == Kind.REGEX) {
            var names = groups(pattern);
            var multi = tokens.acceptWord("multi");
            return new Command.ParseRegex(
                    source, pattern.text(), names, multi, start, tokens.lastEnd());
        }
        if (pattern.kind() != Kind.TEXT) {
            throw tokens.unexpected(pattern);
        }
        return glob(source, pattern, start);
    }

    /// `json field=payload "a.b" as x, "c"`
    Command json(int start) {
        Expr source = new Expr.Field(MESSAGE, start, start);
        if (tokens.acceptWord("field")) {
            tokens.expect("=");
            source = expressions.operand();
        }
        var paths = new ArrayList<String>();
        var names = new ArrayList<String>();
        do {
            var path = tokens.expect(Kind.TEXT);
            paths.add(path.text());
            names.add(tokens.acceptWord("as") ? name() : path.text());
            checkCount(names);
        } while (tokens.accept(","));
        return new Command.Json(
                source, List.copyOf(paths), List.copyOf(names), start, tokens.lastEnd());
    }

    /// Without a field, the message.
    private Expr source() {
        var next = tokens.regexAhead();
        var isPattern =
                next.kind() == Kind.REGEX
                        || next.kind() == Kind.TEXT
                        || next.isWord("logfmt")
                        || next.isWord("csv");
        return isPattern
                ? new Expr.Field(MESSAGE, next.start(), next.start())
                : expressions.operand();
    }

    private Command glob(Expr source, Token pattern, int start) {
        tokens.expectWord("as");
        var names = names();
        var stars = pattern.text().chars().filter(c -> c == '*').count();
        if (stars != names.size()) {
            throw QueryFault.at(
                    pattern.start(),
                    pattern.end(),
                    "Number of wildcards ("
                            + stars
                            + ") does not match the number of fields ("
                            + names.size()
                            + ") in parse");
        }
        return new Command.ParseGlob(source, pattern.text(), names, start, tokens.lastEnd());
    }

    private List<String> groups(Token pattern) {
        try {
            var names =
                    SafeRegex.compile(pattern.text()).namedGroups().entrySet().stream()
                            .sorted(Map.Entry.comparingByValue())
                            .map(Map.Entry::getKey)
                            .toList();
            if (names.isEmpty()) {
                throw QueryFault.at(
                        pattern.start(),
                        pattern.end(),
                        "The regular expression of parse has no named groups");
            }
            return names;
        } catch (PatternSyntaxException invalid) {
            throw QueryFault.at(
                    pattern.start(),
                    pattern.end(),
                    "Invalid regular expression: " + invalid.getMessage());
        }
    }

    private List<String> names() {
        var names = new ArrayList<String>();
        do {
            names.add(name());
            checkCount(names);
        } while (tokens.accept(","));
        return List.copyOf(names);
    }

    private void checkCount(List<String> names) {
        if (names.size() > MAX_NAMES) {
            var next = tokens.peek();
            throw QueryFault.at(next.start(), next.end(), "The query names too many fields");
        }
    }

    private String name() {
        var token = tokens.next();
        return switch (token.kind()) {
            case NAME, QUOTED_NAME -> token.text();
            case NUMBER, PERIOD, TEXT, REGEX, SYMBOL, END -> throw tokens.unexpected(token);
        };
    }
}
