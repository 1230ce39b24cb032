package io.pharos.logs.pattern;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads from JSON texts the places that some selectors name and skips everything else. Depth of
/// recursion is that of the selectors, never that of the event.
final class JsonEvents {
    /// Deeper events match nothing.
    static final int MAX_NESTING = 1000;

    private static final int MAX_TEXT = 2 << 20;

    // Names of events come from outside: no table of them is kept.
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_NESTING)
                                    .maxStringLength(MAX_TEXT)
                                    .maxNameLength(MAX_TEXT)
                                    .maxNumberLength(MAX_TEXT)
                                    .build())
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build();

    /// The selectors as a tree.
    private static final class Place {
        private final Map<String, Place> members = new HashMap<>();
        private final Map<Integer, Place> elements = new HashMap<>();
        private @Nullable Place anyMember;
        private @Nullable Place anyElement;

        private Place down(JsonSelector.Step step) {
            return switch (step) {
                case JsonSelector.Member(var name) ->
                        members.computeIfAbsent(name, _ -> new Place());
                case JsonSelector.Element(var index) ->
                        elements.computeIfAbsent(index, _ -> new Place());
                case JsonSelector.AnyMember() ->
                        anyMember = anyMember == null ? new Place() : anyMember;
                case JsonSelector.AnyElement() ->
                        anyElement = anyElement == null ? new Place() : anyElement;
            };
        }
    }

    private final Place root = new Place();

    private JsonEvents() {}

    static JsonEvents selecting(Collection<JsonSelector> selectors) {
        var events = new JsonEvents();
        for (var selector : selectors) {
            var place = events.root;
            for (var step : selector.steps()) {
                place = place.down(step);
            }
        }
        return events;
    }

    /// Null when the text is not one JSON object.
    @Nullable JsonValue read(String text) {
        var start = 0;
        while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        if (start == text.length() || text.charAt(start) != '{') {
            return null;
        }
        try (var parser = FACTORY.createParser(text)) {
            parser.nextToken();
            var event = value(parser, List.of(root));
            return parser.nextToken() == null ? event : null;
        } catch (IOException _) { // not JSON, or beyond the limits above
            return null;
        }
    }

    /// The value at the parser's token; leaves the parser on its last token.
    private static JsonValue value(JsonParser parser, List<Place> places) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(parser, places);
            case START_ARRAY -> elements(parser, places);
            case VALUE_STRING -> new JsonValue.Scalar(JsonValue.Kind.TEXT, parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    new JsonValue.Scalar(JsonValue.Kind.NUMBER, parser.getText());
            case VALUE_TRUE -> new JsonValue.Scalar(JsonValue.Kind.TRUE, "true");
            case VALUE_FALSE -> new JsonValue.Scalar(JsonValue.Kind.FALSE, "false");
            case VALUE_NULL -> new JsonValue.Scalar(JsonValue.Kind.NULL, "null");
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new IOException("no value at " + parser.currentToken());
        };
    }

    private static JsonValue fields(JsonParser parser, List<Place> places) throws IOException {
        var members = new LinkedHashMap<String, JsonValue>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            List<Place> next = List.of();
            for (var place : places) {
                next = with(next, place.members.get(name));
                next = with(next, place.anyMember);
            }
            parser.nextToken();
            if (next.isEmpty()) {
                parser.skipChildren();
            } else {
                members.put(name, value(parser, next)); // of two with one name the last counts
            }
        }
        return new JsonValue.Fields(members);
    }

    private static JsonValue elements(JsonParser parser, List<Place> places) throws IOException {
        var members = new LinkedHashMap<Integer, JsonValue>();
        for (var index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
            List<Place> next = List.of();
            for (var place : places) {
                next = with(next, place.elements.get(index));
                next = with(next, place.anyElement);
            }
            if (next.isEmpty()) {
                parser.skipChildren();
            } else {
                members.put(index, value(parser, next));
            }
        }
        return new JsonValue.Elements(members);
    }

    private static List<Place> with(List<Place> places, @Nullable Place place) {
        if (place == null) {
            return places;
        }
        if (places.isEmpty()) {
            return List.of(place);
        }
        var more = new ArrayList<>(places);
        more.add(place);
        return more;
    }
}
