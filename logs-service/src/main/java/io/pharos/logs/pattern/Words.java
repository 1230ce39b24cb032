package io.pharos.logs.pattern;

import java.util.Arrays;

/// The words of a line: separated by blanks; one that starts with `"` or `[` runs to the closing mark,
/// which may stand after blanks. A mark that nothing closes is a character like others.
public final class Words {
    private static final int FEW = 16;
    private static final int PARTS = 3;

    private final String line;

    /// For each word: where it starts, where its text starts, where its text ends.
    private int[] bounds = new int[PARTS * FEW];

    private int count;

    private Words(String line) {
        this.line = line;
    }

    /// At most the first `limit` words.
    public static Words of(String line, int limit) {
        var words = new Words(line);
        // Once a mark is not closed, none after it is: both searches stay linear in the line.
        var quotes = true;
        var brackets = true;
        var at = skipBlanks(line, 0);
        while (at < line.length() && words.count < limit) {
            var first = line.charAt(at);
            var close = -1;
            if (first == '"' && quotes) {
                close = line.indexOf('"', at + 1);
                quotes = close >= 0;
            } else if (first == '[' && brackets) {
                close = line.indexOf(']', at + 1);
                brackets = close >= 0;
            }
            var end = close >= 0 ? close : wordEnd(line, at);
            words.add(at, close >= 0 ? at + 1 : at, end);
            at = skipBlanks(line, close >= 0 ? end + 1 : end);
        }
        return words;
    }

    public int count() {
        return count;
    }

    /// Without its marks.
    public String text(int word) {
        return line.substring(bounds[PARTS * word + 1], bounds[PARTS * word + 2]);
    }

    /// The line from this word on, as it stands there.
    String remainder(int word) {
        return line.substring(bounds[PARTS * word]).stripTrailing();
    }

    private void add(int start, int from, int to) {
        var at = PARTS * count;
        if (at == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[at] = start;
        bounds[at + 1] = from;
        bounds[at + 2] = to;
        count++;
    }

    private static int wordEnd(String line, int from) {
        var at = from;
        while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int skipBlanks(String line, int from) {
        var at = from;
        while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return at;
    }
}
