package io.pharos.logs.insights.eval;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Finds fields by their flattened names (`req.id`, `tags.0`) in JSON objects, on their bytes: what is
/// not wanted is stepped over, nothing is made of it. The first of equal names counts. It ends once
/// everything was found: a fault behind that is not noticed, except that the last byte has to close an
/// object. Fields behind the first [#MAX_FIELDS] are not discovered, as AWS does. For one thread.
final class JsonScan {
    /// AWS: fields discovered in one event.
    static final int MAX_FIELDS = 200;

    /// Names that one scan looks for.
    static final int MAX_WANTED = 63;

    private static final int MAX_NESTING = 100;

    private final byte[][] names;
    private final int first;
    private final long wantedNames;
    private final int count;
    private byte[] text = {};
    private int at;
    private int end;
    private int leaves;
    private int missing;
    private @Nullable String[] found = {};

    /// @param wanted names in the order of what is found; those of AWS's own (`@type`) never are
    /// @param first of them that this scan looks for, and [#MAX_WANTED] onward
    JsonScan(List<String> wanted, int first) {
        this.first = first;
        names = new byte[Math.min(MAX_WANTED, wanted.size() - first)][];
        var json = 0L;
        for (var i = 0; i < names.length; i++) {
            var name = wanted.get(first + i);
            // AWS: a member that starts with @ is shown with another @ before it.
            var key = name.startsWith("@@") ? name.substring(1) : name;
            var isOwn = name.startsWith("@") && !name.startsWith("@@");
            names[i] = isOwn ? new byte[0] : key.getBytes(StandardCharsets.UTF_8);
            json |= isOwn ? 0 : 1L << i;
        }
        wantedNames = json;
        count = Long.bitCount(json);
    }

    private static final class Malformed extends RuntimeException {
        private static final Malformed ONE = new Malformed();

        private Malformed() {
            super("not JSON", null, false, false);
        }
    }

    /// A whole message that starts with a brace.
    void readObject(byte[] bytes, int start, int until, @Nullable String[] into) {
        var last = until;
        while (last > start && bytes[last - 1] <= ' ' && bytes[last - 1] >= 0) {
            last--;
        }
        if (count > 0 && bytes[last - 1] == '}' && !read(bytes, start, last, into)) {
            Arrays.fill(into, null);
        }
    }

    /// The first object inside a message.
    void readFragment(byte[] bytes, int start, int until, @Nullable String[] into) {
        if (count == 0) {
            return;
        }
        for (var i = start; i < until; i++) {
            if (bytes[i] == '{' && startsMember(bytes, i + 1, until)) {
                if (!read(bytes, i, until, into)) {
                    Arrays.fill(into, null);
                }
                return;
            }
        }
    }

    private static boolean startsMember(byte[] bytes, int from, int until) {
        var i = from;
        while (i < until && bytes[i] == ' ') {
            i++;
        }
        return i < until && bytes[i] == '"';
    }

    private boolean read(byte[] bytes, int start, int until, @Nullable String[] into) {
        text = bytes;
        at = start + 1;
        end = until;
        leaves = 0;
        missing = count;
        found = into;
        try {
            members(wantedNames, new int[names.length], 0);
            return true;
        } catch (Malformed | IndexOutOfBoundsException _) {
            return false;
        }
    }

    private boolean isDone() {
        return missing == 0 || leaves >= MAX_FIELDS;
    }

    /// Behind an opening brace; leaves the position behind the closing one.
    ///
    /// @param wanted names that can still be in this object, a bit each
    /// @param offsets how much of each name its parents took
    private void members(long wanted, int[] offsets, int depth) {
        if (peek() == '}') {
            at++;
            return;
        }
        while (true) {
            if (peek() != '"') {
                throw Malformed.ONE;
            }
            var keyStart = at + 1;
            var isEscaped = skipText();
            var keyEnd = at - 1;
            if (peek() != ':') {
                throw Malformed.ONE;
            }
            at++;
            var key = text;
            if (isEscaped) {
                key = unescaped(keyStart, keyEnd).getBytes(StandardCharsets.UTF_8);
                keyStart = 0;
                keyEnd = key.length;
            }
            member(wanted, offsets, key, keyStart, keyEnd, depth);
            if (isDone()) {
                return;
            }
            if (closes('}')) {
                return;
            }
        }
    }

    /// Behind a value: false, and behind it, at a comma.
    private boolean closes(char bracket) {
        var next = peek();
        at++;
        if (next == bracket) {
            return true;
        }
        if (next != ',') {
            throw Malformed.ONE;
        }
        return false;
    }

    private void elements(long wanted, int[] offsets, int depth) {
        if (peek() == ']') {
            at++;
            return;
        }
        for (var index = 0; ; index++) {
            var key = Integer.toString(index).getBytes(StandardCharsets.US_ASCII);
            member(wanted, offsets, key, 0, key.length, depth);
            if (isDone() || closes(']')) {
                return;
            }
        }
    }

    /// A value under a key: which of the wanted names are it, or go on below it.
    private void member(
            long wanted, int[] offsets, byte[] key, int keyStart, int keyEnd, int depth) {
        var here = 0L;
        var below = 0L;
        var length = keyEnd - keyStart;
        for (var rest = wanted; rest != 0; rest &= rest - 1) {
            var i = Long.numberOfTrailingZeros(rest);
            var name = names[i];
            var from = offsets[i];
            var behind = from + length;
            if (behind > name.length || !Arrays.equals(name, from, behind, key, keyStart, keyEnd)) {
                continue;
            }
            if (behind == name.length) {
                here |= 1L << i;
            } else if (name[behind] == '.') {
                below |= 1L << i;
            }
        }
        if (below != 0 && (peek() == '{' || peek() == '[')) {
            if (depth == MAX_NESTING) {
                throw Malformed.ONE;
            }
            var deeper = offsets.clone();
            for (var rest = below; rest != 0; rest &= rest - 1) {
                var i = Long.numberOfTrailingZeros(rest);
                deeper[i] = offsets[i] + length + 1;
            }
            var bracket = text[at++];
            if (bracket == '{') {
                members(below, deeper, depth + 1);
            } else {
                elements(below, deeper, depth + 1);
            }
        } else if (here != 0) {
            take(here);
        } else {
            skipValue();
        }
    }

    private void take(long fields) {
        var first = peek();
        var start = at;
        String value;
        if (first == '"') {
            var isEscaped = skipText();
            value =
                    isEscaped
                            ? unescaped(start + 1, at - 1)
                            : new String(text, start + 1, at - start - 2, StandardCharsets.UTF_8);
        } else if (first == '{' || first == '[') {
            skipValue();
            return;
        } else {
            skipWord();
            // AWS: booleans become numbers, and what is null is not there.
            value =
                    switch (first) {
                        case 't' -> "1";
                        case 'f' -> "0";
                        case 'n' -> null;
                        default -> new String(text, start, at - start, StandardCharsets.US_ASCII);
                    };
        }
        leaves++;
        if (value == null) {
            return;
        }
        for (var rest = fields; rest != 0; rest &= rest - 1) {
            var i = Long.numberOfTrailingZeros(rest);
            if (found[this.first + i] == null) {
                found[this.first + i] = value;
                missing--;
            }
        }
    }

    /// Counts what is in it as fields.
    private void skipValue() {
        var first = peek();
        if (first == '"') {
            skipText();
            leaves++;
        } else if (first != '{' && first != '[') {
            skipWord();
            leaves++;
        } else {
            skipNested();
        }
    }

    private void skipNested() {
        var depth = 0;
        do {
            var next = peek();
            switch (next) {
                case '{', '[' -> {
                    depth++;
                    at++;
                }
                case '}', ']' -> {
                    depth--;
                    at++;
                }
                case ',', ':' -> at++;
                case '"' -> {
                    skipText();
                    if (depth > 0 && peek() != ':') {
                        leaves++;
                    }
                }
                default -> {
                    skipWord();
                    leaves++;
                }
            }
        } while (depth > 0);
    }

    /// The next byte that is not blank; stays before it.
    private byte peek() {
        var i = at;
        while (i < end) {
            var next = text[i];
            if (next > ' ' || next < 0) {
                at = i;
                return next;
            }
            i++;
        }
        throw Malformed.ONE;
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
        throw Malformed.ONE;
    }

    /// A number, `true`, `false` or `null`.
    private void skipWord() {
        var start = at;
        while (at < end && isWordPart(text[at])) {
            at++;
        }
        if (at == start || !isWord(start)) {
            throw Malformed.ONE;
        }
    }

    private boolean isWord(int start) {
        var first = text[start];
        return first == '-'
                || (first >= '0' && first <= '9')
                || (at - start == 4 && (first == 't' || first == 'n'))
                || (at - start == 5 && first == 'f');
    }

    private static boolean isWordPart(byte b) {
        return (b >= '0' && b <= '9')
                || (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || b == '-'
                || b == '+'
                || b == '.';
    }

    private String unescaped(int from, int until) {
        var raw = new String(text, from, until - from, StandardCharsets.UTF_8);
        var out = new StringBuilder(raw.length());
        for (var i = 0; i < raw.length(); i++) {
            var c = raw.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            c = raw.charAt(++i);
            switch (c) {
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case 'r' -> out.append('\r');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'u' -> {
                    out.append((char) hex(raw, i + 1));
                    i += 4;
                }
                case '"', '\\', '/' -> out.append(c);
                default -> throw Malformed.ONE;
            }
        }
        return out.toString();
    }

    private static int hex(String raw, int from) {
        var value = 0;
        for (var i = from; i < from + 4; i++) {
            var digit = i < raw.length() ? Character.digit(raw.charAt(i), 16) : -1;
            if (digit < 0) {
                throw Malformed.ONE;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
