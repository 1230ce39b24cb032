package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A record on its way into an OCSF event: what was taken of it is in the event, the rest becomes its
/// `unmapped`.
final class OcsfDraft {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx").withZone(ZoneOffset.UTC);

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

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

    /// The first text of a list, which is mapped with that.
    @Nullable String takeFirst(String path) {
        var list = raw(path);
        if (list == null || !list.isArray() || list.isEmpty()) {
            return null;
        }
        mark(path);
        return list.get(0).asText();
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

    /// A time of records; null: it is none, or of no year with four digits.
    static @Nullable Instant instant(@Nullable String text) {
        try {
            var time = text == null ? null : Instant.parse(text);
            return time == null || time.isBefore(Instant.EPOCH) || time.isAfter(LAST) ? null : time;
        } catch (DateTimeException notOne) {
            return null;
        }
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
            var values = new ArrayList<JsonNode>();
            collect(event, List.of(observable.path().split("\\.")), values);
            for (var value : values) {
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
        var left = new LinkedHashMap<String, StringBuilder>();
        unmapped("", raw, left);
        if (!left.isEmpty()) {
            var unmapped = NODES.objectNode();
            left.forEach((path, text) -> unmapped.put(path, text.toString()));
            event.set("unmapped", unmapped);
        }
        return event;
    }

    /// What is at the end of a path; `[]` after a key means each of its elements.
    private static void collect(JsonNode at, List<String> keys, List<JsonNode> into) {
        if (keys.isEmpty()) {
            into.add(at);
            return;
        }
        var key = keys.getFirst();
        var rest = keys.subList(1, keys.size());
        if (key.endsWith("[]")) {
            at.path(key.substring(0, key.length() - 2)).forEach(one -> collect(one, rest, into));
        } else {
            collect(at.path(key), rest, into);
        }
    }

    /// As AWS's examples have it: the values of an array's elements in one text, under the same name.
    private void unmapped(String path, JsonNode value, Map<String, StringBuilder> into) {
        if (taken.contains(path) || value.isNull()) {
            return;
        }
        if (value.isObject()) {
            var prefix = path.isEmpty() ? "" : path + ".";
            value.forEachEntry((key, member) -> unmapped(prefix + key, member, into));
        } else if (value.isArray()) {
            value.forEach(element -> unmapped(path + "[]", element, into));
        } else {
            var before = into.get(path);
            if (before == null) {
                into.put(path, new StringBuilder(value.asText()));
            } else {
                before.append(',').append(value.asText());
            }
        }
    }
}
