package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A record on its way into an OCSF event: what was taken of it is in the event, the rest becomes its
/// `unmapped`.
final class OcsfDraft {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx").withZone(ZoneOffset.UTC);

    private final ObjectNode raw;
    private final String version;
    private final ObjectNode event = NODES.objectNode();
    private final Set<String> taken = new HashSet<>();

    /// What an event is one of: `Network Activity`, 4, of the category `Network Activity`, 4001.
    record Kind(String category, int categoryId, String name, int id) {}

    /// @param version `1.1.0`
    OcsfDraft(ObjectNode raw, String version) {
        this.raw = raw;
        this.version = version;
    }

    boolean isBefore15() {
        return version.equals("1.1.0");
    }

    /// What all events have.
    void start(Kind kind, String product, List<String> profiles) {
        put("category_name", kind.category());
        put("category_uid", kind.categoryId());
        put("class_name", kind.name());
        put("class_uid", kind.id());
        put("severity", "Informational");
        put("severity_id", 1);
        put("cloud.provider", "AWS");
        put("metadata.product.name", product);
        put("metadata.product.vendor_name", "AWS");
        put("metadata.version", version);
        var list = NODES.arrayNode();
        profiles.forEach(list::add);
        set("metadata.profiles", list);
    }

    /// @param name of the activity, which its type's name has as well unless it is none of OCSF's
    void activity(Kind kind, int id, String name) {
        put("activity_id", id);
        put("activity_name", name);
        put("type_uid", kind.id() * 100 + id);
        put("type_name", kind.name() + ": " + (id == 99 ? "Other" : name));
    }

    /// What the record has at a path; null: nothing.
    @Nullable JsonNode raw(String path) {
        JsonNode node = raw;
        for (var key : path.split("\\.")) {
            node = node.path(key);
        }
        return node.isMissingNode() || node.isNull() ? null : node;
    }

    @Nullable String text(String path) {
        var node = raw(path);
        return node == null || node.isContainerNode() ? null : node.asText();
    }

    /// The same, which is mapped with that.
    @Nullable String take(String path) {
        var text = text(path);
        if (text != null) {
            taken.add(path);
        }
        return text;
    }

    /// It is mapped in a way of its own.
    void mark(String path) {
        taken.add(path);
    }

    /// Takes a value as it is.
    ///
    /// @return whether there was one
    boolean move(String from, String to) {
        var node = raw(from);
        if (node == null) {
            return false;
        }
        taken.add(from);
        set(to, node.isContainerNode() ? node : NODES.textNode(node.asText()));
        return true;
    }

    void move(List<OcsfTable.Row> rows) {
        for (var row : rows) {
            switch (row.as()) {
                case TEXT -> move(row.from(), row.to());
                case NUMBER -> number(row.from(), row.to());
                case BOOLEAN -> {
                    var is = take(row.from());
                    if (is != null) {
                        set(row.to(), NODES.booleanNode(is.equalsIgnoreCase("true")));
                    }
                }
                case JSON -> {
                    var node = raw(row.from());
                    if (node != null) {
                        mark(row.from());
                        put(row.to(), Draft.written(node));
                    }
                }
            }
        }
    }

    private void number(String from, String to) {
        var text = text(from);
        if (text != null && text.length() <= 18 && text.matches("\\d+")) {
            mark(from);
            put(to, Long.parseLong(text));
        } else if ("-".equals(text)) {
            mark(from); // AWS's sign for nothing
        }
    }

    void put(String to, String value) {
        set(to, NODES.textNode(value));
    }

    void put(String to, long value) {
        set(to, NODES.numberNode(value));
    }

    void set(String to, JsonNode value) {
        var keys = to.split("\\.");
        var at = event;
        for (var i = 0; i < keys.length - 1; i++) {
            at = at.withObjectProperty(keys[i]);
        }
        at.set(keys[keys.length - 1], value);
    }

    boolean has(String to) {
        return !at(to).isMissingNode();
    }

    private JsonNode at(String path) {
        JsonNode node = event;
        for (var key : path.split("\\.")) {
            node = node.path(key);
        }
        return node;
    }

    String time(Instant time) {
        return (isBefore15() ? MILLIS : SECONDS).format(time);
    }

    /// What others search for, of all events alike: `name` of the value, and which type it is of.
    record Observable(String path, String type, int typeId) {}

    /// The event, with `observables` and `unmapped`.
    ObjectNode finished(List<Observable> observables) {
        var list = NODES.arrayNode();
        for (var observable : observables) {
            var found = at(observable.path().replace("[]", ""));
            for (var value : found.isArray() ? found : List.of(found)) {
                if (value.isTextual() && !value.textValue().equals("-")) {
                    list.addObject()
                            .put("name", observable.path())
                            .put("type", observable.type())
                            .put("type_id", observable.typeId())
                            .put("value", value.textValue());
                }
            }
        }
        if (!list.isEmpty()) {
            event.set("observables", list);
        }
        var unmapped = NODES.objectNode();
        unmapped("", raw, unmapped);
        if (!unmapped.isEmpty()) {
            event.set("unmapped", unmapped);
        }
        return event;
    }

    private void unmapped(String prefix, ObjectNode of, ObjectNode into) {
        of.forEachEntry((key, value) -> {
            var path = prefix + key;
            if (taken.contains(path) || value.isNull()) {
                return;
            }
            if (value instanceof ObjectNode object) {
                unmapped(path + ".", object, into);
            } else {
                into.put(path, value.isContainerNode() ? Draft.written(value) : value.asText());
            }
        });
    }
}
