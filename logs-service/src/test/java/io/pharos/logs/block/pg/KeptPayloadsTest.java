package io.pharos.logs.block.pg;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.block.pg.KeptPayloads.Key;

import org.junit.jupiter.api.Test;

class KeptPayloadsTest {
    @Test
    void isNeverMoreThanItMayBe() {
        var kept = new KeptPayloads(1 << 20);
        for (var id = 0; id < 1_000; id++) {
            kept.keep(new Key(id, 7), new byte[16 << 10]);
        }
        assertThat(kept.bytes()).isPositive().isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void anotherBlockOfTheSameNumberIsAnother() {
        var kept = new KeptPayloads(1 << 20);
        var payload = new byte[] {1, 2, 3};
        kept.keep(new Key(1, 7), payload);
        assertThat(kept.find(new Key(1, 7))).isSameAs(payload);
        assertThat(kept.find(new Key(1, 8))).isNull();
        assertThat(kept.find(new Key(2, 7))).isNull();
    }
}
