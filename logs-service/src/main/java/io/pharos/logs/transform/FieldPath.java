package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A key in an event, dots leading into objects: `store.book`.
record FieldPath(List<String> keys) {
    /// AWS: nested keys.
    static final int MAX_DEPTH = 3;

    /// AWS: characters.
    static final int MAX_LENGTH = 128;

    static final FieldPath ROOT = new FieldPath(List.of());

    FieldPath {
        keys = List.copyOf(keys);
    }

    static FieldPath of(String text) {
        return new FieldPath(List.of(text.split("\\.", -1)));
    }

    /// Whether a path can be made of it: short and shallow enough, no key empty.
    static boolean isPath(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        var keys = text.split("\\.", -1);
        if (keys.length > MAX_DEPTH) {
            return false;
        }
        for (var key : keys) {
            if (key.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    boolean isMessage() {
        return keys.size() == 1 && keys.getFirst().equals(Draft.MESSAGE);
    }

    String lastKey() {
        return keys.getLast();
    }

    @Nullable JsonNode get(ObjectNode root) {
        JsonNode node = root;
        for (var key : keys) {
            node = node instanceof ObjectNode object ? object.get(key) : null;
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    /// The object here, created when nothing is; null when something else is in the way and may not be
    /// replaced.
    @Nullable ObjectNode object(ObjectNode root, boolean overwrite) {
        var object = root;
        for (var key : keys) {
            var next = object.get(key);
            if (next instanceof ObjectNode inner) {
                object = inner;
            } else if (next == null || overwrite) {
                object = object.putObject(key);
            } else {
                return null;
            }
        }
        return object;
    }

    private FieldPath parent() {
        return new FieldPath(keys.subList(0, keys.size() - 1));
    }

    /// Sets a value; what stands there stays unless it may be overwritten.
    void set(ObjectNode root, JsonNode value, boolean overwrite) {
        var object = parent().object(root, false);
        if (object != null && (overwrite || !object.has(lastKey()))) {
            object.set(lastKey(), value);
        }
    }

    /// Whether a value could be set here: nothing but objects on the way.
    boolean isOpen(ObjectNode root) {
        return parent().object(root, false) != null;
    }

    /// Takes the value away; null when there is none.
    @Nullable JsonNode remove(ObjectNode root) {
        return parent().get(root) instanceof ObjectNode object ? object.remove(lastKey()) : null;
    }
}
