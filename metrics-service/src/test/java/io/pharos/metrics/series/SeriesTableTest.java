package io.pharos.metrics.series;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Random;

class SeriesTableTest {
    private final Random random = new Random(4);
    private final long[] hashes = random.longs(5_000).toArray();
    private final long[] keys = random.longs(5_000).toArray();
    private final long[] ids = new long[5_000];
    private final long[] seenMs = new long[5_000];

    @Test
    void knowsWhatWasPut() {
        var table = new SeriesTable(5_000);
        for (var i = 0; i < 4_000; i++) {
            table.put(hashes[i], keys[i], i + 1, 10L * i);
        }
        table.put(hashes[7], keys[7], 8, 99);
        table.find(hashes, keys, 5_000, ids, seenMs);
        for (var i = 0; i < 5_000; i++) {
            assertThat(ids[i]).isEqualTo(i < 4_000 ? i + 1 : 0);
            assertThat(seenMs[i]).isEqualTo(i == 7 ? 99 : i < 4_000 ? 10L * i : 0);
        }
    }

    @Test
    void bothHashesMakeASeries() {
        var table = new SeriesTable(10);
        table.put(1, 2, 3, 4);
        table.find(new long[] {1, 2, 1}, new long[] {3, 2, 2}, 3, ids, seenMs);
        assertThat(ids).startsWith(0, 0, 3);
    }

    @Test
    void aFullTableForgetsWhatNobodyLookedUp() {
        var table = new SeriesTable(1_000);
        for (var i = 0; i < 1_001; i++) {
            table.put(hashes[i], keys[i], i + 1, 0);
        }
        assertThat(known(table, 5_000)).isEqualTo(501);
        for (var i = 1_001; i < 1_600; i++) {
            // What is looked up from time to time stays.
            table.put(hashes[i], keys[i], i + 1, 0);
            assertThat(known(table, 5_000)).isLessThanOrEqualTo(1_000);
        }
        assertThat(ids[1_599]).isEqualTo(1_600);
    }

    private int known(SeriesTable table, int count) {
        table.find(hashes, keys, count, ids, seenMs);
        var known = 0;
        for (var i = 0; i < count; i++) {
            known += ids[i] == 0 ? 0 : 1;
        }
        return known;
    }
}
