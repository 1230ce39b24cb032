package io.pharos.metrics.search;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// A bare word of a search, and how it is found. AWS: texts are cut into words where something is neither
/// letter nor digit, between letters and digits, and at the humps of camel case (`HTTPCode` is HTTP, Code).
/// What is looked for may span words that follow each other but must not split one: `customcount` is in
/// `CustomCount1`, `cou` is not in `Count`. Case does not matter.
///
/// Remembers some texts, because most of those of many series are the same few names. For one search.
public final class Words {
    /// Few, because a search may have hundreds of terms.
    private static final int REMEMBERED = 256;

    private final List<String> parts;
    private final @Nullable Judged[] remembered = new Judged[REMEMBERED];

    private record Judged(String text, boolean areIn) {}

    private Words(List<String> parts) {
        this.parts = parts;
    }

    /// What lies between the punctuation of the term, in lower case; never empty.
    public List<String> parts() {
        return parts;
    }

    /// @throws IllegalArgumentException when the term has neither letter nor digit
    public static Words of(String term) {
        var parts = new ArrayList<String>();
        var part = new StringBuilder();
        for (var i = 0; i <= term.length(); i++) {
            if (i < term.length() && Character.isLetterOrDigit(term.charAt(i))) {
                part.append(Character.toLowerCase(term.charAt(i)));
            } else if (!part.isEmpty()) {
                parts.add(part.toString());
                part.setLength(0);
            }
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("no word");
        }
        return new Words(List.copyOf(parts));
    }

    /// Whether a word ends before the i-th character.
    private static boolean isCut(String text, int i) {
        var before = text.charAt(i - 1);
        var after = text.charAt(i);
        if (!Character.isLetterOrDigit(before) || !Character.isLetterOrDigit(after)) {
            return true; // i|-|1
        }
        if (Character.isDigit(before) != Character.isDigit(after)) {
            return true; // Count|1
        }
        if (!Character.isUpperCase(after)) {
            // HTTP|Code
            return false;
        }
        return !Character.isUpperCase(before) // custom|Count
                || (i + 1 < text.length() && Character.isLowerCase(text.charAt(i + 1)));
    }

    boolean areIn(String text) {
        var slot = text.hashCode() & REMEMBERED - 1;
        var before = remembered[slot];
        if (before != null && before.text().equals(text)) {
            return before.areIn();
        }
        var judged = new Judged(text, judge(text));
        remembered[slot] = judged;
        return judged.areIn();
    }

    /// Makes no copies: a search looks at every text of every series.
    private boolean judge(String text) {
        for (var word = wordFrom(text, 0); word < text.length(); ) {
            if (areAt(text, word)) {
                return true;
            }
            word = wordFrom(text, endOf(text, word));
        }
        return false;
    }

    /// Where the first word at or behind a place begins; the text's length without any.
    static int wordFrom(String text, int at) {
        var word = at;
        while (word < text.length() && !Character.isLetterOrDigit(text.charAt(word))) {
            word++;
        }
        return word;
    }

    /// Where the word ends that begins at a place.
    static int endOf(String text, int word) {
        var end = word + 1;
        while (end < text.length() && !isCut(text, end)) {
            end++;
        }
        return end;
    }

    private boolean areAt(String text, int first) {
        var word = first;
        for (var part : parts) {
            var done = 0;
            while (done < part.length()) {
                if (word == text.length()
                        || Character.toLowerCase(text.charAt(word)) != part.charAt(done)) {
                    return false;
                }
                var end = endOf(text, word);
                if (!isPart(text, word, end, part, done)) {
                    return false;
                }
                done += end - word;
                word = wordFrom(text, end);
            }
        }
        return true;
    }

    private static boolean isPart(String text, int from, int to, String part, int at) {
        if (to - from > part.length() - at) {
            return false;
        }
        for (var i = from; i < to; i++) {
            if (Character.toLowerCase(text.charAt(i)) != part.charAt(at + i - from)) {
                return false;
            }
        }
        return true;
    }
}
