package io.pharos.logs.insights;

import io.pharos.logs.insights.Token.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `SOURCE "a", "b" START=0 END=9`, `SOURCE logGroups(namePrefix: ["a"]) START=-1d`: behind its first
/// word.
final class SourceParser {
    /// AWS: prefixes in one SOURCE.
    static final int MAX_PREFIXES = 5;

    private static final int MAX_NAMES = 50;
    private static final int MAX_ACCOUNTS = 20;
    private static final int MAX_TIME_DIGITS = 16;

    private final Tokens tokens;
    private static final List<String> CLASSES = List.of("STANDARD", "INFREQUENT_ACCESS");

    private final List<String> names = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private final List<String> accounts = new ArrayList<>();
    private String logGroupClass = CLASSES.getFirst();

    SourceParser(Tokens tokens) {
        this.tokens = tokens;
    }

    Command.Source source() {
        var first = tokens.peek();
        if (tokens.acceptWord("logGroups")) {
            logGroups();
        } else {
            do {
                names.add(name());
            } while (tokens.accept(","));
        }
        if (names.size() > MAX_NAMES
                || prefixes.size() > MAX_PREFIXES
                || accounts.size() > MAX_ACCOUNTS) {
            throw QueryFault.at(
                    first.start(), tokens.lastEnd(), "SOURCE names too many log groups");
        }
        Command.Time start = null;
        Command.Time end = null;
        for (var more = true; more; ) {
            if (start == null && tokens.acceptWord("START")) {
                start = time();
            } else if (end == null && tokens.acceptWord("END")) {
                end = time();
            } else {
                more = false;
            }
        }
        return new Command.Source(
                List.copyOf(names),
                List.copyOf(prefixes),
                List.copyOf(accounts),
                logGroupClass,
                start,
                end);
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
                case "accountidentifiers" -> accounts.addAll(values);
                case "class" -> {
                    if (values.size() != 1 || !CLASSES.contains(values.getFirst())) {
                        throw QueryFault.at(
                                member.start(),
                                tokens.lastEnd(),
                                "Log groups have one class of " + CLASSES);
                    }
                    logGroupClass = values.getFirst();
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

    /// A group's name needs no quotes when it has letters only.
    private String name() {
        return tokens.peek().kind() == Kind.NAME ? tokens.next().text() : text();
    }

    /// `1714564800000`, `now`, `-1d`
    private Command.Time time() {
        tokens.expect("=");
        if (tokens.acceptWord("now")) {
            return new Command.Time(0, true);
        }
        if (tokens.accept("-")) {
            var length = tokens.expect(Kind.PERIOD);
            var period = Period.parse(length.text());
            if (period == null) {
                throw tokens.unexpected(length);
            }
            return new Command.Time(-period.approximateMs(), true);
        }
        var number = tokens.expect(Kind.NUMBER);
        if (number.text().length() > MAX_TIME_DIGITS
                || !number.text().chars().allMatch(Character::isDigit)) {
            throw tokens.unexpected(number);
        }
        return new Command.Time(Long.parseLong(number.text()), false);
    }
}
