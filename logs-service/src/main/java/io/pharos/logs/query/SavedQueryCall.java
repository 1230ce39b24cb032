package io.pharos.logs.query;

import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.QueryFault;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A query that names a saved one and gives it values: `$ErrorsByService(level="ERROR") | limit 5`. AWS
/// announced the call, and documents neither how values are quoted nor that commands may follow.
///
/// @param values by the names of parameters
/// @param rest what follows the call: empty, or commands from their `|` on
public record SavedQueryCall(String name, Map<String, String> values, String rest) {
    private static final String UNMASK = "unmask";

    /// Empty when the text is a query of its own.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException with the
    ///     place of what is wrong
    public static Optional<SavedQueryCall> of(String text) {
        var start = text.length() - text.stripLeading().length();
        return start < text.length() && text.charAt(start) == '$'
                ? Optional.of(new Reader(text, start + 1).call())
                : Optional.empty();
    }

    /// The query that is meant.
    ///
    /// @param text as it was called
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException when a value
    ///     is missing or for nothing, or it becomes too long
    public String expand(QueryDefinition saved, String text) {
        var all = new HashMap<String, String>();
        for (var parameter : saved.parameters()) {
            var value = values.getOrDefault(parameter.name(), parameter.defaultValue());
            if (value == null) {
                throw QueryFault.of("The parameter " + parameter.name() + " has no value");
            }
            all.put(parameter.name(), value);
        }
        for (var given : values.keySet()) {
            if (!all.containsKey(given)) {
                throw QueryFault.of("The saved query " + name + " has no parameter " + given);
            }
        }
        var query = saved.with(all) + rest;
        if (query.length() > InsightsQuery.MAX_LENGTH) {
            throw QueryFault.of("The saved query becomes too long");
        }
        // Whether its caller may unmask was asked for what the call's own text says.
        if (says(query, UNMASK) && !says(text, UNMASK)) {
            throw QueryFault.of("A saved query with unmask is run by its text, not by its name");
        }
        return query;
    }

    private static boolean says(String text, String word) {
        return text.toLowerCase(Locale.ROOT).contains(word);
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text, int at) {
            this.text = text;
            this.at = at;
        }

        SavedQueryCall call() {
            var start = at;
            while (at < text.length() && text.charAt(at) != '(' && text.charAt(at) != '|') {
                at++;
            }
            var name = text.substring(start, at).strip();
            if (name.isEmpty()) {
                throw wrong();
            }
            var values = new LinkedHashMap<String, String>();
            if (at < text.length() && text.charAt(at) == '(') {
                at++;
                values(values);
            }
            skipBlanks();
            if (at < text.length() && text.charAt(at) != '|') {
                throw wrong();
            }
            return new SavedQueryCall(name, values, text.substring(at));
        }

        private void values(Map<String, String> into) {
            skipBlanks();
            if (peek() == ')') {
                at++;
                return;
            }
            while (true) {
                skipBlanks();
                var parameter =
                        QueryDefinition.PARAMETER_NAME.matcher(text).region(at, text.length());
                if (!parameter.lookingAt()) {
                    throw wrong();
                }
                at = parameter.end();
                skipBlanks();
                expect('=');
                skipBlanks();
                if (into.put(parameter.group(), value()) != null) {
                    throw wrong();
                }
                skipBlanks();
                if (peek() == ')') {
                    at++;
                    return;
                }
                expect(',');
            }
        }

        /// In quotes, or up to what follows. `\` stands before a quote or itself, and else for itself: values
        /// are parts of regular expressions, too.
        private String value() {
            var quote = peek();
            if (quote != '"' && quote != '\'') {
                var start = at;
                while (peek() != ',' && peek() != ')' && !Character.isWhitespace(peek())) {
                    at++;
                }
                if (at == start) {
                    throw wrong();
                }
                return text.substring(start, at);
            }
            at++;
            var value = new StringBuilder();
            while (peek() != quote) {
                if (peek() == '\\' && at + 1 < text.length()) {
                    var next = text.charAt(at + 1);
                    if (next == quote || next == '\\') {
                        at++;
                    }
                }
                value.append(text.charAt(at++));
            }
            at++;
            return value.toString();
        }

        private void skipBlanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private void expect(char symbol) {
            if (peek() != symbol) {
                throw wrong();
            }
            at++;
        }

        private char peek() {
            if (at >= text.length()) {
                throw wrong();
            }
            return text.charAt(at);
        }

        private RuntimeException wrong() {
            return QueryFault.at(
                    at,
                    Math.min(at + 1, text.length()),
                    "A saved query is called by $name(parameter=\"value\")");
        }
    }
}
