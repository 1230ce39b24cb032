package io.pharos.kit;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

import java.time.Duration;

/// Alive: no consumer's thread is dead, and none has been in one handler call beyond reason. What is
/// away outside (PostgreSQL, Kafka) is no reason to be killed.
@Liveness
@Singleton
final class StreamLiveness implements HealthCheck {
    static final Duration LONGEST_BATCH = Duration.ofMinutes(10);

    private final StreamConsumers consumers;

    StreamLiveness(StreamConsumers consumers) {
        this.consumers = consumers;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("consumers")
                .status(!consumers.isStuck(LONGEST_BATCH))
                .build();
    }
}
