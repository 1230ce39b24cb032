package io.pharos.logs.ingest.stream;

import io.pharos.kit.Database;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamConsumers.Subscription;
import io.pharos.kit.StreamHandler;
import io.pharos.logs.block.pg.MovingRoom;
import io.pharos.logs.config.Logs;
import io.pharos.logs.config.LogsConfig;
import io.pharos.stream.Topic;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.sql.SQLException;
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
            LogConsumer consumer,
            MovingRoom room) {
        consumers.start(
                new Subscription(
                        NAME,
                        Set.of(Topic.LOG_EVENTS.topicName()),
                        database,
                        "logs",
                        config.flushLinger(),
                        config.flushBytes(),
                        new Storing(consumer, room)));
    }

    /// The consumer, full when its block store is away for too long.
    record Storing(LogConsumer consumer, MovingRoom room) implements StreamHandler {
        @Override
        public void handle(StreamBatch batch) throws SQLException {
            consumer.handle(batch);
        }

        @Override
        public boolean isFull() {
            return room.isFull();
        }
    }
}
