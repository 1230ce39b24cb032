package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Query's answers. A list that is set but empty is an empty element; what is not set is left out.
final class Xml {
    private static final char REPLACEMENT = '\ufffd';

    private final StringBuilder out = new StringBuilder(1024);
    private final char[] number = new char[Decimals.MAX_LENGTH];
    private List<?> lastTimes = List.of();
    private @Nullable ValueType lastTimesType;
    private String lastTimesText = "";

    private Xml() {}

    /// `<OpResponse xmlns="…"><OpResult>…</OpResult><ResponseMetadata>…`.
    ///
    /// @param hasResult false for operations whose model has no output: they have no result element
    static byte[] response(
            String operation,
            String namespace,
            SdkPojo response,
            boolean hasResult,
            String requestId) {
        var xml = new Xml();
        xml.out
                .append('<')
                .append(operation)
                .append("Response xmlns=\"")
                .append(namespace)
                .append("\">");
        if (hasResult) {
            var result = operation + "Result";
            var before = xml.open(result);
            xml.members(response);
            xml.close(result, before);
        }
        xml.out.append("<ResponseMetadata>");
        xml.element("RequestId", requestId);
        xml.out.append("</ResponseMetadata></").append(operation).append("Response>");
        return xml.bytes();
    }

    /// `<ErrorResponse xmlns="…"><Error><Type>Sender</Type><Code>…`.
    static byte[] error(
            String namespace, boolean clientFault, String code, String message, String requestId) {
        var xml = new Xml();
        xml.out.append("<ErrorResponse");
        if (!namespace.isEmpty()) {
            xml.out.append(" xmlns=\"").append(namespace).append('"');
        }
        xml.out.append("><Error>");
        xml.element("Type", clientFault ? "Sender" : "Receiver");
        xml.element("Code", code);
        if (!message.isEmpty()) {
            xml.element("Message", message);
        }
        xml.out.append("</Error>");
        xml.element("RequestId", requestId);
        xml.out.append("</ErrorResponse>");
        return xml.bytes();
    }

    private byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void members(SdkPojo shape) {
        for (var member : Shape.of(shape).members()) {
            var value = member.get(shape);
            if (value != null) {
                value(member.name(), value, member.type());
            }
        }
    }

    private void value(String name, Object value, ValueType type) {
        if (type.isFlattened() && value instanceof List<?> items) {
            items.forEach(item -> value(name, item, type.element()));
            return;
        }
        var before = open(name);
        switch (type.kind()) {
            case SDK_POJO -> members((SdkPojo) value);
            case LIST -> list((List<?>) value, type);
            case MAP -> ((Map<?, ?>) value).forEach((key, item) -> entry(key, item, type));
            case INSTANT -> text(instant((Instant) value, type));
            case SDK_BYTES -> text(Base64Text.encode((SdkBytes) value));
            case BIG_DECIMAL -> text(((BigDecimal) value).toPlainString());
            case DOUBLE -> out.append(number, 0, Decimals.write((Double) value, number));
            default -> text(value.toString());
        }
        close(name, before);
    }

    /// Many series of one answer share their times: those are printed once.
    private void list(List<?> items, ValueType type) {
        var isTimes = type.element().kind() == MarshallingKnownType.INSTANT;
        if (isTimes && type == lastTimesType && items.equals(lastTimes)) {
            out.append(lastTimesText);
            return;
        }
        var from = out.length();
        items.forEach(item -> value(type.itemName(), item, type.element()));
        if (isTimes) {
            lastTimes = items;
            lastTimesType = type;
            lastTimesText = out.substring(from);
        }
    }

    private void entry(Object key, Object item, ValueType type) {
        out.append("<entry>");
        element(type.keyName(), (String) key);
        value(type.valueName(), item, type.element());
        out.append("</entry>");
    }

    private static String instant(Instant time, ValueType type) {
        var format = type.timestampFormat();
        return format == Format.UNIX_TIMESTAMP ? AwsTime.epochSeconds(time) : AwsTime.iso(time);
    }

    private void element(String name, String text) {
        var before = open(name);
        text(text);
        close(name, before);
    }

    /// @return where the content starts
    private int open(String name) {
        out.append('<').append(name).append('>');
        return out.length();
    }

    /// Ends an element; without content it becomes `<name/>`.
    private void close(String name, int contentStart) {
        if (out.length() == contentStart) {
            out.insert(contentStart - 1, '/');
        } else {
            out.append("</").append(name).append('>');
        }
    }

    private void text(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\r' -> out.append("&#xD;");
                case '\n', '\t' -> out.append(c);
                default -> out.append(c < ' ' || c == '\ufffe' || c == '\uffff' ? REPLACEMENT : c);
            }
        }
    }

    /// The text with every surrogate that lacks its pair replaced.
    static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
    }
}
