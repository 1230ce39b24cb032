package io.pharos.kit;

import java.time.Duration;
import java.util.Set;

/// Starts and stops this process's ordered consumers. A service declares what it reads at start-up.
public class StreamConsumers {
    /// What a consumer reads and how it is paced. `name` is the Kafka group and the deriver in the
    /// origins of what it sends; `schema` is where its positions live (`<schema>.stream_position`,
    /// `<schema>.stream_origin`, created by the kit). It polls until `linger` has passed since the
    /// first record or `maxBytes` are there, then calls the handler once a partition.
    public record Subscription(
            String name,
            Set<String> topics,
            Database database,
            String schema,
            Duration linger,
            int maxBytes,
            StreamHandler handler) {}

    /// Starts a consumer on a thread of its own; it stops with the application.
    public void start(Subscription subscription) {
        throw new UnsupportedOperationException();
    }
}
