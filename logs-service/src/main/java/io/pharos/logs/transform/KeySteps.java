package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Processors that add, take away and move keys. A key that is not there changes nothing.
final class KeySteps {
    private KeySteps() {}

    static Step add(FieldPath key, String value, boolean overwrite) {
        return draft -> {
            key.set(draft.root(), JsonNodeFactory.instance.textNode(value), overwrite);
            return true;
        };
    }

    static Step delete(List<FieldPath> keys) {
        return draft -> {
            keys.forEach(key -> key.remove(draft.root()));
            return true;
        };
    }

    /// The key goes under the target.
    static Step move(FieldPath source, FieldPath target, boolean overwrite) {
        return draft -> {
            if (source.get(draft.root()) == null || isWithin(target, source)) {
                return true;
            }
            var into = target.object(draft.root(), overwrite);
            if (into != null && (overwrite || !into.has(source.lastKey()))) {
                var value = source.remove(draft.root());
                into.set(source.lastKey(), value);
            }
            return true;
        };
    }

    private static boolean isWithin(FieldPath inner, FieldPath outer) {
        return inner.keys().size() >= outer.keys().size()
                && inner.keys().subList(0, outer.keys().size()).equals(outer.keys());
    }

    static Step rename(FieldPath key, FieldPath to, boolean overwrite) {
        return draft -> {
            var root = draft.root();
            var value = key.get(root);
            if (value != null
                    && !isWithin(to, key)
                    && (overwrite || to.get(root) == null)
                    && to.isOpen(root)) {
                key.remove(root);
                to.set(root, value, overwrite);
            }
            return true;
        };
    }

    /// @param source a path, or a name of [EventSource]
    static Step copy(String source, FieldPath target, boolean overwrite) {
        if (EventSource.isName(source)) {
            return draft -> {
                var value = draft.source().named(source);
                target.set(draft.root(), JsonNodeFactory.instance.textNode(value), overwrite);
                return true;
            };
        }
        var path = FieldPath.of(source);
        return draft -> {
            var value = path.get(draft.root());
            if (value != null) {
                target.set(draft.root(), value.deepCopy(), overwrite);
            }
            return true;
        };
    }

    /// What `listToMap` does.
    ///
    /// @param valueKey null: the whole objects are the values
    /// @param flatten null: values are lists
    record Listing(
            FieldPath source,
            String key,
            @Nullable String valueKey,
            FieldPath target,
            @Nullable Flatten flatten) {}

    /// Which one stays; the constants are AWS's words.
    enum Flatten {
        first,
        last
    }

    static Step listToMap(Listing listing) {
        return draft -> {
            if (!(listing.source().get(draft.root()) instanceof ArrayNode list)) {
                return true;
            }
            var map = JsonNodeFactory.instance.objectNode();
            for (var item : list) {
                put(listing, item, map);
            }
            var into = listing.target().object(draft.root(), true);
            if (into != null) {
                into.setAll(map);
            }
            return true;
        };
    }

    private static void put(Listing listing, JsonNode item, ObjectNode map) {
        var key = item.get(listing.key());
        var value = listing.valueKey() == null ? item : item.get(listing.valueKey());
        if (key == null || key.isContainerNode() || value == null) {
            return;
        }
        var name = key.asText();
        var copy = value.deepCopy();
        if (listing.flatten() == null) {
            (map.get(name) instanceof ArrayNode values ? values : map.putArray(name)).add(copy);
        } else if (listing.flatten() == Flatten.last || !map.has(name)) {
            map.set(name, copy);
        }
    }
}
