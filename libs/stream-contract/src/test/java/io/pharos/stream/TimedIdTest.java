package io.pharos.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.UUID;
import java.util.stream.IntStream;

class TimedIdTest {
    @Test
    void tellsItsTime() {
        for (var time : new long[] {0, 1, 1_793_000_000_123L, (1L << 48) - 1}) {
            var id = TimedId.at(time);
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(TimedId.timeMs(id.toString())).hasValue(time);
        }
    }

    @Test
    void isUnlikeTheOthersOfItsMillisecond() {
        assertThat(IntStream.range(0, 10_000).mapToObj(_ -> TimedId.at(1_000)).distinct())
                .hasSize(10_000);
    }

    @Test
    void otherTextsTellNone() {
        assertThat(TimedId.timeMs(UUID.randomUUID().toString())).isEmpty();
        assertThat(TimedId.timeMs("nonsense")).isEmpty();
        assertThat(TimedId.timeMs("")).isEmpty();
    }
}
