package io.pharos.benchmarks;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// The reference of latencies: raw Kafka on the server's own broker, producer to consumer, records of 1 KB.
final class KafkaLatency {
    private static final String TOPIC = "benchmark-latency";

    private KafkaLatency() {}

    /// Runs twice; the first time is a warm-up.
    static void report(Server server, String goal, int rate, int count) {
        makeTopic(server);
        run(server, goal + " reference: Kafka, warming up", rate, count);
        run(server, goal + " reference: Kafka", rate, count);
    }

    private static void makeTopic(Server server) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", server.kafka()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("no topic", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(Server server, String name, int rate, int count) {
        var arrivals = new Arrivals(count);
        var ready = new CountDownLatch(1);
        var consumer =
                Thread.ofPlatform()
                        .name("consumer")
                        .start(() -> consume(server.kafka(), arrivals, ready));
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", server.kafka(), "acks", "all", "linger.ms", 5),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            await(ready);
            arrivals.paced(
                    rate,
                    i -> {
                        var value = ByteBuffer.allocate(1_024).putInt(i).array();
                        var _ = producer.send(new ProducerRecord<>(TOPIC, value));
                    });
            arrivals.report(name, rate);
            consumer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the consumer does not start");
        }
    }

    private static void consume(String servers, Arrivals arrivals, CountDownLatch ready) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", servers),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            while (consumer.partitionsFor(TOPIC).isEmpty()) {
                Server.pause(100); // just made
            }
            var partitions =
                    consumer.partitionsFor(TOPIC).stream()
                            .map(it -> new TopicPartition(it.topic(), it.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            ready.countDown();
            while (arrivals.missing() > 0) {
                for (var each : consumer.poll(Duration.ofMillis(200))) {
                    arrivals.at(ByteBuffer.wrap(each.value()).getInt());
                }
            }
        }
    }
}
