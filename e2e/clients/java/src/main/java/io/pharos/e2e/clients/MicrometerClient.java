package io.pharos.e2e.clients;

import io.micrometer.cloudwatch2.CloudWatchConfig;
import io.micrometer.cloudwatch2.CloudWatchMeterRegistry;
import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;

import java.net.URI;
import java.time.Duration;

/// `micrometer-registry-cloudwatch2`: publishes what it has when it is closed.
final class MicrometerClient {
    private MicrometerClient() {}

    static void publish(URI endpoint) {
        var config =
                new CloudWatchConfig() {
                    @Override
                    public @Nullable String get(String key) {
                        return null;
                    }

                    @Override
                    public String namespace() {
                        return "Clients/Micrometer";
                    }

                    @Override
                    public Duration step() {
                        return Duration.ofMinutes(5);
                    }
                };
        var client = Publish.of(endpoint, CloudWatchAsyncClient.builder());
        var registry = new CloudWatchMeterRegistry(config, Clock.SYSTEM, client);
        registry.counter("orders", "shop", "north").increment(3);
        registry.timer("checkout", "shop", "north").record(Duration.ofMillis(250));
        registry.close();
        client.close();
    }
}
