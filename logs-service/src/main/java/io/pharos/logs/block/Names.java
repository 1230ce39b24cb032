package io.pharos.logs.block;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Flattened names as numbers, a tree of keys. Messages of one origin have the same keys in the same
/// order, so the key that came next the last time is tried first.
final class Names {
    static final int ROOT = 0;

    /// Names of one block; beyond them nothing is known.
    private static final int MAX = 512;

    private final List<Node> nodes = new ArrayList<>();

    private static final class Node {
        final byte[] key;
        final int parent;
        int first = -1;
        int following = -1;
        int sibling = -1;

        Node(byte[] key, int parent) {
            this.key = key;
            this.parent = parent;
        }
    }

    /// There are too many.
    static final class TooMany extends RuntimeException {
        private static final TooMany ONE = new TooMany();

        private TooMany() {
            super("too many names", null, false, false);
        }
    }

    Names() {
        nodes.add(new Node(new byte[0], -1));
    }

    int count() {
        return nodes.size();
    }

    int firstOf(int parent) {
        return nodes.get(parent).first;
    }

    /// The name that came after this one the last time, -1 when none.
    int following(int name) {
        return nodes.get(name).following;
    }

    /// @param guess what it probably is, or -1
    ///
    /// @throws TooMany when it is one more than are kept
    int child(int parent, int guess, byte[] text, int start, int end) {
        if (guess >= 0 && is(guess, text, start, end)) {
            return guess;
        }
        var last = -1;
        for (var child = nodes.get(parent).first; child >= 0; child = nodes.get(child).sibling) {
            if (is(child, text, start, end)) {
                return child;
            }
            last = child;
        }
        if (nodes.size() == MAX) {
            throw TooMany.ONE;
        }
        var added = nodes.size();
        nodes.add(new Node(Arrays.copyOfRange(text, start, end), parent));
        if (last < 0) {
            nodes.get(parent).first = added;
        } else {
            nodes.get(last).sibling = added;
            nodes.get(last).following = added;
        }
        return added;
    }

    private boolean is(int name, byte[] text, int start, int end) {
        var key = nodes.get(name).key;
        return Arrays.equals(key, 0, key.length, text, start, end);
    }

    /// The keys from the root on, with points in between.
    String text(int name) {
        var node = nodes.get(name);
        var key = new String(node.key, StandardCharsets.UTF_8);
        return node.parent == ROOT ? key : text(node.parent) + "." + key;
    }
}
