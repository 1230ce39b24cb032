package io.pharos.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads one JSON or CBOR document into a shape. Unknown members are skipped, `null` members are
/// absent, and everything of the wrong type is a `SerializationException`.
final class TokenDecoder {
    private final JsonParser in;
    private final Protocol protocol;
    private final Budget budget = new Budget();

    private TokenDecoder(JsonParser in, Protocol protocol) {
        this.in = in;
        this.protocol = protocol;
    }

    /// Fills the builder. No bytes at all are an empty structure.
    ///
    /// @throws AwsError nothing else escapes
    static void decode(byte[] body, Protocol protocol, SdkPojo builder) {
        try (var in = Tokens.parser(body, protocol)) {
            var decoder = new TokenDecoder(in, protocol);
            if (in.nextToken() == null) {
                return;
            }
            decoder.members(builder);
            if (in.nextToken() != null) {
                throw Malformed.because("Unexpected content after the end of the request.");
            }
        } catch (IOException e) {
            throw Malformed.because("");
        }
    }

    private void members(SdkPojo builder) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw in.currentToken() == JsonToken.START_ARRAY
                    ? Malformed.listWhereNotExpected()
                    : Malformed.because("Unexpected field type");
        }
        var shape = Shape.of(builder);
        var set = 0;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            var member = shape.member(in.currentName());
            in.nextToken();
            if (member == null) {
                in.skipChildren();
            } else if (in.currentToken() != JsonToken.VALUE_NULL) {
                member.set(builder, value(member.type()));
                set++;
            }
        }
        expect(JsonToken.END_OBJECT);
        if (set > 1 && shape.isUnion()) {
            throw Malformed.because("Only one member of a union may be set.");
        }
    }

    private SdkPojo structure(SdkPojo builder) throws IOException {
        members(builder);
        return Shape.build(builder);
    }

    private Object value(ValueType type) throws IOException {
        budget.spend();
        return switch (type.kind()) {
            case STRING -> string();
            case INTEGER -> (int) whole("Integer", Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> whole("Long", Long.MIN_VALUE, Long.MAX_VALUE);
            case SHORT -> (short) whole("Short", Short.MIN_VALUE, Short.MAX_VALUE);
            case BYTE -> (byte) whole("Byte", Byte.MIN_VALUE, Byte.MAX_VALUE);
            case DOUBLE -> floating("Double");
            case FLOAT -> (float) floating("Float");
            case BIG_DECIMAL -> decimal();
            case BOOLEAN -> bool();
            case INSTANT -> instant(type.timestampFormat());
            case SDK_BYTES -> blob();
            case SDK_POJO -> structure(type.newStructure());
            case LIST -> list(type.element());
            case MAP -> map(type.element());
            case DOCUMENT -> document();
            case NULL -> throw Malformed.because("Unexpected field type");
        };
    }

    private String string() throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw mismatch("String");
        }
        var text = in.getText();
        if (!Tokens.isWellFormed(text)) {
            throw Malformed.because("The text is not valid Unicode.");
        }
        return text;
    }

    /// AWS truncates fractions.
    private long whole(String type, long least, long most) throws IOException {
        long number;
        switch (in.currentToken()) {
            case VALUE_NUMBER_INT -> number = in.getLongValue();
            case VALUE_NUMBER_FLOAT -> {
                var floating = in.getDoubleValue();
                if (!(floating >= least && floating <= most)) {
                    throw mismatch(type);
                }
                number = (long) floating;
            }
            default -> throw mismatch(type);
        }
        if (number < least || number > most) {
            throw mismatch(type);
        }
        return number;
    }

    private double floating(String type) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getDoubleValue();
            case VALUE_STRING ->
                    switch (in.getText()) {
                        case "NaN" -> Double.NaN;
                        case "Infinity" -> Double.POSITIVE_INFINITY;
                        case "-Infinity" -> Double.NEGATIVE_INFINITY;
                        default -> throw mismatch(type);
                    };
            default -> throw mismatch(type);
        };
    }

    private BigDecimal decimal() throws IOException {
        return switch (in.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getDecimalValue();
            default -> throw mismatch("BigDecimal");
        };
    }

    private boolean bool() {
        return switch (in.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw mismatch("Boolean");
        };
    }

    private Instant instant(@Nullable Format format) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    protocol == Protocol.CBOR_1_1 || format == Format.UNIX_TIMESTAMP_MILLIS
                            ? AwsTime.ofEpochMillis(in.getDoubleValue())
                            : AwsTime.ofEpochSeconds(in.getDoubleValue());
            case VALUE_STRING -> AwsTime.parse(in.getText());
            default -> throw mismatch("Timestamp");
        };
    }

    private SdkBytes blob() throws IOException {
        return switch (in.currentToken()) {
            case VALUE_STRING -> Base64Text.decode(in.getText());
            case VALUE_EMBEDDED_OBJECT -> SdkBytes.fromByteArrayUnsafe(in.getBinaryValue());
            default -> throw mismatch("Blob");
        };
    }

    private List<Object> list(ValueType element) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw Malformed.because("Expected list or null");
        }
        var items = new ArrayList<Object>();
        for (var token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            refuseNull(token);
            items.add(value(element));
        }
        return items;
    }

    private Map<String, Object> map(ValueType element) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw Malformed.because("Expected map or null");
        }
        var entries = new LinkedHashMap<String, Object>();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            var key = in.currentName();
            refuseNull(in.nextToken());
            entries.put(key, value(element));
        }
        expect(JsonToken.END_OBJECT);
        return entries;
    }

    private Document document() throws IOException {
        budget.spend();
        return switch (in.currentToken()) {
            case START_OBJECT -> {
                var entries = new LinkedHashMap<String, Document>();
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    var key = in.currentName();
                    in.nextToken();
                    entries.put(key, document());
                }
                expect(JsonToken.END_OBJECT);
                yield Document.fromMap(entries);
            }
            case START_ARRAY -> {
                var items = new ArrayList<Document>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    items.add(document());
                }
                yield Document.fromList(items);
            }
            case VALUE_STRING -> Document.fromString(string());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    Document.fromNumber(in.getNumberValue().toString());
            case VALUE_TRUE, VALUE_FALSE -> Document.fromBoolean(bool());
            case VALUE_NULL -> Document.fromNull();
            case null, default -> throw Malformed.because("Unexpected field type");
        };
    }

    private void refuseNull(@Nullable JsonToken token) {
        if (token == null || token == JsonToken.VALUE_NULL) {
            throw Malformed.because("Unexpected null in a list or map");
        }
    }

    private void expect(JsonToken token) {
        if (in.currentToken() != token) {
            throw Malformed.because("");
        }
    }

    /// The error for a value of another type than `type`.
    private AwsError mismatch(String type) {
        return switch (in.currentToken()) {
            case START_OBJECT -> Malformed.structureWhereNotExpected();
            case START_ARRAY -> Malformed.listWhereNotExpected();
            case VALUE_STRING -> Malformed.notA(type, "STRING_VALUE");
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Malformed.notA(type, "NUMBER_VALUE");
            case VALUE_TRUE -> Malformed.notA(type, "TRUE_VALUE");
            case VALUE_FALSE -> Malformed.notA(type, "FALSE_VALUE");
            case null, default -> Malformed.because("Unexpected field type");
        };
    }
}
