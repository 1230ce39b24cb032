package io.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

class KafkaServerIT {
    @Test
    void keepsRecordsOverARestartOnTheSameDirectory(@TempDir Path directory) throws Exception {
        var server = KafkaServer.on(directory, 0);
        try (server) {
            try (var admin = Admin.create(client(server))) {
                admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
            }
            try (var producer = producer(server)) {
                producer.send(new ProducerRecord<>("kept", "k", "v")).get();
            }
        }
        try (var again = KafkaServer.on(directory, server.port());
                var consumer =
                        new KafkaConsumer<>(
                                client(again),
                                new StringDeserializer(),
                                new StringDeserializer())) {
            var partition = new TopicPartition("kept", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Eventually.within(
                    Duration.ofSeconds(10),
                    () ->
                            assertThat(consumer.poll(Duration.ofMillis(100)))
                                    .extracting(r -> r.value())
                                    .containsExactly("v"));
        }
    }

    @Test
    void neverCreatesTopicsByUse() {
        try (var producer = producer(KafkaServer.shared())) {
            assertThatThrownBy(
                            () -> producer.send(new ProducerRecord<>("nobody-made-me", "v")).get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfAny(
                            TimeoutException.class, UnknownTopicOrPartitionException.class);
        }
    }

    private static KafkaProducer<String, String> producer(KafkaServer server) {
        return new KafkaProducer<>(client(server), new StringSerializer(), new StringSerializer());
    }

    private static Map<String, Object> client(KafkaServer server) {
        return Map.of("bootstrap.servers", server.bootstrapServers(), "max.block.ms", 1000);
    }
}
