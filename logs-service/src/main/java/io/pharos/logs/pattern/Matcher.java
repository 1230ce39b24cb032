package io.pharos.logs.pattern;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A compiled pattern of one mode. Immutable.
sealed interface Matcher permits TermMatcher, DelimitedMatcher, JsonMatcher {
    boolean matches(String message);

    @Nullable FilterMatch match(String message);

    int regexCount();

    /// Texts that every matching message contains, as far as they are known.
    default List<String> requiredTexts() {
        return List.of();
    }

    boolean canRefer(FieldReference reference);
}
