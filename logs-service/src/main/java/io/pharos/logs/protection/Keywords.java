package io.pharos.logs.protection;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// Words of which one must stand near a value. Case does not matter; where a keyword has a blank, text
/// may have `_`, `-` or nothing. A keyword is no part of a longer word.
final class Keywords {
    /// AWS: characters between a keyword and its value.
    static final int MAX_DISTANCE = 30;

    private final byte[][] words;
    private final boolean[] firsts = new boolean[256];

    Keywords(List<String> words) {
        this.words =
                words.stream()
                        .map(word -> word.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new);
        for (var word : this.words) {
            firsts[word[0] & 0xFF] = true;
        }
    }

    /// Where keywords stand.
    void find(byte[] text, int from, int to, Spans into) {
        for (var at = from; at < to; at++) {
            var isStart = at == from || !Ascii.isAlphanumeric(text[at - 1]);
            if (isStart && firsts[Ascii.lower(text[at]) & 0xFF]) {
                var end = longest(text, at, to);
                if (end > 0) {
                    into.add(at, end);
                }
            }
        }
    }

    private int longest(byte[] text, int at, int to) {
        var longest = -1;
        for (var word : words) {
            longest = Math.max(longest, end(word, text, at, to));
        }
        return longest;
    }

    private static int end(byte[] word, byte[] text, int from, int to) {
        var at = from;
        for (var letter : word) {
            if (letter == ' ') {
                if (at < to && (text[at] == ' ' || text[at] == '_' || text[at] == '-')) {
                    at++;
                }
            } else if (at < to && Ascii.lower(text[at]) == letter) {
                at++;
            } else {
                return -1;
            }
        }
        var isEnd =
                at == to
                        || !Ascii.isAlphanumeric(text[at])
                        || !Ascii.isAlphanumeric(word[word.length - 1]);
        return isEnd ? at : -1;
    }
}
