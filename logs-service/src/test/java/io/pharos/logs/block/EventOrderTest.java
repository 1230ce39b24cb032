package io.pharos.logs.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.block.EventTable.EventKey;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

class EventOrderTest {
    private static final byte[] TEXT = {};

    @Test
    void isTheOrderOfIdsWhateverTheRuns() {
        var random = new Random(3);
        for (var round = 0; round < 2_000; round++) {
            var count = random.nextInt(60);
            var spread = 1 + random.nextInt(20);
            var table = new EventTable.Builder(8, 8);
            var time = 0L;
            for (var i = 0; i < count; i++) {
                time = random.nextInt(8) == 0 ? random.nextInt(spread) : time + random.nextInt(2);
                table.add(
                        new EventKey(
                                time,
                                -1L + random.nextInt(3), // compared as unsigned
                                random.nextInt(2) * Long.MIN_VALUE,
                                random.nextInt(3),
                                1),
                        TEXT,
                        0,
                        0);
            }
            var events = table.build();
            var expected =
                    IntStream.range(0, count)
                            .boxed()
                            .sorted(Comparator.comparing(events::id))
                            .mapToInt(Integer::intValue)
                            .toArray();
            assertThat(EventOrder.of(events)).as(Arrays.toString(expected)).isEqualTo(expected);
        }
    }
}
