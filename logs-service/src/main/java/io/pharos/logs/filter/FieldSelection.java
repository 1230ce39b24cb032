package io.pharos.logs.filter;

import io.pharos.logs.LogsError;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// `fieldSelectionCriteria` of a filter: a boolean expression over where events come from, with `=`, `!=`,
/// `IN`, `NOT IN`, `AND`, `OR` and parentheses, as in `@aws.region = "eu-west-1" AND @aws.account NOT IN ["1"]`.
/// Events of a group all come from its own account and region, so it holds for all of them or for none.
public final class FieldSelection {
    static final int MAX_LENGTH = 2000;

    /// Parentheses within each other.
    static final int MAX_DEPTH = 20;

    private static final String ACCOUNT = "@aws.account";
    private static final String REGION = "@aws.region";
    private static final Set<String> FIELDS = Set.of(ACCOUNT, REGION);
    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(?:(@[\\w.]+)|\"([^\"]*)\"|'([^']*)'|(!=|[=()\\[\\],])|(AND|OR|NOT|IN)\\b)");

    private final List<Token> tokens;
    private final Tenant tenant;
    private int at;

    private record Token(Kind kind, String text) {}

    private enum Kind {
        FIELD,
        VALUE,
        SIGN,
        END
    }

    private FieldSelection(List<Token> tokens, Tenant tenant) {
        this.tokens = tokens;
        this.tenant = tenant;
    }

    /// @throws RuntimeException AWS's error when it is none
    public static void check(@Nullable String criteria, Tenant tenant) {
        Constraints.check()
                .length("fieldSelectionCriteria", criteria, 0, MAX_LENGTH)
                .orThrow(LogsError::invalid);
        covers(criteria, tenant);
    }

    /// Whether the events of this account and region are selected; all are when nothing is said.
    ///
    /// @throws RuntimeException AWS's error when it is none
    public static boolean covers(@Nullable String criteria, Tenant tenant) {
        if (criteria == null || criteria.isBlank()) {
            return true;
        }
        var parser = new FieldSelection(tokens(criteria), tenant);
        var covers = parser.either(0);
        parser.take(Kind.END, "");
        return covers;
    }

    private static List<Token> tokens(String criteria) {
        var text = criteria.stripTrailing();
        var tokens = new ArrayList<Token>();
        var matcher = TOKEN.matcher(text);
        var at = 0;
        while (at < text.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                throw invalid();
            }
            if (matcher.group(1) != null) {
                tokens.add(new Token(Kind.FIELD, matcher.group(1)));
            } else if (matcher.group(2) != null) {
                tokens.add(new Token(Kind.VALUE, matcher.group(2)));
            } else if (matcher.group(3) != null) {
                tokens.add(new Token(Kind.VALUE, matcher.group(3)));
            } else {
                tokens.add(new Token(Kind.SIGN, matcher.group().strip()));
            }
            at = matcher.end();
        }
        tokens.add(new Token(Kind.END, ""));
        return tokens;
    }

    private boolean either(int depth) {
        var holds = both(depth);
        while (takeIf("OR")) {
            holds |= both(depth);
        }
        return holds;
    }

    private boolean both(int depth) {
        var holds = one(depth);
        while (takeIf("AND")) {
            holds &= one(depth);
        }
        return holds;
    }

    private boolean one(int depth) {
        if (takeIf("(")) {
            if (depth == MAX_DEPTH) {
                throw invalid();
            }
            var holds = either(depth + 1);
            take(Kind.SIGN, ")");
            return holds;
        }
        var field = take(Kind.FIELD, "");
        if (!FIELDS.contains(field)) {
            throw LogsError.invalid("'" + field + "' is no system field.");
        }
        var value = field.equals(ACCOUNT) ? tenant.account() : tenant.region();
        if (takeIf("=")) {
            return take(Kind.VALUE, "").equals(value);
        }
        if (takeIf("!=")) {
            return !take(Kind.VALUE, "").equals(value);
        }
        var not = takeIf("NOT");
        take(Kind.SIGN, "IN");
        return list().contains(value) != not;
    }

    private List<String> list() {
        take(Kind.SIGN, "[");
        var values = new ArrayList<String>();
        do {
            values.add(take(Kind.VALUE, ""));
        } while (takeIf(","));
        take(Kind.SIGN, "]");
        return values;
    }

    private boolean takeIf(String sign) {
        var next = tokens.get(at);
        if (next.kind() == Kind.SIGN && next.text().equals(sign)) {
            at++;
            return true;
        }
        return false;
    }

    private String take(Kind kind, String sign) {
        var next = tokens.get(at);
        if (next.kind() != kind || (kind == Kind.SIGN && !next.text().equals(sign))) {
            throw invalid();
        }
        at++;
        return next.text();
    }

    private static RuntimeException invalid() {
        return LogsError.invalid("Invalid fieldSelectionCriteria");
    }
}
