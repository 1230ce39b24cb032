package io.pharos.logs.pattern;

import java.util.ArrayList;

/// `ERROR -"not found" %4[0-9]{2}%` and `?WARN ?FAILED`.
final class TermParser {
    private TermParser() {}

    static TermMatcher parse(String text) {
        var reader = new PatternReader(text, 0, text.length());
        var required = new ArrayList<TermMatcher.Term>();
        var excluded = new ArrayList<TermMatcher.Term>();
        var optional = new ArrayList<TermMatcher.Term>();
        reader.skipBlanks();
        while (!reader.atEnd()) {
            if (reader.accept("-")) {
                excluded.add(term(reader, "-"));
            } else if (reader.accept("?")) {
                optional.add(term(reader, "?"));
            } else {
                required.add(term(reader, ""));
            }
            if (!reader.atEnd() && !Character.isWhitespace(reader.peek())) {
                throw PatternFault.invalid(); // "a""b"
            }
            reader.skipBlanks();
        }
        return new TermMatcher(required, excluded, optional);
    }

    private static TermMatcher.Term term(PatternReader reader, String prefix) {
        return switch (reader.peek()) {
            case '"' -> quoted(reader.quoted()); // "INTERNAL SERVER ERROR"
            case '%' -> new TermMatcher.Regex(PatternRegex.of(reader.regex())); // %4[0-9]{2}%
            default -> word(reader.run(c -> !Character.isWhitespace(c)), prefix); // ERROR
        };
    }

    private static TermMatcher.Term quoted(String text) {
        if (text.isEmpty()) {
            throw PatternFault.term("\"\"");
        }
        return text.isBlank() ? new TermMatcher.Anything() : new TermMatcher.Text(text);
    }

    private static TermMatcher.Term word(String word, String prefix) {
        if (word.isEmpty()) {
            throw PatternFault.term(prefix);
        }
        if (!word.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || c == '_')) {
            throw PatternFault.term(word);
        }
        return new TermMatcher.Text(word);
    }
}
