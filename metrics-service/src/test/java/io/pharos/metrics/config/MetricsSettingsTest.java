package io.pharos.metrics.config;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class MetricsSettingsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void refuseWhatCanNotWork() {
        refuse("pharos.metrics.series-cache", 0, SECOND, SECOND);
        refuse("pharos.metrics.flush-ms", 1, Duration.ZERO, SECOND);
        refuse("pharos.metrics.flush-ms", 1, Duration.ofMinutes(2), SECOND);
        refuse("pharos.metrics.compact-every-ms", 1, SECOND, Duration.ofMillis(-1));
    }

    private static void refuse(String key, int series, Duration flush, Duration compactEvery) {
        assertThatThrownBy(() -> new MetricsSettings(series, flush, compactEvery))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(key);
    }
}
