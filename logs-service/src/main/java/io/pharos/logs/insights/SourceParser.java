package io.pharos.logs.insights;

import io.pharos.logs.insights.Token.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `SOURCE "a", "b" START=0 END=9`, `SOURCE logGroups(namePrefix: ["a"])`: behind its first word.
final class SourceParser {
    /// AWS: prefixes in one SOURCE.
    static final int MAX_PREFIXES = 5;

    private static final int MAX_NAMES = 50;
    private static final int MAX_TIME_DIGITS = 16;

    private final Tokens tokens;
    private final List<String> names = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();

    SourceParser(Tokens tokens) {
        this.tokens = tokens;
    }

    Command.Source source() {
        var first = tokens.peek();
        if (tokens.acceptWord("logGroups")) {
            logGroups();
        } else {
            do {
                names.add(text());
            } while (tokens.accept(","));
        }
        if (names.size() > MAX_NAMES || prefixes.size() > MAX_PREFIXES) {
            throw QueryFault.at(
                    first.start(), tokens.lastEnd(), "SOURCE names too many log groups");
        }
        Long start = null;
        Long end = null;
        for (var more = true; more; ) {
            if (start == null && tokens.acceptWord("START")) {
                start = time();
            } else if (end == null && tokens.acceptWord("END")) {
                end = time();
            } else {
                more = false;
            }
        }
        return new Command.Source(List.copyOf(names), List.copyOf(prefixes), start, end);
    }

    private void logGroups() {
        tokens.expect("(");
        if (tokens.accept(")")) {
            prefixes.add(""); // all
            return;
        }
        do {
            var member = tokens.expect(Kind.NAME);
            tokens.expect(":");
            var values = list();
            switch (member.text().toLowerCase(Locale.ROOT)) {
                case "nameprefix" -> prefixes.addAll(values);
                case "loggroupidentifier" -> names.addAll(values);
                case "class" -> {
                    if (!values.equals(List.of("STANDARD"))) {
                        throw QueryFault.at(
                                member.start(),
                                tokens.lastEnd(),
                                "Log groups have the class STANDARD here");
                    }
                }
                default ->
                        throw QueryFault.at(
                                member.start(),
                                tokens.lastEnd(),
                                member.text() + " is not supported in SOURCE");
            }
        } while (tokens.accept(","));
        tokens.expect(")");
        if (names.isEmpty() && prefixes.isEmpty()) {
            prefixes.add("");
        }
    }

    private List<String> list() {
        tokens.expect("[");
        var values = new ArrayList<String>();
        do {
            values.add(text());
        } while (tokens.accept(","));
        tokens.expect("]");
        return values;
    }

    private String text() {
        return tokens.expect(Kind.TEXT).text();
    }

    /// Milliseconds since 1970.
    private long time() {
        tokens.expect("=");
        var number = tokens.expect(Kind.NUMBER);
        if (number.text().length() > MAX_TIME_DIGITS
                || !number.text().chars().allMatch(Character::isDigit)) {
            throw tokens.unexpected(number);
        }
        return Long.parseLong(number.text());
    }
}
