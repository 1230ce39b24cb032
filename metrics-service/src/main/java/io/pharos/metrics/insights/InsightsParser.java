package io.pharos.metrics.insights;

import io.pharos.metrics.insights.InsightsLexer.Kind;
import io.pharos.metrics.insights.InsightsLexer.Token;
import io.pharos.metrics.insights.InsightsQuery.Condition;
import io.pharos.metrics.insights.InsightsQuery.Function;
import io.pharos.metrics.insights.InsightsQuery.Key;
import io.pharos.metrics.insights.InsightsQuery.Order;
import io.pharos.metrics.insights.InsightsQuery.Value;
import io.pharos.metrics.math.ExpressionError;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Reads Metrics Insights queries. AWS: Metrics Insights query components and syntax.
/// `SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) WHERE InstanceId != 'i-1' GROUP BY
/// InstanceId ORDER BY MAX() DESC LIMIT 10`
public final class InsightsParser {
    /// Characters of a query: those of an expression.
    static final int MAX_LENGTH = 2_048;

    /// Series that LIMIT may ask for. AWS: 500.
    public static final int MAX_LIMIT = 500;

    /// Names that are none without double quotes; AWS reserves more than it uses.
    private static final Set<String> RESERVED =
            Set.of(
                    "AND", "AS", "ASC", "AVG", "BETWEEN", "BY", "CASE", "COUNT", "DESC", "FROM",
                    "GROUP", "HAVING", "IN", "IS", "LIKE", "LIMIT", "MAX", "MIN", "NOT", "NULL",
                    "ON", "OR", "ORDER", "SCHEMA", "SELECT", "SUM", "TABLE", "TO", "TRUE", "UNION",
                    "VALUES", "WHERE", "WITH");

    private final List<Token> tokens;
    private int next;

    private InsightsParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /// @throws ExpressionError when it is no query
    public static InsightsQuery parse(String sql) {
        if (sql.length() > MAX_LENGTH) {
            throw new ExpressionError("Query is longer than " + MAX_LENGTH + " characters");
        }
        return new InsightsParser(InsightsLexer.tokens(sql)).query();
    }

    private InsightsQuery query() {
        keyword("SELECT");
        var function = function();
        symbol("(");
        var metricName = name();
        symbol(")");
        keyword("FROM");
        var dimensions = Optional.<Set<String>>empty();
        String namespace;
        if (accept("SCHEMA")) { // SCHEMA("AWS/EC2", InstanceId)
            symbol("(");
            namespace = name();
            var names = new HashSet<String>();
            while (acceptSymbol(",")) {
                names.add(name());
            }
            symbol(")");
            dimensions = Optional.of(names);
        } else {
            namespace = name(); // "AWS/EC2"
        }
        var conditions = new ArrayList<Condition>();
        if (accept("WHERE")) {
            do {
                conditions.add(condition());
            } while (accept("AND"));
        }
        var groupBy = new ArrayList<Key>();
        if (accept("GROUP")) {
            keyword("BY");
            do {
                groupBy.add(key());
            } while (acceptSymbol(","));
        }
        var order = accept("ORDER") ? Optional.of(order()) : Optional.<Order>empty();
        var limit = accept("LIMIT") ? OptionalInt.of(limit()) : OptionalInt.empty();
        if (peek().kind() != Kind.END) {
            throw unexpected("end of query");
        }
        return new InsightsQuery(
                function, metricName, namespace, dimensions, conditions, groupBy, order, limit);
    }

    private Condition condition() {
        var key = key();
        var isEqual = acceptSymbol("="); // InstanceId = 'i-1'
        if (!isEqual && !acceptSymbol("!=")) {
            throw unexpected("= or !=");
        }
        if (accept("CURRENT_ACCOUNT_ID")) { // AWS.AccountId = CURRENT_ACCOUNT_ID()
            symbol("(");
            symbol(")");
            return new Condition(key, isEqual, new Value.CurrentAccount());
        }
        if (peek().kind() != Kind.TEXT) {
            throw unexpected("a value in single quotes");
        }
        return new Condition(key, isEqual, new Value.Text(take().text()));
    }

    private Key key() {
        var first = peek();
        var name = name();
        if (first.kind() != Kind.WORD || !acceptSymbol(".")) {
            return new Key.Dimension(name); // InstanceId, "Instance Id"
        }
        if (name.equalsIgnoreCase("tag")) { // tag.env: no metric here has tags
            throw ExpressionError.at(first.position(), "Queries on tags are not supported");
        }
        if (name.equalsIgnoreCase("AWS") && accept("AccountId")) {
            return new Key.Account(); // AWS.AccountId
        }
        throw ExpressionError.at(
                first.position(), "Invalid query syntax, '" + name + ".' is no prefix of a key");
    }

    private Order order() {
        keyword("BY");
        var function = function();
        symbol("(");
        symbol(")");
        if (accept("DESC")) { // ORDER BY MAX() DESC
            return new Order(function, true);
        }
        accept("ASC");
        return new Order(function, false);
    }

    private int limit() {
        var token = peek();
        if (token.kind() != Kind.NUMBER) {
            throw unexpected("a number");
        }
        next++;
        if (token.text().length() <= 4) {
            var limit = Integer.parseInt(token.text());
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        }
        throw ExpressionError.at(
                token.position(),
                "LIMIT must be between 1 and " + MAX_LIMIT + ", found '" + token.text() + "'");
    }

    private Function function() {
        var function = functionNamed(peek());
        if (function == null) {
            throw unexpected("AVG, COUNT, MAX, MIN or SUM");
        }
        next++;
        return function;
    }

    private static @Nullable Function functionNamed(Token token) {
        for (var function : Function.values()) {
            if (token.isWord(function.name())) {
                return function;
            }
        }
        return null;
    }

    private String name() {
        var token = peek();
        if (token.kind() == Kind.QUOTED
                || (token.kind() == Kind.WORD
                        && !RESERVED.contains(token.text().toUpperCase(Locale.ROOT)))) {
            return take().text();
        }
        throw unexpected("a name");
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        return tokens.get(next++);
    }

    private boolean accept(String word) {
        var is = peek().isWord(word);
        next += is ? 1 : 0;
        return is;
    }

    private boolean acceptSymbol(String symbol) {
        var is = peek().isSymbol(symbol);
        next += is ? 1 : 0;
        return is;
    }

    private void keyword(String word) {
        if (!accept(word)) {
            throw unexpected(word);
        }
    }

    private void symbol(String symbol) {
        if (!acceptSymbol(symbol)) {
            throw unexpected("'" + symbol + "'");
        }
    }

    private ExpressionError unexpected(String expected) {
        var token = peek();
        var found = token.kind() == Kind.END ? "end" : "'" + token.text() + "'";
        return ExpressionError.at(
                token.position(),
                "Invalid query syntax, unexpected " + found + ", expected " + expected);
    }
}
