package io.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

class SteppingClockTest {
    @Test
    void movesOnlyWhenTold() {
        var clock = SteppingClock.at("2026-01-01T12:00:00Z");
        assertThat(clock.instant()).isEqualTo(clock.instant());
        assertThat(clock.advance(Duration.ofMinutes(1)))
                .isEqualTo(Instant.parse("2026-01-01T12:01:00Z"))
                .isEqualTo(clock.instant());
        clock.set(Instant.EPOCH);
        assertThat(clock.millis()).isZero();
    }
}
