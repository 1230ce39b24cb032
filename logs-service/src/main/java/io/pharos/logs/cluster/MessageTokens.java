package io.pharos.logs.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Cuts texts into tokens: what changes from one text to the next is told by its kind, a number, an
/// address, a time, an id; separators are tokens, too.
public final class MessageTokens {
    /// AWS: characters of a text that are looked at.
    public static final int MAX_LENGTH = 1_500;

    private static final String SEPARATORS = " \t\n\r,;=\"'()[]{}<>|&?!";
    private static final String SENTENCE = ".:";
    private static final int LONGEST_TOKEN = 256;

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

    private MessageTokens() {}

    /// A part of a text.
    ///
    /// @param kind what it is when it changes: `Number`, `IP`, `Time`, `UUID`, `Token`; empty: it stays
    public record Token(String text, String kind, boolean isSeparator) {
        public boolean isDynamic() {
            return !kind.isEmpty();
        }
    }

    private interface Sink {
        void separator(char c);

        void token(String text, String kind);
    }

    /// The same for all texts that differ in what changes only: `took <Number> ms`.
    public static String key(String text) {
        var out = new StringBuilder(Math.min(MAX_LENGTH, text.length()));
        scan(
                text,
                new Sink() {
                    @Override
                    public void separator(char c) {
                        out.append(c);
                    }

                    @Override
                    public void token(String token, String kind) {
                        if (kind.isEmpty()) {
                            out.append(token);
                        } else {
                            out.append('\u0001').append(kind).append('\u0001');
                        }
                    }
                });
        return out.toString();
    }

    public static List<Token> tokens(String text) {
        var tokens = new ArrayList<Token>();
        scan(
                text,
                new Sink() {
                    @Override
                    public void separator(char c) {
                        tokens.add(new Token(String.valueOf(c), "", true));
                    }

                    @Override
                    public void token(String token, String kind) {
                        tokens.add(new Token(token, kind, false));
                    }
                });
        return tokens;
    }

    /// The tokens that a [key][#key(String)] stands for; those that change have no text.
    public static List<Token> ofKey(String key) {
        var tokens = new ArrayList<Token>();
        var at = 0;
        while (at < key.length()) {
            var c = key.charAt(at);
            if (c == '\u0001') {
                var end = key.indexOf('\u0001', at + 1);
                tokens.add(new Token("", key.substring(at + 1, end), false));
                at = end + 1;
            } else if (isSeparator(c) || SENTENCE.indexOf(c) >= 0) {
                tokens.add(new Token(String.valueOf(c), "", true));
                at++;
            } else {
                var start = at;
                while (at < key.length()
                        && key.charAt(at) != '\u0001'
                        && !isSeparator(key.charAt(at))
                        && SENTENCE.indexOf(key.charAt(at)) < 0) {
                    at++;
                }
                tokens.add(new Token(key.substring(start, at), "", false));
            }
        }
        return tokens;
    }

    private static void scan(String text, Sink sink) {
        var end = Math.min(MAX_LENGTH, text.length());
        var at = 0;
        while (at < end) {
            var c = text.charAt(at);
            if (isSeparator(c) || SENTENCE.indexOf(c) >= 0) {
                sink.separator(c);
                at++;
                continue;
            }
            var start = at;
            while (at < end && !isSeparator(text.charAt(at))) {
                at++;
            }
            // A colon or full stop behind a word belongs to the sentence.
            var last = at;
            while (last > start + 1 && SENTENCE.indexOf(text.charAt(last - 1)) >= 0) {
                last--;
            }
            var token = clean(text.substring(start, last));
            var kind = kind(token);
            if (kind.isEmpty()) {
                words(token, sink);
            } else {
                sink.token(token, kind);
            }
            for (var i = last; i < at; i++) {
                sink.separator(text.charAt(i));
            }
        }
    }

    /// `a.b:c` has three words.
    private static void words(String token, Sink sink) {
        var start = 0;
        for (var i = 0; i <= token.length(); i++) {
            if (i == token.length() || SENTENCE.indexOf(token.charAt(i)) >= 0) {
                if (i > start) {
                    sink.token(token.substring(start, i), "");
                }
                if (i < token.length()) {
                    sink.separator(token.charAt(i));
                }
                start = i + 1;
            }
        }
    }

    /// The mark of keys can not be part of a text's own words.
    private static String clean(String token) {
        return token.indexOf('\u0001') < 0 ? token : token.replace('\u0001', ' ');
    }

    /// Empty: it stays as it is.
    private static String kind(String token) {
        var hasDigit = token.chars().anyMatch(c -> c >= '0' && c <= '9');
        if (!hasDigit) {
            return "";
        }
        if (token.length() > LONGEST_TOKEN) {
            return "Token";
        }
        if (ADDRESS.matcher(token).matches()) {
            return "IP";
        }
        if (NUMBER.matcher(token).matches()) {
            return "Number";
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
