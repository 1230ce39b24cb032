package io.pharos.logs.vended.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.vended.pg.PgVendedChunks.Chunk;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class StreamRecordsTest {
    private static final String LINE = "x".repeat(99_999) + "\n";

    private static Chunk chunk(long id, int lines) {
        return chunk(id, LINE.repeat(lines), lines);
    }

    private static Chunk chunk(long id, String lines, int events) {
        return new Chunk(id, lines.getBytes(StandardCharsets.UTF_8), events, id);
    }

    private static List<Long> ids(List<Chunk> chunks) {
        return chunks.stream().map(Chunk::id).toList();
    }

    @Test
    void manyChunksAreOneRecord() {
        var cut = StreamRecords.of(List.of(chunk(1, 4), chunk(2, 5), chunk(3, 2)));
        assertThat(cut.records()).hasSize(2);
        assertThat(ids(cut.records().getFirst().done())).containsExactly(1L, 2L);
        assertThat(cut.records().getFirst().events()).isEqualTo(9);
        assertThat(ids(cut.records().getLast().done())).containsExactly(3L);
        assertThat(StreamRecords.of(List.of()).records()).isEmpty();
    }

    @Test
    void aLargeChunkIsManyRecordsOfWholeLines() {
        var cut = StreamRecords.of(List.of(chunk(1, 1), chunk(2, 25), chunk(3, 1)));
        assertThat(cut.tooLong()).isZero();
        var sizes = new ArrayList<Integer>();
        for (var record : cut.records()) {
            sizes.add(record.data().length);
            assertThat(record.data()[record.data().length - 1]).isEqualTo((byte) '\n');
        }
        assertThat(sizes).containsExactly(100_000, 1_000_000, 1_000_000, 600_000);
        assertThat(ids(cut.records().get(1).done())).isEmpty();
        assertThat(ids(cut.records().get(1).all())).containsExactly(2L);
        assertThat(ids(cut.records().get(3).done())).containsExactly(2L, 3L);
    }

    @Test
    void aLineThatNoRecordCanHaveIsLeftOut() {
        var huge = "y".repeat(StreamRecords.MAX_BYTES + 1) + "\n";
        var cut = StreamRecords.of(List.of(chunk(1, LINE + huge + LINE, 3), chunk(2, 1)));
        assertThat(cut.tooLong()).isEqualTo(1);
        var sent = 0;
        for (var record : cut.records()) {
            sent += record.data().length;
        }
        assertThat(sent).isEqualTo(3 * LINE.length());
        var alone = StreamRecords.of(List.of(chunk(1, huge, 1)));
        assertThat(ids(alone.records().getFirst().done())).containsExactly(1L);
        assertThat(alone.records().getFirst().data()).isEmpty();
    }
}
