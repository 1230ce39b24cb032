package io.pharos.logs.insights;

import io.pharos.logs.insights.Token.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The forms of [TableCommand], behind their first word.
final class TableParser {
    /// AWS: rows that `appendcols` may take.
    private static final int MAX_APPENDED = 100_000;

    private static final int DEFAULT_APPENDED = 10_000;

    /// Values of earlier rows that one row can have.
    private static final int MAX_LAGS = 100;

    private static final int MAX_NAMES = 200;
    private static final double IQR_FACTOR = 2.5;
    private static final Period SESSION_GAP = new Period(30, Period.Unit.MINUTE);

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private final Supplier<InsightsQuery> subQuery;

    TableParser(Tokens tokens, ExpressionParser expressions, Supplier<InsightsQuery> subQuery) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.subQuery = subQuery;
    }

    TableCommand command(String word) {
        return switch (word) {
            case "addtotals" -> addTotals();
            case "accum" -> accumulate();
            case "autoregress" -> autoregress();
            case "filldown" -> new TableCommand.FillDown(names());
            case "fillmissing" -> fillMissing();
            case "outlier" -> outlier();
            case "sessionize" -> sessionize();
            default -> appendColumns();
        };
    }

    private TableCommand addTotals() {
        var name = "Total";
        var ofRows = true;
        var ofColumns = false;
        while (true) {
            if (tokens.acceptWord("fieldname")) {
                tokens.expect("=");
                name = name();
            } else if (tokens.acceptWord("row")) {
                ofRows = flag();
            } else if (tokens.acceptWord("col")) {
                ofColumns = flag();
            } else {
                return new TableCommand.AddTotals(name, ofRows, ofColumns, names());
            }
        }
    }

    private TableCommand accumulate() {
        var field = name();
        return new TableCommand.Accumulate(field, tokens.acceptWord("as") ? name() : field);
    }

    private TableCommand autoregress() {
        var field = name();
        var isAliased = tokens.acceptWord("as");
        var name = isAliased ? name() : field;
        var first = 1;
        var last = 1;
        if (tokens.acceptWord("p")) {
            tokens.expect("=");
            first = number(1, MAX_LAGS);
            last = tokens.accept("-") ? number(first, MAX_LAGS) : first;
        }
        return new TableCommand.Autoregress(field, name, isAliased, first, last);
    }

    private TableCommand fillMissing() {
        var values = new ArrayList<TableCommand.Filling>();
        if (tokens.acceptWord("with")) {
            do {
                var value = expressions.expression();
                tokens.expectWord("for");
                values.add(new TableCommand.Filling(value, name()));
            } while (tokens.accept(","));
        }
        return new TableCommand.FillMissing(List.copyOf(values));
    }

    private TableCommand outlier() {
        var removes = false;
        var factor = IQR_FACTOR;
        var isLowToo = false;
        var marks = false;
        while (true) {
            if (tokens.acceptWord("action")) {
                tokens.expect("=");
                removes = tokens.acceptWord("remove");
                if (!removes) {
                    tokens.expectWord("transform");
                }
            } else if (tokens.acceptWord("param")) {
                tokens.expect("=");
                factor = Double.parseDouble(tokens.expect(Kind.NUMBER).text());
            } else if (tokens.acceptWord("uselower")) {
                isLowToo = flag();
            } else if (tokens.acceptWord("mark")) {
                marks = flag();
            } else {
                return new TableCommand.Outlier(removes, factor, isLowToo, marks, someNames());
            }
        }
    }

    private TableCommand sessionize() {
        var fields = new ArrayList<String>();
        do {
            fields.add(name());
            checkNames(fields.size());
        } while (tokens.accept(","));
        var gap =
                tokens.acceptWord("maxspan")
                        ? expressions.period(tokens.expect(Kind.PERIOD))
                        : SESSION_GAP;
        var name = tokens.acceptWord("as") ? name() : "session_id";
        return new TableCommand.Sessionize(List.copyOf(fields), gap, name);
    }

    private TableCommand appendColumns() {
        var overrides = false;
        var most = DEFAULT_APPENDED;
        while (!tokens.peek().is("(")) {
            if (tokens.acceptWord("override")) {
                overrides = flag();
            } else {
                tokens.expectWord("max");
                tokens.expect("=");
                most = number(1, MAX_APPENDED);
            }
        }
        tokens.expect("(");
        var query = subQuery.get();
        tokens.expect(")");
        return new TableCommand.AppendColumns(overrides, most, query);
    }

    private boolean flag() {
        tokens.expect("=");
        if (tokens.acceptWord("true")) {
            return true;
        }
        tokens.expectWord("false");
        return false;
    }

    private int number(int least, int most) {
        var token = tokens.expect(Kind.NUMBER);
        var text = token.text();
        var number =
                text.length() < 9 && text.chars().allMatch(Character::isDigit)
                        ? Integer.parseInt(text)
                        : -1;
        if (number < least || number > most) {
            throw tokens.unexpected(token);
        }
        return number;
    }

    private List<String> someNames() {
        var names = names();
        if (names.isEmpty()) {
            throw tokens.unexpected(tokens.peek());
        }
        return names;
    }

    /// Up to the end of the command, with commas or without; a star may be part of one.
    private List<String> names() {
        var names = new ArrayList<String>();
        while (isName()) {
            names.add(nameOrWildcard());
            checkNames(names.size());
            if (tokens.accept(",") && !isName()) {
                throw tokens.unexpected(tokens.peek());
            }
        }
        return List.copyOf(names);
    }

    private boolean isName() {
        var next = tokens.peek();
        return next.kind() == Kind.NAME || next.kind() == Kind.QUOTED_NAME || next.is("*");
    }

    private String nameOrWildcard() {
        var text = new StringBuilder(tokens.next().text());
        while (isName() && tokens.peek().start() == tokens.lastEnd()) {
            text.append(tokens.next().text());
        }
        return text.toString();
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
}
