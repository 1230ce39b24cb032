package io.pharos.logs.block;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Tells the fields of a JSON object, all of them in one pass over its bytes, by flattened names. It
/// tells of what is plain JSON only; anything odd is left to whoever looks at the message itself. As
/// queries do, it stops at the 200th field, makes `1` and `0` of booleans and leaves out what is null.
/// For one thread.
final class JsonFields {
    /// AWS: fields discovered in one event.
    static final int MAX_FIELDS = 200;

    private static final int MAX_NESTING = 32;
    private static final byte[] TRUE = {'1'};
    private static final byte[] FALSE = {'0'};

    private final Names names = new Names();
    private final Sink sink;
    private byte[] text = {};
    private int at;
    private int end;
    private int leaves;

    /// Who is told. What was told of a message that turns out to be odd is to be forgotten.
    interface Sink {
        /// @param name see [Names#text(int)]
        void field(int name, byte[] bytes, int start, int end);
    }

    JsonFields(Sink sink) {
        this.sink = sink;
    }

    /// Some bytes were not as expected.
    private static final class Odd extends RuntimeException {
        private static final Odd ONE = new Odd();

        private Odd() {
            super("odd", null, false, false);
        }
    }

    Names names() {
        return names;
    }

    /// @return whether the message was a plain JSON object
    boolean read(byte[] bytes, int start, int until) {
        text = bytes;
        at = start;
        end = until;
        leaves = 0;
        try {
            if (peek() != '{') {
                return false;
            }
            object(Names.ROOT, 0);
            skipBlanks();
            return at == end;
        } catch (Odd | IndexOutOfBoundsException _) {
            return false;
        }
    }

    private void skipBlanks() {
        while (at < end && isBlank(text[at])) {
            at++;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\t' || b == '\r';
    }

    private byte peek() {
        skipBlanks();
        if (at == end) {
            throw Odd.ONE;
        }
        return text[at];
    }

    private void object(int parent, int depth) {
        at++;
        if (peek() == '}') {
            at++;
            return;
        }
        var guess = names.firstOf(parent);
        while (true) {
            if (peek() != '"') {
                throw Odd.ONE;
            }
            var keyStart = at + 1;
            if (skipText()) {
                throw Odd.ONE; // an escaped name
            }
            var name = names.child(parent, guess, text, keyStart, at - 1);
            guess = names.following(name);
            if (peek() != ':') {
                throw Odd.ONE;
            }
            at++;
            value(name, depth);
            if (ends('}')) {
                return;
            }
        }
    }

    private boolean ends(char bracket) {
        var next = peek();
        at++;
        if (next != ',' && next != bracket) {
            throw Odd.ONE;
        }
        return next == bracket;
    }

    private void array(int parent, int depth) {
        at++;
        if (peek() == ']') {
            at++;
            return;
        }
        var guess = names.firstOf(parent);
        for (var index = 0; ; index++) {
            var key = Integer.toString(index).getBytes(StandardCharsets.US_ASCII);
            var name = names.child(parent, guess, key, 0, key.length);
            guess = names.following(name);
            value(name, depth);
            if (ends(']')) {
                return;
            }
        }
    }

    private void value(int name, int depth) {
        switch (peek()) {
            case '{' -> {
                deeper(depth);
                object(name, depth + 1);
            }
            case '[' -> {
                deeper(depth);
                array(name, depth + 1);
            }
            case '"' -> {
                var start = at + 1;
                if (skipText()) {
                    var plain = unescaped(start, at - 1);
                    tell(name, plain, 0, plain.length);
                } else {
                    tell(name, text, start, at - 1);
                }
            }
            case 't' -> word("true", name, TRUE);
            case 'f' -> word("false", name, FALSE);
            case 'n' -> {
                expect("null");
                leaves++;
            }
            default -> {
                var start = at;
                number();
                tell(name, text, start, at);
            }
        }
    }

    private static void deeper(int depth) {
        if (depth == MAX_NESTING) {
            throw Odd.ONE;
        }
    }

    private void tell(int name, byte[] bytes, int start, int until) {
        if (leaves++ < MAX_FIELDS) {
            sink.field(name, bytes, start, until);
        }
    }

    private void word(String word, int name, byte[] value) {
        expect(word);
        tell(name, value, 0, 1);
    }

    private void expect(String word) {
        for (var i = 0; i < word.length(); i++) {
            if (text[at++] != word.charAt(i)) {
                throw Odd.ONE;
            }
        }
    }

    private void number() {
        var start = at;
        if (text[at] == '-') {
            at++;
        }
        var digits = at;
        while (at < end && isNumberPart(text[at])) {
            at++;
        }
        if (at == digits || text[digits] < '0' || text[digits] > '9' || at - start > 64) {
            throw Odd.ONE;
        }
    }

    private static boolean isNumberPart(byte b) {
        return (b >= '0' && b <= '9') || b == '.' || b == 'e' || b == 'E' || b == '+' || b == '-';
    }

    /// From a quote to behind the next one; whether there is a backslash in between.
    private boolean skipText() {
        var bytes = text;
        var isEscaped = false;
        for (var i = at + 1; i < end; i++) {
            var next = bytes[i];
            if (next == '"') {
                at = i + 1;
                return isEscaped;
            }
            if (next == '\\') {
                isEscaped = true;
                i++;
            }
        }
        throw Odd.ONE;
    }

    private byte[] unescaped(int from, int until) {
        var out = new byte[until - from];
        var length = 0;
        for (var i = from; i < until; i++) {
            var b = text[i];
            if (b == '\\') {
                b =
                        switch (text[++i]) {
                            case 'n' -> (byte) '\n';
                            case 't' -> (byte) '\t';
                            case 'r' -> (byte) '\r';
                            case 'b' -> (byte) '\b';
                            case 'f' -> (byte) '\f';
                            case '"', '\\', '/' -> text[i];
                            default -> throw Odd.ONE; // Unicode as well
                        };
            }
            out[length++] = b;
        }
        return Arrays.copyOf(out, length);
    }
}
