package io.pharos.logs.insights;

import io.pharos.logs.insights.Command.Column;
import io.pharos.logs.insights.Command.Take;
import io.pharos.logs.insights.Token.Kind;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Commands, and the bars between them.
final class QueryParser {
    private static final int MAX_COMMANDS = 100;
    private static final int MAX_NAMES = 200;
    private static final String COMMANDS =
            "{K_PARSE, K_SEARCH, K_FIELDS, K_DISPLAY, K_FILTER, K_SORT, K_ORDER, K_HEAD, K_LIMIT,"
                    + " K_TAIL, K_STATS, K_DEDUP, K_PATTERN, K_DIFF, K_UNNEST, K_UNMASK, K_JOIN,"
                    + " K_ANOMALY, K_FILTERINDEX, K_EXPAND, K_JSON, K_LOOKUP}";

    private final String text;
    private final Tokens tokens;
    private final ExpressionParser expressions;
    private boolean isNested;

    QueryParser(String text) {
        this.text = text;
        this.tokens = new Tokens(text);
        this.expressions = new ExpressionParser(tokens, this::subQuery);
    }

    InsightsQuery query() {
        var query = commands(source());
        if (tokens.peek().kind() != Kind.END) {
            throw tokens.unexpected(tokens.peek());
        }
        return query;
    }

    /// AWS: queries inside queries have none inside.
    private InsightsQuery subQuery() {
        var start = tokens.peek();
        if (isNested) {
            throw QueryFault.at(start.start(), start.end(), "A sub-query can not have a sub-query");
        }
        isNested = true;
        var query = commands(source());
        isNested = false;
        return query;
    }

    private InsightsQuery commands(Command.@Nullable Source source) {
        var start = tokens.peek().start();
        var commands = new ArrayList<Command>();
        if (source == null || tokens.accept("|")) {
            do {
                commands.add(command());
                if (commands.size() > MAX_COMMANDS) {
                    throw QueryFault.at(start, tokens.lastEnd(), "The query has too many commands");
                }
            } while (tokens.accept("|"));
        }
        return new InsightsQuery(
                isNested ? tokens.text(start, tokens.lastEnd()) : text,
                source,
                List.copyOf(commands));
    }

    private Command.@Nullable Source source() {
        return tokens.acceptWord("source") ? new SourceParser(tokens).source() : null;
    }

    private Command command() {
        var word = tokens.next();
        var start = word.start();
        if (word.kind() != Kind.NAME) {
            throw notACommand(word);
        }
        return switch (word.text().toLowerCase(Locale.ROOT)) {
            case "fields" -> new Command.Fields(columns(), start, tokens.lastEnd());
            case "display" -> new Command.Display(columns(), start, tokens.lastEnd());
            case "unmask" -> new Command.Unmask(columns(), start, tokens.lastEnd());
            case "filter", "where" ->
                    new Command.Filter(expressions.expression(), start, tokens.lastEnd());
            case "stats" -> stats(start);
            case "sort", "order" -> sort(start);
            case "limit" -> limit(start, tokens.acceptWord("any") ? Take.ANY : Take.FIRST);
            case "head" -> limit(start, Take.FIRST);
            case "tail" -> limit(start, Take.LAST);
            case "parse" -> new ParseParser(tokens, expressions).parse(start);
            case "dedup" -> dedup(start);
            case "pattern" ->
                    new Command.Pattern(expressions.expression(), false, start, tokens.lastEnd());
            case "diff" -> new Command.Diff(back(), start, tokens.lastEnd());
            case "logcompare" -> logCompare(start);
            case "anomaly" -> new Command.Anomaly(start, tokens.lastEnd());
            case "unnest" -> unnest(start);
            case "expand" -> new Command.Expand(field(), start, tokens.lastEnd());
            case "json" -> new ParseParser(tokens, expressions).json(start);
            case "join" -> join(start);
            case "filterindex" -> filterIndex(start);
            case "countfrequent", "count_frequent" ->
                    new Command.CountFrequent(columns(), start, tokens.lastEnd());
            case "addtotals",
                    "accum",
                    "autoregress",
                    "filldown",
                    "fillmissing",
                    "outlier",
                    "sessionize",
                    "appendcols" -> {
                var command =
                        new TableParser(tokens, expressions, this::subQuery)
                                .command(word.text().toLowerCase(Locale.ROOT));
                yield new Command.Table(command, start, tokens.lastEnd());
            }
            case "lookup" -> new LookupParser(tokens).lookup(start);
            case "cidrlookup" -> new LookupParser(tokens).cidrLookup(start);
            case "estimate" -> {
                if (isNested) {
                    throw QueryFault.at(start, word.end(), "A sub-query has no estimate");
                }
                yield new Command.Estimate(start, tokens.lastEnd());
            }
            case "relevantfields" -> relevantFields(start);
            default -> throw notACommand(word);
        };
    }

    private RuntimeException notACommand(Token word) {
        var shown = word.kind() == Kind.END ? "<EOF>" : tokens.text(word.start(), word.end());
        return QueryFault.at(
                word.start(), word.end(), "mismatched input '" + shown + "' expecting " + COMMANDS);
    }

    private List<Column> columns() {
        var columns = new ArrayList<Column>();
        do {
            columns.add(column());
            checkNames(columns.size());
        } while (tokens.accept(","));
        return List.copyOf(columns);
    }

    /// `a`, `a * 2 as b`
    private Column column() {
        var expression = expressions.expression();
        if (expression instanceof Expr.Star) {
            throw QueryFault.at(
                    expression,
                    "unexpected symbol found * at line 1 and position " + expression.start());
        }
        if (tokens.acceptWord("as")) {
            return new Column(expression, name(), true);
        }
        var label =
                expression instanceof Expr.Field(var name, _, _)
                        ? name
                        : tokens.text(expression.start(), expression.end()).strip();
        return new Column(expression, label, false);
    }

    private String name() {
        var token = tokens.next();
        return switch (token.kind()) {
            case NAME, QUOTED_NAME -> token.text();
            case NUMBER, PERIOD, TEXT, REGEX, SYMBOL, END -> throw tokens.unexpected(token);
        };
    }

    private void checkNames(int count) {
        if (count > MAX_NAMES) {
            var next = tokens.peek();
            throw QueryFault.at(next.start(), next.end(), "The query names too many fields");
        }
    }

    private Command stats(int start) {
        var aggregates = columns();
        List<Column> groups = tokens.acceptWord("by") ? columns() : List.of();
        Period offset = null;
        if (tokens.acceptWord("offset")) {
            offset = expressions.period(tokens.expect(Kind.PERIOD));
        }
        return new Command.Stats(aggregates, groups, offset, start, tokens.lastEnd());
    }

    private Command sort(int start) {
        tokens.acceptWord("by");
        var keys = new ArrayList<Command.SortKey>();
        do {
            var key = expressions.expression();
            var descending = tokens.acceptWord("desc");
            if (!descending) {
                tokens.acceptWord("asc");
            }
            keys.add(new Command.SortKey(key, descending));
            checkNames(keys.size());
        } while (tokens.accept(","));
        return new Command.Sort(List.copyOf(keys), start, tokens.lastEnd());
    }

    private Command limit(int start, Take take) {
        var token = tokens.expect(Kind.NUMBER);
        var rows = token.text().length() > 9 ? -1 : wholeNumber(token.text());
        if (rows < 1) {
            throw QueryFault.at(token.start(), token.end(), "Invalid limit " + token.text());
        }
        return new Command.Limit(rows, take, start, tokens.lastEnd());
    }

    private static int wholeNumber(String text) {
        return text.chars().allMatch(Character::isDigit) ? Integer.parseInt(text) : -1;
    }

    private Command dedup(int start) {
        var keys = new ArrayList<Expr>();
        do {
            keys.add(expressions.expression());
            checkNames(keys.size());
        } while (tokens.accept(","));
        return new Command.Dedup(List.copyOf(keys), start, tokens.lastEnd());
    }

    private @Nullable Period back() {
        if (tokens.acceptWord("previousDay")) {
            return new Period(1, Period.Unit.DAY);
        }
        if (tokens.acceptWord("previousWeek")) {
            return new Period(1, Period.Unit.WEEK);
        }
        return tokens.acceptWord("previousMonth") ? new Period(1, Period.Unit.MONTH) : null;
    }

    /// `logcompare timeshift 7d`
    private Command logCompare(int start) {
        tokens.expectWord("timeshift");
        var back = expressions.period(tokens.expect(Kind.PERIOD));
        return new Command.Diff(back, start, tokens.lastEnd());
    }

    private Expr.Field field() {
        var next = tokens.peek();
        if (expressions.operand() instanceof Expr.Field field) {
            return field;
        }
        throw tokens.unexpected(next);
    }

    /// `filterIndex a = 1`, `filterIndex a in ["x", "y"]`
    private Command filterIndex(int start) {
        var next = tokens.peek();
        var condition = expressions.expression();
        var field =
                switch (condition) {
                    case Expr.Compare(var comparison, Expr.Field(var name, _, _), _, _, _)
                            when comparison == Expr.Comparison.EQUAL ->
                            name;
                    case Expr.In(Expr.Field(var name, _, _), _, _, _) -> name;
                    default -> throw tokens.unexpected(next);
                };
        return new Command.FilterIndex(condition, field, start, tokens.lastEnd());
    }

    /// `relevantfields where ms > 400`, `relevantfields svc, path where ms > 400`
    private Command relevantFields(int start) {
        List<Column> fields = List.of();
        if (!tokens.acceptWord("where")) {
            fields = columns();
            tokens.expectWord("where");
        }
        return new Command.RelevantFields(
                fields, expressions.expression(), start, tokens.lastEnd());
    }

    private Command unnest(int start) {
        var list = expressions.expression();
        tokens.expectWord("into");
        return new Command.Unnest(list, name(), start, tokens.lastEnd());
    }

    /// `join type=inner left=a right=b where a.k = b.k and a.l = b.l (SOURCE "group" | …)`
    private Command join(int start) {
        var keepsUnmatched = false;
        if (tokens.acceptWord("type")) {
            tokens.expect("=");
            keepsUnmatched = tokens.acceptWord("left");
            if (!keepsUnmatched) {
                tokens.expectWord("inner");
            }
        }
        tokens.expectWord("left");
        tokens.expect("=");
        var left = tokens.expect(Kind.NAME).text();
        tokens.expectWord("right");
        tokens.expect("=");
        var right = tokens.expect(Kind.NAME).text();
        tokens.expectWord("where");
        var keys = new ArrayList<Command.JoinKey>();
        do {
            keys.add(joinKey(left, right));
            checkNames(keys.size());
        } while (tokens.acceptWord("and"));
        tokens.expect("(");
        var query = subQuery();
        tokens.expect(")");
        return new Command.Join(
                keepsUnmatched, left, right, List.copyOf(keys), query, start, tokens.lastEnd());
    }

    private Command.JoinKey joinKey(String left, String right) {
        var one = tokens.expect(Kind.NAME);
        tokens.expect("=");
        var other = tokens.expect(Kind.NAME);
        if (one.text().startsWith(right + ".") && other.text().startsWith(left + ".")) {
            var swap = one;
            one = other;
            other = swap;
        }
        if (!one.text().startsWith(left + ".")) {
            throw tokens.unexpected(one);
        }
        if (!other.text().startsWith(right + ".")) {
            throw tokens.unexpected(other);
        }
        return new Command.JoinKey(
                new Expr.Field(one.text().substring(left.length() + 1), one.start(), one.end()),
                other.text().substring(right.length() + 1));
    }
}
