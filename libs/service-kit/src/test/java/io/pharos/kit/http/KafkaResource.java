package io.pharos.kit.http;

import io.pharos.testkit.KafkaServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;

import java.util.Map;

/// A broker for the application under test, which runs in a class loader of its own.
public final class KafkaResource implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        return Map.of("pharos.kafka.bootstrap-servers", KafkaServer.shared().bootstrapServers());
    }

    @Override
    public void stop() {
        // The broker ends with the JVM: other tests share it.
    }
}
