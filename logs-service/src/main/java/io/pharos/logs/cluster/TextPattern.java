package io.pharos.logs.cluster;

import io.pharos.logs.cluster.MessageTokens.Token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// What texts have in common: tokens, of which some change.
public record TextPattern(List<Token> tokens) {
    private static final int ID_BYTES = 16;

    /// One for all texts with a [key][MessageTokens#key(String)].
    public static TextPattern ofKey(String key) {
        return new TextPattern(List.copyOf(MessageTokens.ofKey(key)));
    }

    /// What [#ofKey(String)] makes it of again.
    public String key() {
        var out = new StringBuilder();
        for (var token : tokens) {
            out.append(token.isDynamic() ? '\u0001' + token.kind() + '\u0001' : token.text());
        }
        return out.toString();
    }

    /// As the query language shows it: `took <Number-1> ms`.
    public String named() {
        var out = new StringBuilder();
        var dynamic = 0;
        for (var token : tokens) {
            if (token.isDynamic()) {
                out.append('<').append(token.kind()).append('-').append(++dynamic).append('>');
            } else {
                out.append(token.text());
            }
        }
        return out.toString();
    }

    /// As anomalies show it: `took <*> ms`.
    public String starred() {
        var out = new StringBuilder();
        tokens.forEach(token -> out.append(token.isDynamic() ? "<*>" : token.text()));
        return out.toString();
    }

    /// What matches its texts: `\Qtook \E.*\Q ms\E`.
    public String regex() {
        var out = new StringBuilder();
        var literal = new StringBuilder();
        for (var token : tokens) {
            if (token.isDynamic()) {
                quote(literal, out);
                out.append(".*");
            } else {
                literal.append(token.text());
            }
        }
        quote(literal, out);
        return out.toString();
    }

    private static void quote(StringBuilder literal, StringBuilder out) {
        if (!literal.isEmpty()) {
            out.append("\\Q")
                    .append(literal.toString().replace("\\E", "\\E\\\\E\\Q"))
                    .append("\\E");
            literal.setLength(0);
        }
    }

    /// 32 hexadecimal digits, always the same for a pattern.
    public String id() {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(starred().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// AWS: by the words that it has.
    public Severity severity() {
        var error = false;
        var warning = false;
        for (var token : tokens) {
            error |= has(token.text(), "error");
            warning |= has(token.text(), "warn");
        }
        return error ? Severity.ERROR : warning ? Severity.WARN : Severity.INFO;
    }

    /// What the words of a pattern say of it.
    public enum Severity {
        ERROR,
        WARN,
        INFO
    }

    private static boolean has(String text, String word) {
        for (var i = 0; i + word.length() <= text.length(); i++) {
            if (text.regionMatches(true, i, word, 0, word.length())) {
                return true;
            }
        }
        return false;
    }

    int words() {
        return (int) tokens.stream().filter(token -> !token.isSeparator()).count();
    }

    /// How many words are the same; negative: they can not have a pattern in common.
    int alike(TextPattern other) {
        if (tokens.size() != other.tokens.size()) {
            return -1;
        }
        var same = 0;
        var isFirst = true;
        for (var i = 0; i < tokens.size(); i++) {
            var one = tokens.get(i);
            var two = other.tokens.get(i);
            if (one.isSeparator() || two.isSeparator()) {
                if (!one.equals(two)) {
                    return -1;
                }
                continue;
            }
            var isSame = isSame(one, two);
            if (isFirst && !isSame) {
                return -1;
            }
            isFirst = false;
            same += isSame ? 1 : 0;
        }
        return same;
    }

    private static boolean isSame(Token one, Token two) {
        return one.isDynamic() || two.isDynamic()
                ? one.kind().equals(two.kind())
                : one.text().equals(two.text());
    }

    /// What both have in common.
    TextPattern with(TextPattern other) {
        var common = new ArrayList<Token>(tokens.size());
        for (var i = 0; i < tokens.size(); i++) {
            var one = tokens.get(i);
            var same = one.isSeparator() || isSame(one, other.tokens.get(i));
            common.add(same ? one : new Token("", "Token", false));
        }
        return new TextPattern(List.copyOf(common));
    }

    /// Whether all of another one's texts are its own, too.
    boolean covers(TextPattern other) {
        for (var i = 0; i < tokens.size(); i++) {
            var one = tokens.get(i);
            var two = other.tokens.get(i);
            var isWide = one.kind().equals("Token") && !two.isSeparator();
            if (!isWide && !(one.isSeparator() ? one.equals(two) : isSame(one, two))) {
                return false;
            }
        }
        return true;
    }
}
