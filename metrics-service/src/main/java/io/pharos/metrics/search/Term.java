package io.pharos.metrics.search;

/// What a text must be like to be found.
public sealed interface Term {
    boolean matches(String text);

    /// `"CPUUtilization"`: the whole text, letter for letter.
    record Exact(String text) implements Term {
        @Override
        public boolean matches(String other) {
            return text.equals(other);
        }
    }

    /// `cpu`: some words of the text, in any case; see [Words].
    record Bare(Words words) implements Term {
        @Override
        public boolean matches(String text) {
            return words.areIn(text);
        }
    }
}
