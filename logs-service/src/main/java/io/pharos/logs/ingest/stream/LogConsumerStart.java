package io.pharos.logs.ingest.stream;

import io.pharos.kit.Database;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamConsumers.Subscription;
import io.pharos.logs.config.Logs;
import io.pharos.logs.config.LogsConfig;
import io.pharos.stream.Topic;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.util.Set;

/// Starts the consumer of `log-events` with the application.
@Singleton
final class LogConsumerStart {
    private static final String NAME = "logs";

    void start(
            @Observes StartupEvent started,
            StreamConsumers consumers,
            @Logs Database database,
            LogsConfig config,
            LogConsumer consumer) {
        consumers.start(
                new Subscription(
                        NAME,
                        Set.of(Topic.LOG_EVENTS.topicName()),
                        database,
                        "logs",
                        config.flushLinger(),
                        config.flushBytes(),
                        consumer));
    }
}
