package io.pharos.logs.pattern;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Conditions on the words of a line. Without an ellipsis the slots take the first words and the last
/// slot the remainder of the line; with one, slots before it take the first words, slots after it the
/// last.
///
/// @param ellipsis how many slots stand before `...`; -1 when there is none
record DelimitedMatcher(List<Slot> slots, int ellipsis, int regexCount) implements Matcher {
    /// `[]`: every line, all words numbered.
    static final DelimitedMatcher ANY_LINE = new DelimitedMatcher(List.of(), 0, 0);

    /// In the order in which a reader must try the signs.
    enum Comparison {
        NOT_EQUAL("!="),
        AT_LEAST(">="),
        AT_MOST("<="),
        EQUAL("="),
        ABOVE(">"),
        BELOW("<");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }

        boolean isOrder() {
            return this != EQUAL && this != NOT_EQUAL;
        }

        boolean holds(int order) {
            return switch (this) {
                case NOT_EQUAL -> order != 0;
                case AT_LEAST -> order >= 0;
                case AT_MOST -> order <= 0;
                case EQUAL -> order == 0;
                case ABOVE -> order > 0;
                case BELOW -> order < 0;
            };
        }
    }

    sealed interface Condition {
        boolean accepts(String word);
    }

    /// `status = 4*`, `status != 404`.
    record Text(TextOperand operand, boolean wanted) implements Condition {
        @Override
        public boolean accepts(String word) {
            return operand.accepts(word) == wanted;
        }
    }

    /// `url = %/part/[0-9]+$%`.
    record Search(PatternRegex regex, boolean wanted) implements Condition {
        @Override
        public boolean accepts(String word) {
            return regex.occursIn(word) == wanted;
        }
    }

    /// `bytes > 1000`; false when either side is no number.
    record Order(Comparison comparison, double bound) implements Condition {
        @Override
        public boolean accepts(String word) {
            var value = Numbers.parse(word);
            return !Double.isNaN(value)
                    && !Double.isNaN(bound)
                    && comparison.holds(Double.compare(value, bound));
        }
    }

    /// A name and its conditions: one of `choices` must hold, all of its members. An empty name is an
    /// unnamed slot.
    record Slot(String name, List<List<Condition>> choices) {
        static final Slot UNNAMED = new Slot("", List.of());

        boolean isFree() {
            return choices.isEmpty() || choices.stream().anyMatch(List::isEmpty);
        }

        boolean accepts(String word) {
            for (var choice : choices) {
                if (choice.stream().allMatch(condition -> condition.accepts(word))) {
                    return true;
                }
            }
            return choices.isEmpty();
        }
    }

    DelimitedMatcher {
        slots = List.copyOf(slots);
    }

    @Override
    public boolean matches(String message) {
        return words(message) != null;
    }

    @Override
    public @Nullable FilterMatch match(String message) {
        var words = words(message);
        return words == null ? null : new Match(this, words);
    }

    @Override
    public boolean canRefer(FieldReference reference) {
        return reference instanceof FieldReference.Slot(var name)
                && (name.chars().allMatch(Character::isDigit)
                        || slots.stream().anyMatch(slot -> slot.name().equals(name)));
    }

    /// The words of a line that matches; null when it does not.
    private @Nullable Words words(String message) {
        // Without an ellipsis one word more than slots tells that there is a remainder.
        var words = Words.of(message, ellipsis < 0 ? slots.size() + 1 : Integer.MAX_VALUE);
        if (words.count() < slots.size()) {
            return null;
        }
        for (var i = 0; i < slots.size(); i++) {
            if (!slots.get(i).isFree() && !slots.get(i).accepts(textOf(words, i))) {
                return null;
            }
        }
        return words;
    }

    private String textOf(Words words, int slot) {
        var takesRemainder =
                ellipsis < 0 && slot == slots.size() - 1 && words.count() > slots.size();
        return takesRemainder ? words.remainder(slot) : words.text(wordOf(words, slot));
    }

    private int wordOf(Words words, int slot) {
        return ellipsis < 0 || slot < ellipsis ? slot : words.count() - slots.size() + slot;
    }

    /// Texts are cut out only when somebody asks.
    private record Match(DelimitedMatcher pattern, Words words) implements FilterMatch {
        @Override
        public Map<String, String> fields() {
            var fields = new LinkedHashMap<String, String>();
            var slots = pattern.slots();
            var before = pattern.ellipsis() < 0 ? slots.size() : pattern.ellipsis();
            for (var i = 0; i < before; i++) {
                fields.put(name(i, i), pattern.textOf(words, i));
            }
            if (pattern.ellipsis() >= 0) {
                var after = words.count() - (slots.size() - before);
                for (var word = before; word < after; word++) {
                    fields.put("$" + (word + 1), words.text(word));
                }
                for (var i = before; i < slots.size(); i++) {
                    fields.put(name(i, pattern.wordOf(words, i)), pattern.textOf(words, i));
                }
            }
            return fields;
        }

        @Override
        public @Nullable String value(FieldReference reference) {
            if (!(reference instanceof FieldReference.Slot(var name))) {
                return null;
            }
            var slots = pattern.slots();
            for (var i = slots.size() - 1; i >= 0; i--) {
                if (slots.get(i).name().equals(name)) {
                    return pattern.textOf(words, i);
                }
            }
            return name.chars().allMatch(Character::isDigit) ? fields().get("$" + name) : null;
        }

        private String name(int slot, int word) {
            var name = pattern.slots().get(slot).name();
            return "$" + (name.isEmpty() ? String.valueOf(word + 1) : name);
        }
    }
}
