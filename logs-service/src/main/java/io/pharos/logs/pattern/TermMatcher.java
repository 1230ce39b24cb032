package io.pharos.logs.pattern;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/// Terms anywhere in the message, without word boundaries: all of `required`, none of `excluded`, and
/// one of `optional`, which count only when there is nothing else.
record TermMatcher(List<Term> required, List<Term> excluded, List<Term> optional)
        implements Matcher {
    static final TermMatcher EVERYTHING = new TermMatcher(List.of(), List.of(), List.of());

    /// A text or a regular expression that may occur.
    sealed interface Term {
        boolean occursIn(String message);
    }

    record Text(String text) implements Term {
        @Override
        public boolean occursIn(String message) {
            return message.contains(text);
        }
    }

    /// Quoted blanks: in every message, AWS says.
    record Anything() implements Term {
        @Override
        public boolean occursIn(String message) {
            return true;
        }
    }

    record Regex(PatternRegex regex) implements Term {
        @Override
        public boolean occursIn(String message) {
            return regex.occursIn(message);
        }
    }

    private static final FilterMatch NO_FIELDS =
            new FilterMatch() {
                @Override
                public Map<String, String> fields() {
                    return Map.of();
                }

                @Override
                public @Nullable String value(FieldReference reference) {
                    return null;
                }
            };

    @Override
    public boolean matches(String message) {
        for (var term : required) {
            if (!term.occursIn(message)) {
                return false;
            }
        }
        for (var term : excluded) {
            if (term.occursIn(message)) {
                return false;
            }
        }
        // AWS: `?A ?B C` is `C`.
        if (!required.isEmpty() || !excluded.isEmpty() || optional.isEmpty()) {
            return true;
        }
        for (var term : optional) {
            if (term.occursIn(message)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable FilterMatch match(String message) {
        return matches(message) ? NO_FIELDS : null;
    }

    @Override
    public List<String> requiredTexts() {
        return required.stream()
                .filter(Text.class::isInstance)
                .map(term -> ((Text) term).text())
                .toList();
    }

    @Override
    public int regexCount() {
        return count(required) + count(excluded) + count(optional);
    }

    @Override
    public boolean canRefer(FieldReference reference) {
        return false;
    }

    private static int count(List<Term> terms) {
        return (int) terms.stream().filter(Regex.class::isInstance).count();
    }
}
