package io.pharos.kit.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HealthTest {
    @Test
    void metersGetNamesOfMetrics() {
        assertThat(Health.camel("stream.lag")).isEqualTo("StreamLag");
        assertThat(Health.camel("events.deliveries")).isEqualTo("EventsDeliveries");
        assertThat(Health.camel("consumer")).isEqualTo("Consumer");
        assertThat(Health.camel("a..b_c-d")).isEqualTo("ABCD");
    }
}
