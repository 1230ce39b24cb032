package io.pharos.kit;

import org.eclipse.microprofile.config.Config;

import java.util.HashMap;
import java.util.Map;

/// How this process reaches Kafka: `pharos.kafka.bootstrap-servers`, and whatever else Kafka's
/// clients need to connect (TLS, SASL) as `pharos.kafka.client.<Kafka's own key>`.
///
/// @param settings Kafka's keys and values, shared by producers, consumers and admin clients
public record KafkaConnection(Map<String, Object> settings) {
    private static final String CLIENT = "pharos.kafka.client.";

    public KafkaConnection {
        settings = Map.copyOf(settings);
    }

    public static KafkaConnection to(String bootstrapServers) {
        return new KafkaConnection(Map.of("bootstrap.servers", bootstrapServers));
    }

    static KafkaConnection from(Config config) {
        var settings = new HashMap<String, Object>();
        for (var name : config.getPropertyNames()) {
            if (name.startsWith(CLIENT)) {
                settings.put(name.substring(CLIENT.length()), config.getValue(name, String.class));
            }
        }
        settings.put(
                "bootstrap.servers",
                config.getValue("pharos.kafka.bootstrap-servers", String.class));
        return new KafkaConnection(settings);
    }

    /// These settings and `more`; `more` wins.
    Map<String, Object> with(Map<String, Object> more) {
        var all = new HashMap<>(settings);
        all.putAll(more);
        return all;
    }
}
