package io.pharos.metrics.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A bare word of a search, and how it is found. AWS: texts are cut into words where something is neither
/// letter nor digit, between letters and digits, and at the humps of camel case (`HTTPCode` is HTTP, Code).
/// What is looked for may span words that follow each other but must not split one: `customcount` is in
/// `CustomCount1`, `cou` is not in `Count`. Case does not matter.
///
/// @param parts what lies between the punctuation of the term, in lower case; never empty
public record Words(List<String> parts) {
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

    /// The words of a text, in lower case.
    static List<String> cut(String text) {
        var words = new ArrayList<String>();
        var start = 0;
        for (var i = 1; i <= text.length(); i++) {
            if (i == text.length() || isCut(text, i)) {
                if (Character.isLetterOrDigit(text.charAt(start))) {
                    words.add(text.substring(start, i).toLowerCase(Locale.ROOT));
                }
                start = i;
            }
        }
        return words;
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
        var words = cut(text);
        for (var first = 0; first < words.size(); first++) {
            if (areAt(words, first)) {
                return true;
            }
        }
        return false;
    }

    private boolean areAt(List<String> words, int first) {
        var next = first;
        for (var part : parts) {
            var done = 0;
            while (done < part.length()) {
                if (next == words.size() || !part.startsWith(words.get(next), done)) {
                    return false;
                }
                done += words.get(next++).length();
            }
        }
        return true;
    }
}
