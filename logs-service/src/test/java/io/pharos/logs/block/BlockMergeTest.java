package io.pharos.logs.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.logs.event.EventId;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

class BlockMergeTest {
    private static final long DAY = 86_400_000L;

    @Test
    void flushesByDayAndSizeWithoutLosingAnything() {
        var random = new Random(5);
        var batches = new ArrayList<PackedBatch>();
        for (var i = 0; i < 60; i++) {
            var time = random.nextLong(3 * DAY);
            batches.add(batch(i % 7, i, time, 100_000, random));
        }
        var blocks = BlockMerge.flush(batches);
        // `isEqualTo`: what says more of a difference takes the square of their number.
        assertThat(ids(blocks).stream().sorted().toList())
                .isEqualTo(idsOf(batches).stream().sorted().toList());
        for (var block : blocks) {
            assertThat(block.rawBytes()).isLessThanOrEqualTo(BlockMerge.TARGET_BYTES);
            expectTrueIndex(block);
            assertThat(block.day()).isEqualTo(BlockMerge.dayOf(block.firstMs()));
            assertThat(block.tier()).isZero();
            assertThat(block.trigrams()).isNull();
        }
    }

    @Test
    void mergesSortedIntoFullBlocks() {
        var random = new Random(6);
        var batches = new ArrayList<PackedBatch>();
        for (var i = 0; i < 40; i++) {
            batches.add(batch(i % 7, i, random.nextLong(DAY), 100_000, random));
        }
        var flushed = BlockMerge.flush(batches);
        var merged = merge(flushed, (_, _) -> true);
        assertThat(ids(merged)).isEqualTo(idsOf(batches).stream().sorted().toList());
        assertThat(merged.size()).isLessThanOrEqualTo(flushed.size());
        for (var block : merged) {
            expectTrueIndex(block);
            assertThat(block.rawBytes()).isLessThanOrEqualTo(BlockMerge.TARGET_BYTES);
            assertThat(block.tier())
                    .isEqualTo(block.rawBytes() >= BlockMerge.TARGET_BYTES / 2 ? 100 : 1);
        }
        // Merging again changes nothing.
        assertThat(ids(merge(merged, (_, _) -> true))).isEqualTo(ids(merged));
    }

    @Test
    void keepsWhatIsWanted() {
        var random = new Random(7);
        var batches =
                IntStream.range(0, 20)
                        .mapToObj(i -> batch(i % 4, i, 1000L * i, 500, random))
                        .toList();
        var flushed = BlockMerge.flush(batches);
        var kept = merge(flushed, (time, stream) -> time >= 5_000 && stream != 3);
        assertThat(ids(kept))
                .allSatisfy(id -> assertThat(id.timestampMs()).isGreaterThanOrEqualTo(5000));
        assertThat(kept).allSatisfy(block -> assertThat(block.streamIds()).doesNotContain(3));
        assertThat(merge(flushed, (_, _) -> false)).isEmpty();
    }

    @Test
    void listsStreamsUpToABound() {
        var random = new Random(8);
        var listed = IntStream.range(0, 256).mapToObj(i -> batch(i, i, 5, 30, random)).toList();
        assertThat(BlockMerge.flush(listed).getFirst().streamIds()).hasSize(256);
        var more = IntStream.range(0, 257).mapToObj(i -> batch(i, i, 5, 30, random)).toList();
        assertThat(BlockMerge.flush(more).getFirst().streamIds()).isNull();
        assertThat(merge(BlockMerge.flush(more), (_, _) -> true).getFirst().streamIds()).isNull();
    }

    @Test
    void trigramsNeverHideATextThatIsThere() {
        var random = new Random(9);
        var blocks =
                merge(
                        BlockMerge.flush(
                                IntStream.range(0, 30)
                                        .mapToObj(i -> batch(1, i, i, 20_000, random))
                                        .toList()),
                        (_, _) -> true);
        var hits = 0;
        for (var block : blocks) {
            var stored = Objects.requireNonNull(block.trigrams());
            assertThat(stored).hasSizeLessThan(8 << 10);
            var trigrams = Trigrams.opened(stored);
            var events = BlockCodec.open(block.payload());
            for (var event = 0; event < events.count(); event += 17) {
                var message = events.message(event);
                var from = random.nextInt(message.length());
                var text =
                        message.substring(from, from + random.nextInt(message.length() - from + 1));
                assertThat(Trigrams.mayContain(trigrams, utf8(text))).as(text).isTrue();
            }
            hits += Trigrams.mayContain(trigrams, utf8("QXZQXZQXZ")) ? 1 : 0;
        }
        assertThat(hits).isZero();
    }

    @Test
    void damagedBlocksAreNamedSo() {
        var random = new Random(10);
        var flushed = BlockMerge.flush(List.of(batch(1, 1, 1, 2_000, random)));
        var merged = merge(flushed, (_, _) -> true);
        for (var block : List.of(flushed.getFirst(), merged.getFirst())) {
            for (var i = 0; i < 3_000; i++) {
                var damaged = block.payload().clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                try {
                    BlockCodec.open(damaged);
                } catch (IllegalArgumentException named) {
                    // As promised; anything else fails the test.
                }
            }
        }
        assertThatThrownBy(() -> BlockCodec.open(new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BlockCodec.open(new byte[] {9, 1, 2}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<NewBlock> merge(List<NewBlock> blocks, BlockMerge.Keep keep) {
        return BlockMerge.merge(blocks.stream().map(NewBlock::payload).toList(), 0, 1, keep);
    }

    private static void expectTrueIndex(NewBlock block) {
        var events = BlockCodec.open(block.payload());
        var times =
                IntStream.range(0, events.count())
                        .mapToLong(events::timestampMs)
                        .sorted()
                        .toArray();
        assertThat(block.events()).isEqualTo(events.count());
        assertThat(block.firstMs()).isEqualTo(times[0]);
        assertThat(block.lastMs()).isEqualTo(times[times.length - 1]);
        assertThat(block.rawBytes())
                .isEqualTo(
                        IntStream.range(0, events.count())
                                .mapToLong(event -> events.messageLength(event) + 26)
                                .sum());
        assertThat(block.streamIds())
                .isEqualTo(
                        LongStream.range(0, events.count())
                                .map(event -> events.streamId((int) event))
                                .distinct()
                                .sorted()
                                .toArray());
    }

    private static List<EventId> ids(List<NewBlock> blocks) {
        var ids = new ArrayList<EventId>();
        for (var block : blocks) {
            var events = BlockCodec.open(block.payload());
            for (var event = 0; event < events.count(); event++) {
                ids.add(events.id(event));
            }
        }
        return ids;
    }

    private static List<EventId> idsOf(List<PackedBatch> batches) {
        var ids = new ArrayList<EventId>();
        for (var batch : batches) {
            var events = LogBatchCodec.open(batch.frame());
            for (var event = 0; event < events.count(); event++) {
                ids.add(
                        new EventId(
                                events.timestampMs(event),
                                batch.ingestionMs(),
                                batch.batch(),
                                event));
            }
        }
        return ids;
    }

    /// A batch of about `bytes`.
    private static PackedBatch batch(long stream, int number, long time, int bytes, Random random) {
        var events = new PackedEvents.Builder();
        for (var left = bytes; left > 0; ) {
            var message =
                    "GET /é/" + Integer.toString(random.nextInt(50_000), 36) + " took " + left;
            events.add(time + random.nextInt(5), message);
            left -= message.length() + 26;
        }
        var filled = LogBatchCodec.fill(LogBatch.newBuilder(), events.build());
        return new PackedBatch(
                stream,
                time + 1,
                EventId.batch(2, number),
                filled.getFirstMs(),
                filled.getLastMs(),
                filled.getCount(),
                filled.getRawBytes(),
                filled.getEvents().toByteArray());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
