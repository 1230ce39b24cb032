package io.pharos.logs.insights.plan;

import java.util.regex.Pattern;

/// Texts with what changes from one to the next replaced by what it is: `took <Number-1> ms`.
final class PatternTokens {
    /// AWS: characters of a text that are looked at.
    static final int MAX_LENGTH = 1_500;

    private static final String SEPARATORS = " \t\n\r,;=\"'()[]{}<>|&?!";

    // Linear: each has a fixed length, or one repetition. Tokens are short.
    private static final Pattern TIME =
            Pattern.compile(
                    "\\d{4}-\\d\\d-\\d\\d(T.*)?|\\d\\d:\\d\\d(:\\d\\d([.,]\\d+)?)?Z?"
                            + "|\\d{1,4}/[\\dA-Za-z]{2,3}/\\d{2,4}.*");
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}(:\\d+)?");
    private static final Pattern UUID =
            Pattern.compile(
                    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+([.,]\\d+)*%?");

    private PatternTokens() {}

    static String pattern(String text) {
        var end = Math.min(MAX_LENGTH, text.length());
        var out = new StringBuilder(end);
        var tokens = 0;
        var at = 0;
        while (at < end) {
            if (isSeparator(text.charAt(at))) {
                out.append(text.charAt(at++));
                continue;
            }
            var start = at;
            while (at < end && !isSeparator(text.charAt(at))) {
                at++;
            }
            // A colon or full stop behind a word belongs to the sentence.
            var last = at;
            while (last > start + 1 && ".:".indexOf(text.charAt(last - 1)) >= 0) {
                last--;
            }
            var token = text.substring(start, last);
            var kind = kind(token);
            if (kind.isEmpty()) {
                out.append(token);
            } else {
                out.append('<').append(kind).append('-').append(++tokens).append('>');
            }
            out.append(text, last, at);
        }
        return out.toString();
    }

    /// Empty: it stays as it is.
    private static String kind(String token) {
        var hasDigit = token.chars().anyMatch(c -> c >= '0' && c <= '9');
        if (!hasDigit) {
            return "";
        }
        if (NUMBER.matcher(token).matches()) {
            return "Number";
        }
        if (ADDRESS.matcher(token).matches()) {
            return "IP";
        }
        if (TIME.matcher(token).matches()) {
            return "Time";
        }
        return UUID.matcher(token).matches() ? "UUID" : "Token";
    }

    private static boolean isSeparator(char c) {
        return SEPARATORS.indexOf(c) >= 0;
    }
}
