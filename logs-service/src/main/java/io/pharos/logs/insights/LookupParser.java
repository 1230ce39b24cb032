package io.pharos.logs.insights;

import io.pharos.logs.insights.Command.LookupKey;
import io.pharos.logs.insights.Command.LookupOutput;

import java.util.ArrayList;
import java.util.List;

/// `lookup` and `cidrlookup`, behind their first word.
final class LookupParser {
    private static final int MAX_NAMES = 200;

    private final Tokens tokens;

    LookupParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /// `lookup table column [as field], … OUTPUT column [as field], …`
    Command lookup(int start) {
        var table = name();
        var keys = new ArrayList<LookupKey>();
        do {
            var column = name();
            var field = tokens.acceptWord("as") ? name() : column;
            keys.add(new LookupKey(column.name(), field));
            checkCount(keys);
        } while (tokens.accept(","));
        return outputs(table, false, keys, start);
    }

    /// `cidrlookup table field [as column] OUTPUT column [as field], …`
    Command cidrLookup(int start) {
        var table = name();
        var field = name();
        var column = tokens.acceptWord("as") ? name().name() : null;
        return outputs(table, true, List.of(new LookupKey(column, field)), start);
    }

    private Command outputs(Expr.Field table, boolean isNetwork, List<LookupKey> keys, int start) {
        var onlyMissing = tokens.acceptWord("outputnew");
        if (!onlyMissing) {
            tokens.expectWord("output");
        }
        var outputs = new ArrayList<LookupOutput>();
        do {
            var column = name().name();
            var field = tokens.acceptWord("as") ? name().name() : column;
            outputs.add(new LookupOutput(column, field));
            checkCount(outputs);
        } while (tokens.accept(","));
        return new Command.Lookup(
                table,
                isNetwork,
                List.copyOf(keys),
                List.copyOf(outputs),
                onlyMissing,
                start,
                tokens.lastEnd());
    }

    private Expr.Field name() {
        var token = tokens.next();
        return switch (token.kind()) {
            case NAME, QUOTED_NAME -> new Expr.Field(token.text(), token.start(), token.end());
            case NUMBER, PERIOD, TEXT, REGEX, SYMBOL, END -> throw tokens.unexpected(token);
        };
    }

    private void checkCount(List<?> names) {
        if (names.size() > MAX_NAMES) {
            var next = tokens.peek();
            throw QueryFault.at(next.start(), next.end(), "The query names too many fields");
        }
    }
}
