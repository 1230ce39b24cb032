package io.pharos.ingest.log.door;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import io.pharos.wire.AwsError;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/// AWS's three JSON doors for logs. Pure. An event's message is its JSON, compact; a text is itself.
///
/// Source: CloudWatch Logs user guide, "Log ingestion through HTTP endpoints".
public final class JsonDoors {
    private static final int MAX_DEPTH = 200;
    private static final int MAX_TIME_LENGTH = 32;
    private static final BigDecimal MAX_MS = BigDecimal.valueOf(Long.MAX_VALUE / 2);

    /// Numbers are kept as they were written.
    private static final ObjectMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
                    .build();

    private JsonDoors() {}

    /// `/services/collector/event`: objects with a member `event`, one, many behind each other, or in
    /// arrays; others are skipped. `time` is in seconds since the epoch.
    ///
    /// @throws AwsError for what is no JSON
    public static DoorEvents collector(byte[] body, long nowMs) {
        var events = new DoorEvents.Builder();
        try (var parser = JSON.createParser(body)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        collected(events, tree(parser), nowMs);
                    }
                } else {
                    collected(events, tree(parser), nowMs);
                }
            }
        } catch (IOException | NumberFormatException notJson) {
            throw broken();
        }
        return events.build();
    }

    private static void collected(DoorEvents.Builder events, JsonNode value, long nowMs) {
        if (value.has("event")) {
            events.add(time(value.get("time"), 3, nowMs), value.toString());
        } else {
            events.skip();
        }
    }

    /// `/ingest/bulk`: any JSON value a line; the elements of an array are events of their own. A line that
    /// is no JSON is skipped.
    public static DoorEvents bulk(byte[] body, long nowMs) {
        var events = new DoorEvents.Builder();
        new String(body, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(line -> line(events, line, nowMs));
        return events.build();
    }

    private static void line(DoorEvents.Builder events, String line, long nowMs) {
        try (var parser = JSON.createParser(line)) {
            parser.nextToken();
            var value = tree(parser);
            if (parser.nextToken() != null) {
                events.skip();
            } else if (value.isArray()) {
                value.forEach(element -> any(events, element, nowMs));
            } else {
                any(events, value, nowMs);
            }
        } catch (IOException | NumberFormatException notJson) {
            events.skip();
        }
    }

    private static void any(DoorEvents.Builder events, JsonNode value, long nowMs) {
        events.add(
                time(value.get("timestamp"), 0, nowMs),
                value.isTextual() ? value.textValue() : value.toString());
    }

    /// `/ingest/json`: one object, or an array of them; everything else is skipped, and so is what
    /// follows the first value. `timestamp` is in milliseconds.
    ///
    /// @throws AwsError for what is no JSON
    public static DoorEvents structured(byte[] body, long nowMs) {
        var events = new DoorEvents.Builder();
        try (var parser = JSON.createParser(body)) {
            if (parser.nextToken() == null) {
                throw broken();
            }
            var value = tree(parser);
            if (value.isArray()) {
                value.forEach(element -> object(events, element, nowMs));
            } else {
                object(events, value, nowMs);
            }
        } catch (IOException | NumberFormatException notJson) {
            throw broken();
        }
        return events.build();
    }

    private static void object(DoorEvents.Builder events, JsonNode value, long nowMs) {
        if (value.isObject()) {
            any(events, value, nowMs);
        } else {
            events.skip();
        }
    }

    private static JsonNode tree(JsonParser parser) throws IOException {
        JsonNode value = JSON.readTree(parser);
        if (value == null) {
            throw broken();
        }
        return value;
    }

    private static AwsError broken() {
        return AwsError.validation("The body is not valid JSON.");
    }

    /// AWS: what is no time is now.
    ///
    /// @param shift digits from the given unit to milliseconds
    private static long time(@Nullable JsonNode given, int shift, long nowMs) {
        if (given == null || !(given.isNumber() || given.isTextual())) {
            return nowMs;
        }
        var text = given.asText();
        if (text.length() > MAX_TIME_LENGTH) {
            return nowMs;
        }
        try {
            var number = new BigDecimal(text.strip());
            // Before anything is computed with it: an exponent is short to write.
            if (Math.abs((long) number.scale()) > MAX_TIME_LENGTH) {
                return nowMs;
            }
            var ms = number.movePointRight(shift);
            return ms.signum() < 0 || ms.compareTo(MAX_MS) > 0 ? nowMs : ms.longValue();
        } catch (NumberFormatException notOne) {
            return nowMs;
        }
    }
}
