package io.pharos.logs.insights.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.block.BlockCodec;
import io.pharos.logs.block.BlockMerge;
import io.pharos.logs.block.EventTable;
import io.pharos.logs.block.PackedBatch;
import io.pharos.logs.event.EventId;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/// What columns tell of a field is what looking at each message tells.
class ColumnFieldsTest {
    private static final long TIME = 1_768_478_400_000L;
    private static final List<String> NAMES =
            List.of("a", "b", "a.b", "@x", "tags", "é", "", "0", "a.b.c", "long");

    @Test
    void columnsTellWhatMessagesTell() {
        for (var seed = 0; seed < 60; seed++) {
            var random = new Random(seed);
            var messages =
                    IntStream.range(0, 40 + random.nextInt(600))
                            .mapToObj(_ -> object(random, 0))
                            .toList();
            expectTheSame(messages, seed);
        }
    }

    @Test
    void oddMessagesAreLookedAt() {
        var messages = new ArrayList<String>();
        for (var i = 0; i < 300; i++) {
            messages.add("{\"a\": " + i % 7 + ", \"b\":\"x" + i % 3 + "\"}");
        }
        messages.addAll(
                List.of(
                        "{\"a\":1",
                        "{\"a\":1,}",
                        " {\"a\" : 2 , \"b\":null}\n",
                        "plain text",
                        "",
                        "{\"a\":\"\\u0041\",\"b\":\"\\ud800\"}",
                        "{\"\\u0061\":5}",
                        "{\"a\":1} {\"b\":2}",
                        "prefix {\"a\":9,\"b\":8}",
                        "{\"a\":{\"b\":1},\"a.b\":2}",
                        "{\"a.b\":2,\"a\":{\"b\":1}}",
                        "{\"a\":null,\"a\":3,\"a\":4}",
                        "{\"a\":12abc}",
                        "{\"a\":[1,[2],{\"b\":3}],\"b\":[]}",
                        "{\"a\":" + "[".repeat(50) + "]".repeat(50) + "}",
                        "{\"a\":true,\"b\":false,\"@x\":1e5}",
                        "2 123456789012 eni-1 10.0.0.1 10.0.0.2 1 2 6 3 4 5 6 ACCEPT OK"));
        expectTheSame(messages, 1);
        var many = new StringBuilder("{");
        for (var i = 0; i < 250; i++) {
            many.append("\"f").append(i).append("\":").append(i).append(',');
        }
        expectTheSame(
                List.of(
                        many + "\"a\":1}",
                        "{\"a\":2}",
                        "{\"b\":{\"a\":1," + many.substring(1) + "\"a\":1}}"),
                2);
    }

    @Test
    void aHeadAnswersWithoutMessages() {
        var random = new Random(9);
        var messages = new ArrayList<String>();
        for (var i = 0; i < 2_000; i++) {
            messages.add(
                    "{\"level\":\"%s\",\"id\":\"%016x\",\"n\":%d}"
                            .formatted(i % 9 == 0 ? "ERROR" : "INFO", random.nextLong(), i % 400));
        }
        var block = BlockMerge.merge(flushed(messages), 0, 1, (_, _) -> true, 0).getFirst();
        var headBytes = Objects.requireNonNull(block.headBytes());
        var head = Arrays.copyOf(block.payload(), headBytes);
        assertThat(BlockCodec.isEnough(head, List.of("level", "n", "absent"))).isTrue();
        assertThat(BlockCodec.isEnough(head, List.of("id"))).as("costs too much").isFalse();
        assertThat(BlockCodec.isEnough(block.payload(), List.of("id"))).isTrue();
        var events = BlockCodec.open(head);
        assertThat(events.hasText()).isFalse();
        assertThat(values(events, List.of("level", "n", "absent")))
                .isEqualTo(scanned(messages, List.of("level", "n", "absent")));
        var whole = BlockCodec.open(block.payload());
        assertThat(IntStream.range(0, 2_000).mapToObj(whole::message)).isEqualTo(messages);
        assertThat(IntStream.range(0, 2_000).mapToObj(events::id))
                .isEqualTo(IntStream.range(0, 2_000).mapToObj(whole::id).toList());
    }

    private static void expectTheSame(List<String> messages, int seed) {
        var random = new Random(seed);
        var block =
                BlockMerge.merge(flushed(messages), BlockMerge.dayOf(TIME), 1, (_, _) -> true, 0)
                        .getFirst();
        var events = BlockCodec.open(block.payload());
        assertThat(IntStream.range(0, events.count()).mapToObj(events::message))
                .isEqualTo(messages);
        for (var i = 0; i < 12; i++) {
            var wanted = new ArrayList<String>();
            for (var j = random.nextInt(4); j >= 0; j--) {
                wanted.add(path(random));
            }
            wanted.addAll(List.of("@@x", "@type", "a", "f0", "f199", "f200", "a.0", "a.2.b"));
            assertThat(values(events, wanted))
                    .as("seed %s: %s", seed, wanted)
                    .isEqualTo(scanned(messages, wanted));
        }
    }

    private static String path(Random random) {
        var path = new StringBuilder(name(random));
        while (random.nextInt(3) == 0) {
            path.append('.').append(random.nextBoolean() ? name(random) : random.nextInt(3));
        }
        return path.toString();
    }

    private static String name(Random random) {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    private static List<List<String>> values(EventTable events, List<String> wanted) {
        var discovered = new DiscoveredFields();
        wanted.forEach(discovered::number);
        var row = new Row(0, discovered);
        var block = new EventBlock(events, 1, "log", Map.of(1L, "s"));
        var values = new ArrayList<List<String>>();
        for (var event = 0; event < events.count(); event++) {
            row.moveTo(block, event);
            values.add(
                    wanted.stream()
                            .map(name -> String.valueOf(row.discovered(discovered.number(name))))
                            .toList());
        }
        return values;
    }

    private static List<List<String>> scanned(List<String> messages, List<String> wanted) {
        var discovered = new DiscoveredFields();
        wanted.forEach(discovered::number);
        var scan = new FieldScan(discovered);
        var values = new ArrayList<List<String>>();
        for (var message : messages) {
            var bytes = message.getBytes(StandardCharsets.UTF_8);
            scan.read(bytes, 0, bytes.length);
            values.add(
                    wanted.stream()
                            .map(name -> String.valueOf(scan.found(discovered.number(name))))
                            .toList());
        }
        return values;
    }

    private static List<byte[]> flushed(List<String> messages) {
        var events = new PackedEvents.Builder();
        for (var i = 0; i < messages.size(); i++) {
            events.add(TIME + i, messages.get(i));
        }
        var batch = LogBatchCodec.fill(LogBatch.newBuilder(), events.build()).build();
        var packed =
                new PackedBatch(
                        1,
                        TIME,
                        EventId.batch(0, 0),
                        batch.getFirstMs(),
                        batch.getLastMs(),
                        batch.getCount(),
                        batch.getRawBytes(),
                        batch.getEvents().toByteArray());
        return BlockMerge.flush(List.of(packed)).stream().map(block -> block.payload()).toList();
    }

    private static String object(Random random, int depth) {
        var out = new StringBuilder("{");
        for (var i = random.nextInt(5); i > 0; i--) {
            out.append(out.length() > 1 ? ", " : "")
                    .append('"')
                    .append(name(random))
                    .append("\":")
                    .append(value(random, depth));
        }
        return out.append('}').toString();
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth > 2 ? 8 : 11)) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "false";
            case 2, 3 -> Integer.toString(random.nextInt(-3, 20));
            case 4 -> Double.toString(random.nextDouble());
            case 5 -> "\"v" + random.nextInt(4) + "\"";
            case 6 -> "\"q\\\"\\n\\\\\\/" + random.nextInt(3) + "€\"";
            case 7 -> "\"" + "l".repeat(random.nextInt(2_000)) + "\"";
            case 8, 9 -> object(random, depth + 1);
            default -> "[" + value(random, depth + 1) + "," + value(random, depth + 1) + "]";
        };
    }
}
