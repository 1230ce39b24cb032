package io.pharos.ingest.log.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pharos.ingest.log.door.DoorEvents.DoorEvent;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.wire.AwsError;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

class DoorsTest {
    private static final long NOW = 1_768_478_430_000L;
    private static final int MUTATIONS = 10_000;

    private static DoorEvent event(long timestampMs, String message) {
        return new DoorEvent(timestampMs, message);
    }

    private static DoorEvents collector(String body) {
        return JsonDoors.collector(body.getBytes(UTF_8), NOW);
    }

    private static DoorEvents bulk(String body) {
        return JsonDoors.bulk(body.getBytes(UTF_8), NOW);
    }

    private static DoorEvents structured(String body) {
        return JsonDoors.structured(body.getBytes(UTF_8), NOW);
    }

    @Test
    void theCollectorTakesObjectsWithAnEvent() {
        var one = "{\"event\":\"a\",\"time\":1486683865.5}";
        assertThat(collector(one).events()).containsExactly(event(1_486_683_865_500L, one));
        var text = "{\"time\":\"1486683865\",\"event\":{\"n\":1.10}}";
        assertThat(collector(one + "\n" + text + one).events())
                .containsExactly(
                        event(1_486_683_865_500L, one),
                        event(1_486_683_865_000L, text),
                        event(1_486_683_865_500L, one));
        var skipping = collector("[{\"event\":null},{\"message\":\"no\"},1,[]]");
        assertThat(skipping.events()).containsExactly(event(NOW, "{\"event\":null}"));
        assertThat(skipping.skipped()).isEqualTo(3);
        assertThat(collector("{\"event\":1,\"time\":\"soon\"}").events().getFirst().timestampMs())
                .isEqualTo(NOW);
        assertThat(collector("").events()).isEmpty();
        assertThatThrownBy(() -> collector("{\"event\":")).isInstanceOf(AwsError.class);
    }

    @Test
    void bulkTakesAnyValueALine() {
        var object = "{\"timestamp\":1771007942000,\"message\":\"m\"}";
        var sent = bulk(object + "\r\n\n\"plain\"\n42\nnull\n{no\n[" + object + ",7]\n[]\n1 2\n");
        assertThat(sent.events())
                .containsExactly(
                        event(1_771_007_942_000L, object),
                        event(NOW, "plain"),
                        event(NOW, "42"),
                        event(NOW, "null"),
                        event(1_771_007_942_000L, object),
                        event(NOW, "7"));
        assertThat(sent.skipped()).isEqualTo(2);
    }

    @Test
    void structuredTakesObjectsOnly() {
        var object = "{\"timestamp\":\"1771007942000\",\"level\":\"INFO\"}";
        assertThat(structured("[" + object + ",\"text\",42," + object + "]"))
                .isEqualTo(
                        new DoorEvents(
                                List.of(
                                        event(1_771_007_942_000L, object),
                                        event(1_771_007_942_000L, object)),
                                2));
        assertThat(structured(object + "{}").events()).hasSize(1);
        assertThat(structured("[]").events()).isEmpty();
        assertThat(structured("\"hello\"").skipped()).isEqualTo(1);
        assertThatThrownBy(() -> structured("")).isInstanceOf(AwsError.class);
        assertThatThrownBy(() -> structured("{")).isInstanceOf(AwsError.class);
        assertThatThrownBy(() -> structured("[".repeat(100_000))).isInstanceOf(AwsError.class);
    }

    @Test
    @Timeout(5)
    void oddTimesAreNow() {
        for (var time :
                List.of(
                        "1e99999999",
                        "-1",
                        "\"1e99999999\"",
                        "1e-99999999",
                        "9".repeat(900),
                        "{}")) {
            assertThat(structured("{\"timestamp\":" + time + "}").events().getFirst().timestampMs())
                    .as(time)
                    .isEqualTo(NOW);
        }
    }

    private static final String OTLP =
            """
            {"resourceLogs":[{"resource":{"attributes":[
               {"key":"service.name","value":{"stringValue":"shop"}}]},
              "scopeLogs":[{"scope":{"name":"lib","version":"1"},"logRecords":[
               {"timeUnixNano":"1768478430000000001","severityNumber":9,"severityText":"INFO",
                "body":{"stringValue":"sold"},"traceId":"5b8efff798038103d269b633813fc60c",
                "spanId":"eee19b7ec3c1b174","attributes":[{"key":"n","value":{"intValue":"7"}},
                {"key":"l","value":{"arrayValue":{"values":[{"boolValue":true},{"doubleValue":0.5}]}}}]},
               {"observedTimeUnixNano":"1768478431000000000",
                "body":{"kvlistValue":{"values":[{"key":"k","value":{"stringValue":"v"}}]}}}]}]}]}
            """;

    @Test
    void otlpRecordsBecomeObjects() {
        var fromJson = OtlpLogs.of(OtlpLogs.fromJson(OTLP.getBytes(UTF_8)), true, NOW);
        assertThat(fromJson.events())
                .containsExactly(
                        event(
                                1_768_478_430_000L,
                                "{\"resource\":{\"attributes\":{\"service.name\":\"shop\"}},"
                                        + "\"scope\":{\"name\":\"lib\",\"version\":\"1\"},"
                                        + "\"timeUnixNano\":\"1768478430000000001\","
                                        + "\"observedTimeUnixNano\":\"0\",\"severityNumber\":9,"
                                        + "\"severityText\":\"INFO\",\"body\":\"sold\","
                                        + "\"attributes\":{\"n\":7,\"l\":[true,0.5]},"
                                        + "\"traceId\":\"5b8efff798038103d269b633813fc60c\","
                                        + "\"spanId\":\"eee19b7ec3c1b174\"}"),
                        event(
                                1_768_478_431_000L,
                                "{\"resource\":{\"attributes\":{\"service.name\":\"shop\"}},"
                                        + "\"scope\":{\"name\":\"lib\",\"version\":\"1\"},"
                                        + "\"timeUnixNano\":\"0\","
                                        + "\"observedTimeUnixNano\":\"1768478431000000000\","
                                        + "\"body\":{\"k\":\"v\"},\"attributes\":{}}"));
    }

    @Test
    void batchesAreWithinTheLimitsAndInOrder() {
        var day = LogBatchCodec.MAX_SPAN_MS;
        var events = new ArrayList<DoorEvent>();
        for (var i = 0; i < 25_000; i++) {
            events.add(event(NOW + (i % 2) * 3 * day, "m" + i));
        }
        var batches = EventBatches.of(new DoorEvents(events, 0));
        assertThat(batches).hasSize(4);
        for (var batch : batches) {
            assertThat(batch.count()).isLessThanOrEqualTo(LogBatchCodec.MAX_EVENTS);
            assertThat(batch.timestampMs(batch.count() - 1) - batch.timestampMs(0))
                    .isLessThanOrEqualTo(day);
        }
        var large = "x".repeat(LogBatchCodec.MAX_BATCH_BYTES / 2);
        assertThat(EventBatches.of(new DoorEvents(List.of(event(1, large), event(2, large)), 0)))
                .hasSize(2);
        var tooLarge = event(NOW, large + large);
        assertThatThrownBy(() -> EventBatches.of(new DoorEvents(List.of(tooLarge), 0)))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("Log event too large");
    }

    private static final List<String> PIECES =
            List.of(
                    "\"",
                    "{",
                    "}",
                    "[",
                    "]",
                    "-",
                    "1e999",
                    "99999999999999999999",
                    "NaN",
                    "null",
                    "true",
                    "\\u0000",
                    "\\ud800",
                    "\\",
                    "\u00e9",
                    ",",
                    ":",
                    "\n",
                    "\"\"",
                    "0.5");

    private void fuzz(String seed, Function<byte[], DoorEvents> door) {
        var random = new Random(20261121);
        for (var i = 0; i < MUTATIONS; i++) {
            var text = new StringBuilder(seed);
            for (var j = random.nextInt(3); j >= 0; j--) {
                var at = random.nextInt(text.length());
                var end = Math.min(text.length(), at + random.nextInt(6));
                text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
            }
            var body = text.toString().getBytes(UTF_8);
            if (random.nextInt(10) == 0) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            tryOut(body, door);
        }
    }

    private static void tryOut(byte[] body, Function<byte[], DoorEvents> door) {
        try {
            EventBatches.of(door.apply(body));
        } catch (AwsError expected) {
            assertThat(expected.status()).isEqualTo(400);
        } catch (RuntimeException | StackOverflowError escaped) {
            throw new AssertionError(new String(body, UTF_8), escaped);
        }
    }

    @Test
    void nothingButTheDoorsOwnErrorEscapes() {
        var json =
                "{\"event\":{\"a\":[1,2.5,\"x\"]},\"time\":1486683865.5,\"timestamp\":1771007942000}\n"
                        + "[{\"event\":\"b\",\"timestamp\":\"12\"},null,true]";
        fuzz(json, body -> JsonDoors.collector(body, NOW));
        fuzz(json, body -> JsonDoors.bulk(body, NOW));
        fuzz(json, body -> JsonDoors.structured(body, NOW));
        fuzz(OTLP, body -> OtlpLogs.of(OtlpLogs.fromJson(body), true, NOW));
    }

    @Test
    void nothingButTheDoorsOwnErrorEscapesFromProtobuf() {
        var seed = OtlpLogs.fromJson(OTLP.getBytes(UTF_8)).toByteArray();
        var random = new Random(20261121);
        for (var i = 0; i < MUTATIONS; i++) {
            var bytes = seed.clone();
            for (var j = random.nextInt(4); j >= 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            tryOut(bytes, body -> OtlpLogs.of(OtlpLogs.fromProtobuf(body), false, NOW));
        }
    }
}
