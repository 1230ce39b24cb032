package io.pharos.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.ingest.entity.SentEntity;
import io.pharos.ingest.log.LogEventScan.Request;
import io.pharos.wire.AwsError;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The short way takes nothing that the generic one would not take, and makes the same of it.
class LogEventScanTest {
    private static final int FUZZED = 60_000;
    private static final int TEXTS = 3_000;

    private static final String WHOLE =
            """
            {"logGroupName": "/app/a", "logStreamName": "s 1", "sequenceToken": "4959", "logEvents": [
              {"timestamp": 1794999999250, "message": "plain, and longer than a few words are"},
              {"message": "said \\"so\\" \\\\ \\/ \\b\\f\\n\\r\\t \\u0041\\u00e9\\u20ac\\ud83d\\uDE00 end", "timestamp": 0},
              {"timestamp":1794999999251,"message":"höher, 日本語, 😀"},
              {"timestamp" : 999999999999999999 , "message" : ""}],
             "entity": {"keyAttributes": {"Type": "Service", "Name": "a"}, "attributes": {"b": "c"}}}
            """;

    private final LogEventScan scan = new LogEventScan();

    @Test
    void readsWhatClientsSend() {
        expectSame(WHOLE);
        expectSame(one("\"timestamp\":1,\"message\":\"\\u0000\\u001f\\u007f\""));
        expectSame(one("\"timestamp\":1,\"message\":\"{\\\"a\\\":{\\\"b\\\":\\\"c\\\\n\\\"}}\""));
        expectSame(
                "{\"logEvents\":[{\"timestamp\":1,\"message\":\"m\"}],\"logStreamName\":\"s\",\"logGroupName\":\"g\"}");
        expectSame(one("\"timestamp\":1,\"message\":\"" + "é\\n".repeat(50_000) + "\""));
        expectSame(
                entity(
                        "{\"keyAttributes\":{\"Type\":\"Service\",\"Name\":\"\\u00e4 \\\"b\\\"\"}}"));
        expectSame(
                entity(
                        "{\"attributes\" : {\"EC2.InstanceId\":\"i-1\"} , \"keyAttributes\":{\"T\":\"\"}}"));
        expectSame(one("\"\\u0074imestamp\":1,\"message\":\"\\n\""));
    }

    @Test
    void declinesWhatIsNot() {
        for (var body :
                List.of(
                        "",
                        "{",
                        "{}",
                        "[]",
                        WHOLE + "x",
                        one("\"timestamp\":1"),
                        one("\"message\":\"m\""),
                        one("\"timestamp\":null,\"message\":\"m\""),
                        one("\"timestamp\":1,\"message\":null"),
                        one("\"timestamp\":1.5,\"message\":\"m\""),
                        one("\"timestamp\":1e3,\"message\":\"m\""),
                        one("\"timestamp\":01,\"message\":\"m\""),
                        one("\"timestamp\":-1,\"message\":\"m\""),
                        one("\"timestamp\":\"1\",\"message\":\"m\""),
                        one("\"timestamp\":1000000000000000000,\"message\":\"m\""),
                        one("\"timestamp\":1,\"timestamp\":1,\"message\":\"m\""),
                        one("\"timestamp\":1,\"message\":\"m\",\"message\":\"m\""),
                        one("\"timestamp\":1,\"message\":\"m\",\"other\":1"),
                        one("\"timestamp\":1,\"message\":\"a\nb\""),
                        one("\"timestamp\":1,\"message\":\"\\x\""),
                        one("\"timestamp\":1,\"message\":\"\\u12g4\""),
                        one("\"timestamp\":1,\"message\":\"\\ud83d\""),
                        one("\"timestamp\":1,\"message\":\"\\ud83d\\u0041\""),
                        one("\"timestamp\":1,\"message\":\"\\ude00\""),
                        entity("null"),
                        entity("{}"),
                        entity("[]"),
                        entity("{\"keyAttributes\":null}"),
                        entity("{\"keyAttributes\":{}}"),
                        entity("{\"keyAttributes\":{\"Type\":null}}"),
                        entity("{\"keyAttributes\":{\"Type\":1}}"),
                        entity("{\"keyAttributes\":{\"Type\":\"a\",\"Type\":\"a\"}}"),
                        entity("{\"keyAttributes\":{\"a\":\"b\"},\"keyAttributes\":{\"a\":\"b\"}}"),
                        entity("{\"keyAttributes\":{\"a\":\"b\"},\"other\":{\"a\":\"b\"}}"),
                        entity("{\"attributes\":{" + attributes(17) + "}}"),
                        "{\"logGroupName\":\"g\",\"logStreamName\":\"s\",\"logEvents\":[]}",
                        "{\"logGroupName\":\"g\",\"logEvents\":[{\"timestamp\":1,\"message\":\"m\"}]}")) {
            assertThat(read(body.getBytes(StandardCharsets.UTF_8))).as(body).isEmpty();
        }
        var event = "{\"timestamp\":1,\"message\":\"m\"}";
        var most = event + ("," + event).repeat(9_999);
        expectSame(one(most.substring(1, most.length() - 1)));
        var more = most + "," + event;
        assertThat(read(utf8(one(more.substring(1, more.length() - 1))))).isEmpty();
    }

    /// Bytes are cut, doubled, changed: whatever still passes means the same to both.
    @Test
    void isNeverMoreLenientThanTheGenericWay() {
        var random = new Random(20_261_121);
        var taken = 0;
        for (var i = 0; i < FUZZED; i++) {
            var bytes = utf8(WHOLE);
            for (var change = random.nextInt(3); change >= 0; change--) {
                var at = random.nextInt(bytes.length);
                switch (random.nextInt(4)) {
                    case 0 -> bytes = spliced(bytes, at, at + 1, new byte[0]);
                    case 1 -> bytes[at] = (byte) random.nextInt(256);
                    case 2 -> {
                        var inserted =
                                (byte) "{}[]\",:0123456789eE- \\un".charAt(random.nextInt(23));
                        bytes = spliced(bytes, at, at, new byte[] {inserted});
                    }
                    default -> {
                        var end = Math.min(bytes.length, at + random.nextInt(40));
                        var part = Arrays.copyOfRange(bytes, at, end);
                        var to = random.nextInt(bytes.length);
                        bytes = spliced(bytes, to, to, part);
                    }
                }
            }
            if (read(bytes).isPresent()) {
                taken++;
                expectSame(bytes);
            }
        }
        assertThat(taken).isGreaterThan(FUZZED / 100);
    }

    /// Any text of Unicode, in any mixture of escapes and plain characters, at any place in a word.
    @Test
    void readsAnyText() {
        var random = new Random(7);
        for (var i = 0; i < TEXTS; i++) {
            var text = new StringBuilder();
            for (var length = random.nextInt(60); length > 0; length--) {
                var point =
                        switch (random.nextInt(6)) {
                            case 0 -> random.nextInt(0x80);
                            case 1 -> random.nextInt(0x800);
                            case 2 -> random.nextInt(0xD800);
                            case 3 -> 0x10000 + random.nextInt(0x100000);
                            default -> 'a' + random.nextInt(26);
                        };
                append(text, point, random.nextInt(4) == 0);
            }
            expectSame(one("\"timestamp\":%d,\"message\":\"%s\"".formatted(i, text)));
        }
    }

    private static void append(StringBuilder json, int point, boolean escaped) {
        if (escaped || point < ' ' || point == '"' || point == '\\') {
            for (var c : Character.toChars(point)) {
                json.append("\\u%04x".formatted((int) c));
            }
        } else {
            json.appendCodePoint(point);
        }
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] with) {
        var all = new byte[bytes.length - (to - from) + with.length];
        System.arraycopy(bytes, 0, all, 0, from);
        System.arraycopy(with, 0, all, from, with.length);
        System.arraycopy(bytes, to, all, from + with.length, bytes.length - to);
        return all;
    }

    private static String one(String members) {
        return "{\"logGroupName\":\"g\",\"logStreamName\":\"s\",\"logEvents\":[{" + members + "}]}";
    }

    private static String entity(String entity) {
        var whole = one("\"timestamp\":1,\"message\":\"m\"");
        return whole.substring(0, whole.length() - 1) + ",\"entity\":" + entity + "}";
    }

    private static String attributes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"a%d\":\"b\"".formatted(i))
                .collect(Collectors.joining(","));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Optional<Request> read(byte[] body) {
        return scan.read(body);
    }

    private void expectSame(String body) {
        expectSame(utf8(body));
    }

    private void expectSame(byte[] body) {
        var name = new String(body, StandardCharsets.UTF_8);
        var read = read(body);
        assertThat(read).as(name).isPresent();
        var generic = generic(body);
        var told = read.orElseThrow();
        assertThat(told.logGroupName()).isEqualTo(generic.logGroupName());
        assertThat(told.logStreamName()).isEqualTo(generic.logStreamName());
        var entity = generic.entity();
        assertThat(told.entity())
                .isEqualTo(
                        entity == null
                                ? null
                                : new SentEntity(entity.keyAttributes(), entity.attributes()));
        var events = told.events();
        assertThat(events.count()).isEqualTo(generic.logEvents().size());
        for (var i = 0; i < events.count(); i++) {
            assertThat(events.timestampMs(i)).isEqualTo(generic.logEvents().get(i).timestamp());
            assertThat(events.message(i)).isEqualTo(generic.logEvents().get(i).message());
        }
    }

    private static PutLogEventsRequest generic(byte[] body) {
        var headers =
                Headers.builder()
                        .add("content-type", "application/x-amz-json-1.1")
                        .add("x-amz-target", "Logs_20140328.PutLogEvents")
                        .build();
        var wire = new AwsWire();
        var request = new WireRequest("POST", "/", "", headers, body, "127.0.0.1");
        try {
            return (PutLogEventsRequest) wire.decode(wire.route(request), request).request();
        } catch (AwsError refused) {
            throw new AssertionError(new String(body, StandardCharsets.UTF_8), refused);
        }
    }
}
