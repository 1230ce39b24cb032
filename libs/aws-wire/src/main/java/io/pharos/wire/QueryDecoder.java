package io.pharos.wire;

import software.amazon.awssdk.core.SdkPojo;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Reads the tree of a Query form into a shape. Parameters the model does not know are ignored.
final class QueryDecoder {
    private QueryDecoder() {}

    /// Fills the builder.
    ///
    /// @throws AwsError nothing else escapes
    static void fill(QueryForm.Node node, SdkPojo builder) {
        var shape = Shape.of(builder);
        var set = 0;
        for (var member : shape.members()) {
            var child = node.child(member.name());
            if (child != null) {
                member.set(builder, value(child, member.type()));
                set++;
            }
        }
        if (set > 1 && shape.isUnion()) {
            throw Malformed.because("Only one member of a union may be set.");
        }
    }

    private static Object value(QueryForm.Node node, ValueType type) {
        return switch (type.kind()) {
            case SDK_POJO -> structure(node, type);
            case LIST -> list(node, type);
            case MAP -> map(node, type);
            default -> scalar(text(node), type);
        };
    }

    /// A single value of a text protocol: Query, and the paths, query strings and headers of REST.
    ///
    /// @throws AwsError when the text is no such value
    static Object scalar(String text, ValueType type) {
        try {
            return switch (type.kind()) {
                case STRING -> text;
                case INTEGER -> Integer.parseInt(text);
                case LONG -> Long.parseLong(text);
                case SHORT -> Short.parseShort(text);
                case BYTE -> Byte.parseByte(text);
                case DOUBLE -> floating(text);
                case FLOAT -> (float) floating(text);
                case BIG_DECIMAL -> new BigDecimal(text);
                case BOOLEAN -> bool(text);
                case INSTANT -> AwsTime.parse(text);
                case SDK_BYTES -> Base64Text.decode(text);
                case SDK_POJO, LIST, MAP, DOCUMENT, NULL ->
                        throw Malformed.because("Unexpected field type");
            };
        } catch (NumberFormatException e) {
            throw Malformed.notA(titled(type), "STRING_VALUE");
        }
    }

    private static String titled(ValueType type) {
        var name = type.kind().name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    /// Decimal numbers and `NaN`, `Infinity`, `-Infinity`; not Java's hexadecimal or suffixed forms.
    private static double floating(String text) {
        var last = text.isEmpty() ? 'x' : text.charAt(text.length() - 1);
        if (last != 'N' && last != 'y' && last != '.' && !(last >= '0' && last <= '9')) {
            throw new NumberFormatException();
        }
        return Double.parseDouble(text);
    }

    private static boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Malformed.notA("Boolean", "STRING_VALUE");
        };
    }

    private static String text(QueryForm.Node node) {
        if (!node.children().isEmpty()) {
            throw Malformed.structureWhereNotExpected();
        }
        var text = node.value();
        return text == null ? "" : text;
    }

    private static SdkPojo structure(QueryForm.Node node, ValueType type) {
        if (!isEmpty(node) && node.children().isEmpty()) {
            throw Malformed.because("Unexpected field type");
        }
        var builder = type.newStructure();
        fill(node, builder);
        return Shape.build(builder);
    }

    /// `L.member.N`, or `L.N` when flattened; `L=` is a list without items.
    private static List<Object> list(QueryForm.Node node, ValueType type) {
        var items = new ArrayList<>();
        for (var item : numbered(node, type, type.itemName(), ValueType.MEMBER)) {
            items.add(value(item, type.element()));
        }
        return items;
    }

    /// `M.entry.N.key` and `M.entry.N.value`, or the names the model gives them.
    private static Map<String, Object> map(QueryForm.Node node, ValueType type) {
        var entries = new LinkedHashMap<String, Object>();
        for (var entry : numbered(node, type, ValueType.ENTRY, ValueType.ENTRY)) {
            var key = entry.child(type.keyName());
            var value = entry.child(type.valueName());
            if (key == null || value == null) {
                throw Malformed.because("A map entry needs a key and a value");
            }
            entries.put(text(key), value(value, type.element()));
        }
        return entries;
    }

    private static boolean isEmpty(QueryForm.Node node) {
        var value = node.value();
        return value == null || value.isEmpty();
    }

    /// The numbered children in the order of their numbers. Gaps do not matter.
    private static Iterable<QueryForm.Node> numbered(
            QueryForm.Node node, ValueType type, String name, String commonName) {
        if (!isEmpty(node)) {
            throw Malformed.because("Expected list or null");
        }
        var parent = node;
        if (!type.isFlattened()) {
            var named = node.child(name) == null ? node.child(commonName) : node.child(name);
            if (named == null) {
                return List.of();
            }
            parent = named;
        }
        var byNumber = new TreeMap<Integer, QueryForm.Node>();
        for (var child : parent.children().entrySet()) {
            try {
                byNumber.put(Integer.parseInt(child.getKey()), child.getValue());
            } catch (NumberFormatException e) {
                throw Malformed.because("List items are numbered");
            }
        }
        return byNumber.values();
    }
}
