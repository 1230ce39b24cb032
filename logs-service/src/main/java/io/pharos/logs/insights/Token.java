package io.pharos.logs.insights;

/// A word of a query.
///
/// @param text of a name or text what it means, without quotes; else as written
record Token(Kind kind, String text, int start, int end) {
    enum Kind {
        NAME,
        QUOTED_NAME,
        NUMBER,
        PERIOD,
        TEXT,
        REGEX,
        SYMBOL,
        END
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isWord(String word) {
        return kind == Kind.NAME && text.equalsIgnoreCase(word);
    }
}
