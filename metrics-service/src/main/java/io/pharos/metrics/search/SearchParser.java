package io.pharos.metrics.search;

import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.search.Search.Condition;
import io.pharos.metrics.search.Search.Property;
import io.pharos.metrics.search.Search.Schema;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads search expressions. AWS: CloudWatch search expression syntax.
/// `{AWS/EC2,InstanceId} MetricName="CPUUtilization" NOT (i-1 OR i-2)`
public final class SearchParser {
    /// Characters of a search. AWS: 1,024.
    public static final int MAX_LENGTH = 1_024;

    static final int MAX_DEPTH = 50;
    private static final String SPECIAL = "\"(){}=,";

    private final String text;
    private int at;
    private int depth;

    private SearchParser(String text) {
        this.text = text;
    }

    /// @throws ExpressionError when it is no search
    public static Search parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new ExpressionError("SEARCH query is longer than " + MAX_LENGTH + " characters");
        }
        var parser = new SearchParser(text);
        var schema = parser.accept('{') ? Optional.of(parser.schema()) : Optional.<Schema>empty();
        var condition =
                parser.isAtEnd() && schema.isPresent()
                        ? Optional.<Condition>empty()
                        : Optional.of(parser.any(null));
        if (!parser.isAtEnd()) {
            throw parser.unexpected();
        }
        return new Search(schema, condition);
    }

    private Schema schema() {
        var namespace = name(); // {AWS/EC2,InstanceId}
        var dimensions = new HashSet<String>();
        while (accept(',')) {
            dimensions.add(name());
        }
        if (!accept('}')) {
            throw unexpected();
        }
        return new Schema(namespace, dimensions);
    }

    /// A name in braces: quoted, or all up to the next comma or brace.
    private String name() {
        skipBlanks();
        if (accept('"')) {
            return quoted();
        }
        var name = new StringBuilder();
        while (at < text.length() && SPECIAL.indexOf(text.charAt(at)) < 0) {
            name.append(character());
        }
        if (name.toString().isBlank()) {
            throw unexpected();
        }
        return name.toString().strip();
    }

    /// @param property where to look; null for everywhere
    private Condition any(@Nullable Property property) {
        if (++depth > MAX_DEPTH) {
            throw ExpressionError.at(at, "SEARCH query is nested too deeply");
        }
        var either = new ArrayList<Condition>();
        do {
            either.add(all(property));
        } while (acceptWord("OR")); // a OR b
        depth--;
        return either.size() == 1 ? either.getFirst() : new Search.Any(List.copyOf(either));
    }

    private Condition all(@Nullable Property property) {
        var each = new ArrayList<Condition>();
        do {
            each.add(one(property));
        } while (acceptWord("AND") || isNextTerm()); // a AND b, a b
        return each.size() == 1 ? each.getFirst() : new Search.All(List.copyOf(each));
    }

    private boolean isNextTerm() {
        return !isAtEnd() && text.charAt(at) != ')' && !isWord("OR");
    }

    private Condition one(@Nullable Property property) {
        var negated = false;
        while (acceptWord("NOT")) { // NOT NOT a
            negated = !negated;
        }
        var condition = positive(property);
        return negated ? new Search.Not(condition) : condition;
    }

    private Condition positive(@Nullable Property property) {
        if (accept('(')) { // (a OR b)
            var inner = any(property);
            if (!accept(')')) {
                throw unexpected();
            }
            return inner;
        }
        if (isWord("OR") || isWord("AND")) {
            throw unexpected();
        }
        skipBlanks();
        var start = at;
        if (accept('"')) {
            var exact = quoted(); // "CPUUtilization"
            return isProperty(property, start)
                    ? property(exact)
                    : condition(property, new Term.Exact(exact));
        }
        var bare = bare(); // cpu
        if (isProperty(property, start)) {
            return property(bare); // MetricName=…
        }
        try {
            return condition(property, new Term.Bare(Words.of(bare)));
        } catch (IllegalArgumentException noWord) {
            throw ExpressionError.at(
                    start, "Invalid SEARCH query, '" + bare + "' has neither letter nor digit");
        }
    }

    private boolean isProperty(@Nullable Property outer, int start) {
        if (!accept('=')) {
            return false;
        }
        if (outer != null) {
            throw ExpressionError.at(start, "Invalid SEARCH query, a property in a property");
        }
        return true;
    }

    private Condition property(String name) {
        var property = Property.named(name);
        skipBlanks();
        if (at < text.length() && text.charAt(at) == '(') {
            return positive(property); // InstanceId=(i-1 OR "i-2")
        }
        if (isWord("NOT")) {
            throw unexpected();
        }
        return positive(property); // InstanceId="i-1"
    }

    private static Condition condition(@Nullable Property property, Term term) {
        return property == null ? new Search.Anywhere(term) : new Search.In(property, term);
    }

    /// Up to the closing quote.
    private String quoted() {
        var start = at - 1;
        var quoted = new StringBuilder();
        while (at < text.length()) {
            if (text.charAt(at) == '"') {
                at++;
                if (quoted.isEmpty()) {
                    throw ExpressionError.at(start, "Invalid SEARCH query, empty term");
                }
                return quoted.toString();
            }
            quoted.append(character());
        }
        throw ExpressionError.at(start, "Invalid SEARCH query, missing closing quote");
    }

    private String bare() {
        skipBlanks();
        var bare = new StringBuilder();
        while (at < text.length()
                && !Character.isWhitespace(text.charAt(at))
                && SPECIAL.indexOf(text.charAt(at)) < 0) {
            bare.append(character());
        }
        if (bare.isEmpty()) {
            throw unexpected();
        }
        return bare.toString();
    }

    /// The next one; a backslash makes any other an ordinary one.
    private char character() {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
            at++;
        }
        return text.charAt(at++);
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean isAtEnd() {
        skipBlanks();
        return at == text.length();
    }

    private boolean accept(char wanted) {
        if (isAtEnd() || text.charAt(at) != wanted) {
            return false;
        }
        at++;
        return true;
    }

    /// AWS: operators are in capital letters.
    private boolean isWord(String word) {
        skipBlanks();
        var end = at + word.length();
        return text.startsWith(word, at)
                && (end == text.length()
                        || Character.isWhitespace(text.charAt(end))
                        || text.charAt(end) == '('
                        || text.charAt(end) == ')'
                        || text.charAt(end) == '"');
    }

    private boolean acceptWord(String word) {
        var is = isWord(word);
        at += is ? word.length() : 0;
        return is;
    }

    private ExpressionError unexpected() {
        return isAtEnd()
                ? ExpressionError.at(at, "Invalid SEARCH query, unexpected end")
                : ExpressionError.at(
                        at,
                        String.format(
                                Locale.ROOT,
                                "Invalid SEARCH query, unexpected '%c'",
                                text.charAt(at)));
    }
}
