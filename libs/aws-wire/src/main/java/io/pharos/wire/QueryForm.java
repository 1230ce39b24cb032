package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// `application/x-www-form-urlencoded` parameters and the tree their dotted names span:
/// `MetricData.member.1.Dimensions.member.2.Name=host`.
final class QueryForm {
    private QueryForm() {}

    /// A name's value and what hangs below the name.
    static final class Node {
        private @Nullable String value;
        private Map<String, Node> children = Map.of();

        @Nullable String value() {
            return value;
        }

        Map<String, Node> children() {
            return children;
        }

        @Nullable Node child(String name) {
            return children.get(name);
        }

        private Node grow(String name) {
            if (children.isEmpty()) {
                children = new LinkedHashMap<>(8);
            }
            return children.computeIfAbsent(name, _ -> new Node());
        }
    }

    /// Bytes of a body as one character each: names and values are decoded to UTF-8 one by one.
    static String ofBody(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    /// The tree of all parameters. A name given twice keeps its last value.
    ///
    /// @throws AwsError for broken percent-encoding, and names that are nested too deep
    static Node parse(String form) {
        var tree = new Tree();
        for (var start = 0; start < form.length(); ) {
            var end = end(form, '&', start, form.length());
            if (end > start) {
                var equals = end(form, '=', start, end);
                var value = equals < end ? decode(form, equals + 1, end) : "";
                tree.node(decode(form, start, equals)).value = value;
            }
            start = end + 1;
        }
        return tree.root;
    }

    /// A tree while it grows. Clients send the members of one structure together, so the structure of
    /// the last name is at hand for the next.
    private static final class Tree {
        private final Node root = new Node();
        private final Budget budget = new Budget();
        private String lastName = "";
        private int lastDot = -1;
        private Node lastParent = root;

        private Node node(String name) {
            var dot = name.lastIndexOf('.');
            if (dot != lastDot || !name.regionMatches(0, lastName, 0, dot + 1)) {
                lastParent = parent(name, dot);
                lastDot = dot;
            }
            lastName = name;
            budget.spend();
            return lastParent.grow(name.substring(dot + 1));
        }

        private Node parent(String name, int end) {
            var node = root;
            var depth = 0;
            for (var start = 0; start < end; ) {
                if (++depth > Tokens.MAX_DEPTH) {
                    throw Malformed.because("The request is nested too deep.");
                }
                budget.spend();
                var dot = end(name, '.', start, end);
                node = node.grow(name.substring(start, dot));
                start = dot + 1;
            }
            return node;
        }
    }

    /// The value of one parameter, without decoding the others. Broken encodings find nothing.
    static Optional<String> find(String form, String name) {
        for (var start = 0; start < form.length(); ) {
            var end = end(form, '&', start, form.length());
            if (end - start > name.length()
                    && form.charAt(start + name.length()) == '='
                    && form.startsWith(name, start)) {
                try {
                    return Optional.of(decode(form, start + name.length() + 1, end));
                } catch (AwsError _) {
                    return Optional.empty();
                }
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    private static int end(String text, char separator, int from, int limit) {
        var at = text.indexOf(separator, from, limit);
        return at < 0 ? limit : at;
    }

    /// @throws AwsError for broken percent-encoding
    private static String decode(String form, int from, int to) {
        var plain = true;
        for (var i = from; plain && i < to; i++) {
            var c = form.charAt(i);
            plain = c != '%' && c != '+' && c < 0x80;
        }
        if (plain) {
            return form.substring(from, to);
        }
        var bytes = new ByteArrayOutputStream(to - from);
        for (var i = from; i < to; i++) {
            var c = form.charAt(i);
            switch (c) {
                case '+' -> bytes.write(' ');
                case '%' -> {
                    bytes.write(hex(form, i + 1, to) << 4 | hex(form, i + 2, to));
                    i += 2;
                }
                default -> bytes.write(c);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int hex(String form, int at, int to) {
        var digit = at < to ? Character.digit(form.charAt(at), 16) : -1;
        if (digit < 0) {
            throw new AwsError(
                    "MalformedQueryString", 400, "The query string contains a syntax error.");
        }
        return digit;
    }
}
