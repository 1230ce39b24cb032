package io.pharos.kit;

import jakarta.inject.Singleton;

import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Ready: Kafka answers, its topics exist, and every consumer of this process is in its group. The
/// datasources have a check of Quarkus' own.
@Readiness
@Singleton
final class StreamReadiness implements HealthCheck {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    private final Admin admin;
    private final Topics topics;
    private final StreamConsumers consumers;

    StreamReadiness(Admin admin, Topics topics, StreamConsumers consumers) {
        this.admin = admin;
        this.topics = topics;
        this.consumers = consumers;
    }

    @Override
    public HealthCheckResponse call() {
        var kafka = answers();
        return HealthCheckResponse.named("streams")
                .withData("kafka", kafka)
                .withData("topics", topics.isReady())
                .withData("consumers", consumers.isReady())
                .status(kafka && topics.isReady() && consumers.isReady())
                .build();
    }

    private boolean answers() {
        try {
            return !admin.describeCluster()
                    .nodes()
                    .get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .isEmpty();
        } catch (ExecutionException | TimeoutException away) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
