package io.pharos.logs.pattern;

/// Text that a condition compares with; `*` stands for anything, but only at the beginning and the
/// end: `*.html`, `4*`, `*Unauthorized*`, `*`. Elsewhere it is a star.
record TextOperand(String needle, boolean openStart, boolean openEnd) {
    static TextOperand of(String text) {
        var openStart = text.startsWith("*");
        var openEnd = text.endsWith("*");
        var from = openStart ? 1 : 0;
        var to = Math.max(from, text.length() - (openEnd ? 1 : 0));
        return new TextOperand(text.substring(from, to), openStart, openEnd);
    }

    boolean accepts(String value) {
        if (openStart && openEnd) {
            return value.contains(needle);
        }
        if (openStart) {
            return value.endsWith(needle);
        }
        return openEnd ? value.startsWith(needle) : value.equals(needle);
    }
}
