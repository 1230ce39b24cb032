package io.pharos.metrics.promql;

/// A word of a query.
///
/// @param text of a string: its value; else as written
/// @param position of its first character
record Token(Kind kind, String text, int position) {
    enum Kind {
        NAME,
        NUMBER,
        DURATION,
        STRING,
        /// `+ - * / % ^ == != > >= < <= =~ !~ = ( ) { } [ ] : , @`
        SIGN,
        END
    }

    boolean is(String sign) {
        return kind == Kind.SIGN && text.equals(sign);
    }

    boolean isWord(String word) {
        return kind == Kind.NAME && text.equalsIgnoreCase(word);
    }
}
