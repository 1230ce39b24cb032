package io.pharos.logs.insights.eval;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `jsonParse` and `jsonStringify`: texts to maps and lists and back.
final class JsonText {
    private static final int MAX_NESTING = 100;
    private static final int MAX_TEXT = 2 << 20;
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_NESTING)
                                    .maxStringLength(MAX_TEXT)
                                    .maxNameLength(MAX_TEXT)
                                    .maxNumberLength(1000)
                                    .build())
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build();

    private JsonText() {}

    /// Null when it is not one JSON object or array.
    static @Nullable Object parse(String text) {
        try (var parser = FACTORY.createParser(text)) {
            var first = parser.nextToken();
            if (first != JsonToken.START_OBJECT && first != JsonToken.START_ARRAY) {
                return null;
            }
            var value = value(parser);
            return parser.nextToken() == null ? value : null;
        } catch (IOException _) { // not JSON, or beyond the limits above
            return null;
        }
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    var name = parser.currentName();
                    parser.nextToken();
                    map.put(name, value(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                var list = new ArrayList<@Nullable Object>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getText();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new IOException("no value at " + parser.currentToken());
        };
    }

    static String write(Object value) {
        var out = new StringWriter();
        try (var generator = FACTORY.createGenerator(out)) {
            write(generator, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString();
    }

    private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case Map<?, ?> map -> {
                out.writeStartObject();
                for (var entry : map.entrySet()) {
                    out.writeFieldName(String.valueOf(entry.getKey()));
                    write(out, entry.getValue());
                }
                out.writeEndObject();
            }
            case List<?> list -> {
                out.writeStartArray();
                for (var element : list) {
                    write(out, element);
                }
                out.writeEndArray();
            }
            case Boolean is -> out.writeBoolean(is);
            case Double number -> out.writeNumber(Values.decimal(number));
            default -> {
                var text = String.valueOf(Values.shown(value));
                if (isPlainNumber(text)) {
                    out.writeNumber(text);
                } else {
                    out.writeString(text);
                }
            }
        }
    }

    /// Numbers stay text while they are values; what is printed as one was probably one.
    private static boolean isPlainNumber(String text) {
        return !Double.isNaN(Values.number(text))
                && text.charAt(0) != '+'
                && !(text.length() > 1
                        && text.charAt(0) == '0'
                        && Character.isDigit(text.charAt(1)));
    }
}
