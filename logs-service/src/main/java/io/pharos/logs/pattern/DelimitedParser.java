package io.pharos.logs.pattern;

import io.pharos.logs.pattern.DelimitedMatcher.Comparison;
import io.pharos.logs.pattern.DelimitedMatcher.Condition;
import io.pharos.logs.pattern.DelimitedMatcher.Slot;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// `[ip, user, ..., status_code = 4* || status_code = 500, bytes > 1000]`.
final class DelimitedParser {
    /// AWS: regular expressions in one pattern.
    static final int MAX_REGEXES = 2;

    private final PatternReader reader;
    private int regexes;

    private DelimitedParser(PatternReader reader) {
        this.reader = reader;
    }

    static DelimitedMatcher parse(String text) {
        if (!text.endsWith("]")) {
            throw PatternFault.invalid();
        }
        var parser = new DelimitedParser(new PatternReader(text, 1, text.length() - 1));
        return parser.slots();
    }

    private DelimitedMatcher slots() {
        var slots = new ArrayList<Slot>();
        var ellipsis = -1;
        reader.skipBlanks();
        if (reader.atEnd()) {
            return DelimitedMatcher.ANY_LINE; // []
        }
        while (true) {
            reader.skipBlanks();
            if (reader.accept("...")) {
                if (ellipsis >= 0) {
                    throw PatternFault.invalid();
                }
                ellipsis = slots.size();
            } else {
                slots.add(slot());
            }
            reader.skipBlanks();
            if (reader.atEnd()) {
                return new DelimitedMatcher(slots, ellipsis, regexes);
            }
            reader.expect(",");
        }
    }

    private Slot slot() {
        if (reader.atEnd() || reader.peek() == ',') {
            return Slot.UNNAMED;
        }
        var name = name();
        var choices = new ArrayList<List<Condition>>();
        choices.add(all(name));
        while (accept("||")) {
            expectName(name);
            choices.add(all(name));
        }
        return new Slot(name, List.copyOf(choices));
    }

    /// `status >= 400 && status < 500`, its first name already read.
    private List<Condition> all(String name) {
        var conditions = new ArrayList<Condition>();
        condition(conditions);
        while (accept("&&")) {
            expectName(name);
            condition(conditions);
        }
        return List.copyOf(conditions);
    }

    private void condition(List<Condition> conditions) {
        var comparison = comparison();
        if (comparison == null) {
            return; // the bare name: anything
        }
        reader.skipBlanks();
        if (reader.peek() == '%') { // url = %/part/[0-9]+$%
            if (++regexes > MAX_REGEXES || comparison.isOrder()) {
                throw PatternFault.invalid();
            }
            var regex = PatternRegex.of(reader.regex());
            conditions.add(new DelimitedMatcher.Search(regex, comparison == Comparison.EQUAL));
            return;
        }
        var value =
                reader.peek() == '"'
                        ? reader.quoted() // request = "GET /a.html HTTP/1.0"
                        : reader.run(DelimitedParser::isBare); // status = 4*
        if (comparison.isOrder()) {
            conditions.add(new DelimitedMatcher.Order(comparison, Numbers.parse(value)));
        } else if (value.isEmpty()) {
            throw PatternFault.invalid();
        } else {
            var operand = TextOperand.of(value);
            conditions.add(new DelimitedMatcher.Text(operand, comparison == Comparison.EQUAL));
        }
    }

    private @Nullable Comparison comparison() {
        reader.skipBlanks();
        for (var comparison : Comparison.values()) {
            if (reader.accept(comparison.sign())) {
                return comparison;
            }
        }
        return null;
    }

    private String name() {
        reader.skipBlanks();
        var name = reader.run(c -> Character.isLetterOrDigit(c) || c == '_');
        if (name.isEmpty() || !Character.isLetter(name.charAt(0))) {
            throw PatternFault.invalid();
        }
        return name;
    }

    /// A slot's conditions speak of that slot only.
    private void expectName(String name) {
        if (!name().equals(name)) {
            throw PatternFault.invalid();
        }
    }

    private boolean accept(String operator) {
        reader.skipBlanks();
        return reader.accept(operator);
    }

    private static boolean isBare(int c) {
        return !Character.isWhitespace(c) && ",]\"&|".indexOf(c) < 0;
    }
}
