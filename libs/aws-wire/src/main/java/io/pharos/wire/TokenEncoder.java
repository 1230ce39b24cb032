package io.pharos.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Writes shapes as JSON or CBOR. Unset members are left out, never `null`. CBOR maps and lists have
/// indefinite lengths, as CloudWatch's own answers.
final class TokenEncoder {
    private static final int CBOR_EPOCH_TIME = 1;

    /// Longer texts would leave Jackson in chunks, which not every CBOR reader takes.
    private static final int MAX_UNCHUNKED_TEXT = 500;

    private final JsonGenerator out;
    private final Dialect dialect;
    private final char[] number = new char[Decimals.MAX_LENGTH];
    private List<?> lastTimes = List.of();
    private @Nullable ValueType lastTimesType;
    private @Nullable SerializedString lastTimesText;

    private TokenEncoder(JsonGenerator out, Dialect dialect) {
        this.out = out;
        this.dialect = dialect;
    }

    /// What differs between the documents this class writes.
    enum Dialect {
        JSON,
        /// Timestamps are tag 1 and seconds.
        RPC_V2_CBOR,
        /// Timestamps are tag 1 and milliseconds.
        CBOR_1_1,
        /// For trails: member names start lower-case, timestamps are for people, secrets are hidden.
        TRAIL;

        static Dialect of(Protocol protocol) {
            return switch (protocol) {
                case RPC_V2_CBOR -> RPC_V2_CBOR;
                case CBOR_1_1 -> CBOR_1_1;
                case QUERY, JSON_1_0, JSON_1_1, REST_JSON -> JSON;
            };
        }

        boolean isCbor() {
            return this == RPC_V2_CBOR || this == CBOR_1_1;
        }

        private Protocol framing() {
            return isCbor() ? Protocol.RPC_V2_CBOR : Protocol.JSON_1_1;
        }
    }

    /// One document: the shape's members.
    static byte[] encode(SdkPojo shape, Dialect dialect) {
        return document(dialect, encoder -> encoder.structure(shape));
    }

    /// An error's document: its type, its message unless empty, then the members its model adds.
    static byte[] encodeError(
            String type, String message, @Nullable SdkPojo details, Dialect dialect) {
        return document(
                dialect,
                encoder -> {
                    encoder.out.writeStartObject();
                    encoder.out.writeStringField("__type", type);
                    if (!message.isEmpty()) {
                        encoder.out.writeFieldName("message");
                        encoder.string(message);
                    }
                    if (details != null) {
                        encoder.members(details);
                    }
                    encoder.out.writeEndObject();
                });
    }

    private interface Content {
        void write(TokenEncoder encoder) throws IOException;
    }

    private static byte[] document(Dialect dialect, Content content) {
        var bytes = new ByteArrayOutputStream(512);
        try (var out = Tokens.generator(bytes, dialect.framing())) {
            content.write(new TokenEncoder(out, dialect));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void structure(SdkPojo shape) throws IOException {
        out.writeStartObject();
        members(shape);
        out.writeEndObject();
    }

    private void members(SdkPojo shape) throws IOException {
        for (var member : Shape.of(shape).members()) {
            if (dialect == Dialect.TRAIL && member.isInventedWhenUnset()) {
                continue;
            }
            var value = member.get(shape);
            if (value != null && isInBody(member)) {
                out.writeFieldName(name(member));
                if (dialect == Dialect.TRAIL && Secrets.isSecret(shape, member.name())) {
                    out.writeString(Secrets.HIDDEN);
                } else {
                    value(value, member.type());
                }
            }
        }
    }

    private boolean isInBody(Shape.Member member) {
        return dialect == Dialect.TRAIL
                || switch (member.location()) {
                    case PAYLOAD -> true;
                    case HEADER, QUERY_PARAM, PATH, GREEDY_PATH, STATUS_CODE -> false;
                };
    }

    private SerializedString name(Shape.Member member) {
        return dialect == Dialect.TRAIL ? member.lowerCamelName() : member.serializedName();
    }

    private void value(Object value, ValueType type) throws IOException {
        switch (type.kind()) {
            case STRING -> string((String) value);
            case INTEGER -> out.writeNumber((Integer) value);
            case LONG -> out.writeNumber((Long) value);
            case SHORT -> out.writeNumber((Short) value);
            case BYTE -> out.writeNumber((Byte) value);
            case DOUBLE -> number((Double) value);
            case FLOAT -> out.writeNumber((Float) value);
            case BIG_DECIMAL -> out.writeNumber((BigDecimal) value);
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case INSTANT -> instant((Instant) value, type.timestampFormat());
            case SDK_BYTES -> blob((SdkBytes) value);
            case SDK_POJO -> structure((SdkPojo) value);
            case LIST -> list((List<?>) value, type.element());
            case MAP -> map((Map<?, ?>) value, type.element());
            case DOCUMENT -> document((Document) value);
            case NULL -> throw new IllegalStateException("a member without a type");
        }
    }

    private void string(String text) throws IOException {
        if (dialect.isCbor() && text.length() > MAX_UNCHUNKED_TEXT) {
            var utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.writeUTF8String(utf8, 0, utf8.length);
        } else {
            out.writeString(Tokens.isWellFormed(text) ? text : Xml.wellFormed(text));
        }
    }

    private void number(double value) throws IOException {
        if (dialect.isCbor() || !Double.isFinite(value)) {
            out.writeNumber(value);
        } else {
            out.writeNumber(number, 0, Decimals.write(value, number));
        }
    }

    private void instant(Instant time, @Nullable Format format) throws IOException {
        switch (dialect) {
            case TRAIL -> out.writeString(AwsTime.trail(time));
            case RPC_V2_CBOR -> {
                ((CBORGenerator) out).writeTag(CBOR_EPOCH_TIME);
                out.writeNumber(time.toEpochMilli() / 1000.0);
            }
            case CBOR_1_1 -> {
                ((CBORGenerator) out).writeTag(CBOR_EPOCH_TIME);
                out.writeNumber(time.toEpochMilli());
            }
            case JSON -> out.writeRawValue(json(time, format));
        }
    }

    private static String json(Instant time, @Nullable Format format) {
        return switch (format) {
            case ISO_8601 -> '"' + AwsTime.iso(time) + '"';
            case RFC_822 -> '"' + AwsTime.rfc822(time) + '"';
            case UNIX_TIMESTAMP_MILLIS -> Long.toString(time.toEpochMilli());
            case UNIX_TIMESTAMP -> AwsTime.epochSeconds(time);
            case null -> AwsTime.epochSeconds(time);
        };
    }

    private void blob(SdkBytes bytes) throws IOException {
        if (dialect.isCbor()) {
            out.writeBinary(bytes.asByteArrayUnsafe());
        } else {
            out.writeString(Base64Text.encode(bytes));
        }
    }

    private void list(List<?> items, ValueType element) throws IOException {
        if (dialect == Dialect.JSON && element.kind() == MarshallingKnownType.INSTANT) {
            times(items, element);
            return;
        }
        out.writeStartArray();
        for (var item : items) {
            value(item, element);
        }
        out.writeEndArray();
    }

    /// Many series of one answer share their times: those are printed once.
    private void times(List<?> times, ValueType element) throws IOException {
        var text = lastTimesText;
        if (text == null || element != lastTimesType || !times.equals(lastTimes)) {
            var format = element.timestampFormat();
            var array = new StringBuilder(times.size() * 14 + 2).append('[');
            for (var time : times) {
                array.append(array.length() == 1 ? "" : ",").append(json((Instant) time, format));
            }
            text = new SerializedString(array.append(']').toString());
            lastTimes = times;
            lastTimesType = element;
            lastTimesText = text;
        }
        out.writeRawValue(text);
    }

    private void map(Map<?, ?> entries, ValueType element) throws IOException {
        out.writeStartObject();
        for (var entry : entries.entrySet()) {
            out.writeFieldName((String) entry.getKey());
            value(entry.getValue(), element);
        }
        out.writeEndObject();
    }

    private void document(Document document) throws IOException {
        if (document.isMap()) {
            out.writeStartObject();
            for (var entry : document.asMap().entrySet()) {
                out.writeFieldName(entry.getKey());
                document(entry.getValue());
            }
            out.writeEndObject();
        } else if (document.isList()) {
            out.writeStartArray();
            for (var item : document.asList()) {
                document(item);
            }
            out.writeEndArray();
        } else if (document.isString()) {
            string(document.asString());
        } else if (document.isNumber()) {
            out.writeNumber(document.asNumber().bigDecimalValue());
        } else if (document.isBoolean()) {
            out.writeBoolean(document.asBoolean());
        } else {
            out.writeNull();
        }
    }
}
