package io.pharos.logs.insights.plan;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import io.pharos.logs.block.BlockCodec;
import io.pharos.logs.block.BlockMerge;
import io.pharos.logs.block.IndexedValues;
import io.pharos.logs.block.NewBlock;
import io.pharos.logs.block.PackedBatch;
import io.pharos.logs.event.EventId;
import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.insights.eval.IndexedFieldScan;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// Blocks that can not have an indexed field's value are left out, and no others.
class IndexedBlocksTest {
    private static final long START = GoldenEvents.TIMES.startMs();
    private static final String PAD = "x".repeat(600_000);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // a message | a condition | whether the block is of interest
                "{'id':'one'} | id = 'one' | true",
                "{'id':'one'} | 'one' = id | true",
                "{'id':'one'} | id = 'One' | false",
                "{'id':'one'} | id = 'two' | false",
                "{'id':'one two'} | id = 'one two' | true",
                "{'id':'one two'} | id = 'one' | false",
                "{'id':'one'} | id in ['two', 'one'] | true",
                "{'id':'one'} | id in ['two', 'three'] | false",
                "{'id':''} | id = '' | true",
                "{'id':'é\u0041'} | id = 'éA' | true",
                "{'id':404} | id = 404 | true",
                "{'id':404} | id = '404' | true",
                "{'id':'404'} | id = 404.0 | true",
                "{'id':4.04e2} | id = 404 | true",
                "{'id':405} | id = 404 | false",
                "{'id':405} | id in [404, 405] | true",
                "{'id':-1} | id = -1 | true",
                "{'id':-0} | id = 0 | true",
                "{'id':12345678901234567890} | id = '12345678901234567890' | true",
                "{'id':true} | id = 1 | true",
                "{'id':true} | id = 0 | false",
                "{'id':null} | id = 'one' | false",
                "{'a':{'b':'deep'}} | a.b = 'deep' | true",
                "{'a':{'b':'deep'}} | a.b = 'shallow' | false",
                "{'a.b':'flat'} | a.b = 'flat' | true",
                "level=info {'id':'one'} | id = 'one' | true",
                "level=info {'id':'one'} | id = 'two' | false",
                "no JSON | id = 'one' | false",
                "{'id':'one'} | id = 'two' or id = 'one' | true",
                "{'id':'one'} | id = 'two' or a.b = 'x' | false",
                "{'id':'one'} | id = 'two' or @message like /one/ | true",
                "{'id':'one'} | id = 'one' and a.b = 'x' | false",
                "{'id':'one'} | not id = 'two' | true",
                "{'id':'one'} | id != 'two' | true",
                "{'id':'one'} | id like 'two' | true",
                "{'other':'one'} | other = 'two' | true",
                "{'id':'one'} | @logStream = 'two' | true",
                "{'id':'one'} | @message = 'two' | true",
            })
    void areLeftOutForWhatTheyHaveNot(String message, String condition, boolean isOfInterest) {
        var block = block(List.of(message.replace('\'', '"')));
        var plan = plan("filter " + condition.replace('\'', '"'));
        var indexed = requireNonNull(block.indexed());
        assertThat(!plan.selectsByValues() || plan.mayHave(indexed)).isEqualTo(isOfInterest);
        var run = new QueryRun(plan);
        var events = BlockCodec.open(block.payload());
        run.take(new EventBlock(events, 1, "1:g", Map.of(1L, "s")));
        if (!isOfInterest) {
            assertThat(run.rows()).isEmpty();
        }
    }

    @Test
    void computedNamesAreNotFields() {
        var indexed = requireNonNull(block(List.of("{\"id\":\"one\"}")).indexed());
        var plan = plan("fields concat(id, \"s\") as id | filter id = \"ones\"");
        assertThat(!plan.selectsByValues() || plan.mayHave(indexed)).isTrue();
    }

    @Test
    void oneValueOfAHundredIsWronglyTakenToBeThere() {
        var random = new Random(8);
        var messages =
                IntStream.range(0, 3_000)
                        .mapToObj(_ -> "{\"id\":\"%016x\"}".formatted(random.nextLong()))
                        .toList();
        var block = block(messages);
        var indexed = requireNonNull(block.indexed());
        assertThat(indexed.length).isLessThan(3_000 * 10 / 8 + 100);
        for (var message : messages) {
            var id = message.substring(7, 23);
            assertThat(IndexedValues.mayHave(indexed, "id", IndexedFieldScan.key(id))).isTrue();
        }
        var wrong =
                IntStream.range(0, 10_000)
                        .filter(_ -> {
                            var id = "%016x".formatted(random.nextLong());
                            return IndexedValues.mayHave(indexed, "id", IndexedFieldScan.key(id));
                        })
                        .count();
        assertThat(wrong).isBetween(10L, 200L);
    }

    private static QueryPlan plan(String query) {
        return QueryPlan.of(
                InsightsQuery.parse(query), GoldenEvents.TIMES, 10, QueryPlan.Inputs.CHECK_ONLY);
    }

    /// A full one.
    private static NewBlock block(List<String> messages) {
        var events = new PackedEvents.Builder();
        messages.forEach(message -> events.add(START, message));
        events.add(START, "{\"pad\":\"" + PAD + "\"}");
        var batch = LogBatchCodec.fill(LogBatch.newBuilder(), events.build()).build();
        var packed =
                new PackedBatch(
                        1,
                        START,
                        EventId.batch(1, 1),
                        START,
                        START,
                        batch.getCount(),
                        batch.getRawBytes(),
                        batch.getEvents().toByteArray());
        var flushed = BlockMerge.flush(List.of(packed)).getFirst();
        return BlockMerge.merge(
                        List.of(flushed.payload()),
                        flushed.day(),
                        1,
                        (_, _) -> true,
                        new IndexedFieldScan(List.of("id", "a.b", "@message", "@logStream")))
                .getFirst();
    }
}
