package io.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

class EventuallyTest {
    @Test
    void returnsOnceItHolds() {
        var calls = new AtomicInteger();
        Eventually.within(
                Duration.ofSeconds(5), () -> assertThat(calls.incrementAndGet()).isEqualTo(3));
        assertThat(calls).hasValue(3);
    }

    @Test
    void failsWithTheLastFailure() {
        assertThatThrownBy(() ->
                        Eventually.within(
                                Duration.ZERO,
                                () -> {
                                    throw new IllegalStateException("still not");
                                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("still not")
                .hasCauseInstanceOf(IllegalStateException.class);
    }
}
