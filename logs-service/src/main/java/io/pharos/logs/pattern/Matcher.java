package io.pharos.logs.pattern;

import org.jspecify.annotations.Nullable;

/// A compiled pattern of one mode. Immutable.
sealed interface Matcher permits TermMatcher, DelimitedMatcher, JsonMatcher {
    boolean matches(String message);

    @Nullable FilterMatch match(String message);

    int regexCount();

    boolean canRefer(FieldReference reference);
}
