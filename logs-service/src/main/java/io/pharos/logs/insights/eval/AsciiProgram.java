package io.pharos.logs.insights.eval;

import java.util.Arrays;
import java.util.BitSet;

/// A nondeterministic automaton over ASCII that finds a match anywhere: nodes that take one character of
/// a set, and nodes that take none.
final class AsciiProgram {
    /// A node: ends here; goes on to one or two others; only at the beginning, or the end, of the text;
    /// takes a character.
    private enum Kind {
        MATCH,
        SPLIT,
        BEGIN,
        END,
        SET
    }

    /// Characters below 128.
    record Chars(long low, long high) {
        static final Chars NONE = new Chars(0, 0);

        static Chars of(int from, int to) {
            var chars = NONE;
            for (var c = from; c <= to; c++) {
                chars = chars.with(c < 64 ? new Chars(1L << c, 0) : new Chars(0, 1L << c - 64));
            }
            return chars;
        }

        static Chars of(int c) {
            return of(c, c);
        }

        Chars with(Chars other) {
            return new Chars(low | other.low, high | other.high);
        }

        Chars inverted() {
            return new Chars(~low, ~high);
        }

        boolean isOne() {
            return Long.bitCount(low) + Long.bitCount(high) == 1;
        }

        int lowest() {
            return low != 0
                    ? Long.numberOfTrailingZeros(low)
                    : 64 + Long.numberOfTrailingZeros(high);
        }

        boolean has(int c) {
            return ((c < 64 ? low >>> c : high >>> c - 64) & 1) != 0;
        }

        /// With the other case of its letters.
        Chars folded() {
            var letters = 0x07FFFFFEL; // in the upper half: A to Z; a to z 32 above
            var upper = high & letters;
            var lower = high >>> 32 & letters;
            return new Chars(low, high | upper << 32 | lower);
        }
    }

    private Kind[] kinds = new Kind[16];
    private Chars[] chars = new Chars[16];
    private int[] nexts = new int[16];
    private int[] others = new int[16];
    private int count;
    private int first;

    private byte[] prefix = {};

    /// What every match begins with.
    byte[] prefix() {
        return prefix;
    }

    void startWith(byte[] text) {
        prefix = text;
    }

    int size() {
        return count;
    }

    private int node(Kind kind, Chars of, int next, int other) {
        if (count == kinds.length) {
            kinds = Arrays.copyOf(kinds, count * 2);
            chars = Arrays.copyOf(chars, count * 2);
            nexts = Arrays.copyOf(nexts, count * 2);
            others = Arrays.copyOf(others, count * 2);
        }
        kinds[count] = kind;
        chars[count] = of;
        nexts[count] = next;
        others[count] = other;
        return count++;
    }

    int match() {
        return node(Kind.MATCH, Chars.NONE, 0, 0);
    }

    int split(int one, int other) {
        return node(Kind.SPLIT, Chars.NONE, one, other);
    }

    /// Sends a split, made before, this way.
    void loop(int split, int body) {
        nexts[split] = body;
    }

    int begin(int next) {
        return node(Kind.BEGIN, Chars.NONE, next, next);
    }

    int end(int next) {
        return node(Kind.END, Chars.NONE, next, next);
    }

    int take(Chars of, int next) {
        return node(Kind.SET, of, next, next);
    }

    void startAt(int node) {
        first = node;
    }

    BitSet first() {
        var nodes = new BitSet(count);
        nodes.set(first);
        return nodes;
    }

    /// What is reached without a character; of it, the nodes that matter later.
    BitSet closure(BitSet nodes, boolean atBegin, boolean atEnd) {
        var seen = new BitSet(count);
        var kept = new BitSet(count);
        var open = new int[count * 2 + nodes.cardinality() + 1];
        var size = 0;
        for (var node = nodes.nextSetBit(0); node >= 0; node = nodes.nextSetBit(node + 1)) {
            open[size++] = node;
        }
        while (size > 0) {
            var node = open[--size];
            if (seen.get(node)) {
                continue;
            }
            seen.set(node);
            switch (kinds[node]) {
                case MATCH, SET -> kept.set(node);
                case SPLIT -> {
                    open[size++] = others[node];
                    open[size++] = nexts[node];
                }
                case BEGIN -> {
                    if (atBegin) {
                        open[size++] = nexts[node];
                    }
                }
                case END -> {
                    kept.set(node);
                    if (atEnd) {
                        open[size++] = nexts[node];
                    }
                }
            }
        }
        return kept;
    }

    boolean isMatch(BitSet nodes) {
        for (var node = nodes.nextSetBit(0); node >= 0; node = nodes.nextSetBit(node + 1)) {
            if (kinds[node] == Kind.MATCH) {
                return true;
            }
        }
        return false;
    }

    /// After a character; a match may begin behind it as well.
    BitSet step(BitSet nodes, int c) {
        var reached = first();
        for (var node = nodes.nextSetBit(0); node >= 0; node = nodes.nextSetBit(node + 1)) {
            if (kinds[node] == Kind.SET && chars[node].has(c)) {
                reached.set(nexts[node]);
            }
        }
        return closure(reached, false, false);
    }

    /// Characters that no set tells apart have the same number.
    byte[] classes() {
        var classes = new byte[128];
        var used = 1;
        for (var node = 0; node < count; node++) {
            if (kinds[node] != Kind.SET) {
                continue;
            }
            var inside =
                    new int[128]; // the class of those of each class that are in the set, plus 1
            var outside = new boolean[128];
            for (var c = 0; c < 128; c++) {
                outside[classes[c]] |= !chars[node].has(c);
            }
            for (var c = 0; c < 128; c++) {
                var old = classes[c];
                if (chars[node].has(c) && outside[old]) {
                    if (inside[old] == 0) {
                        inside[old] = ++used;
                    }
                    classes[c] = (byte) (inside[old] - 1);
                }
            }
        }
        return classes;
    }

    int classCount() {
        var most = 0;
        for (var one : classes()) {
            most = Math.max(most, one);
        }
        return most + 1;
    }

    /// A character of each class.
    byte[] examples(byte[] classes, int width) {
        var examples = new byte[width];
        for (var c = 0; c < classes.length; c++) {
            examples[classes[c]] = (byte) c;
        }
        return examples;
    }
}
