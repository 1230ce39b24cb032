package io.pharos.kit;

import io.quarkus.arc.DefaultBean;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.config.Config;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// Beans that every service shares: the clock, and the way to Kafka.
@Singleton
final class KitBeans {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    /// Tests produce their own [InstantSource] instead.
    @Produces
    @Singleton
    @DefaultBean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    KafkaConnection kafka(Config config) {
        return KafkaConnection.from(config);
    }

    @Produces
    @Singleton
    Admin admin(KafkaConnection kafka) {
        return Admin.create(
                kafka.with(
                        Map.of(
                                "client.id", "pharos-admin",
                                "request.timeout.ms", 5_000,
                                "default.api.timeout.ms", 10_000)));
    }

    void close(@Disposes Admin admin) {
        admin.close(CLOSE_LIMIT);
    }
}
