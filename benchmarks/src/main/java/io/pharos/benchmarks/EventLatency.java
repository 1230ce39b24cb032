package io.pharos.benchmarks;

import com.sun.net.httpserver.HttpServer;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.ApiDestinationHttpMethod;
import software.amazon.awssdk.services.eventbridge.model.ConnectionAuthorizationType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// E3: how long from a PutEvents call of one event until an HTTP target (API destination) has it, at a
/// steady rate? Times count from when each event was due, so that a stall is not hidden. Beside it in
/// the same run: raw Kafka on the same broker, producer to consumer, 1 KB records at the same rate.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.EventLatency
/// [events a second, 200] [seconds, 10]` in the project's directory.
///
/// Last result: `docs/performance.md`, E3.
public final class EventLatency {
    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");
    private static final String TOPIC = "benchmark-latency";
    private static final int SENDERS = 8;
    private static final int DESTINATION_RATE = 10_000;
    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(60);

    private final int rate;
    private final int count;

    private EventLatency(int rate, int seconds) {
        this.rate = rate;
        this.count = rate * seconds;
    }

    /// See the class.
    public static void main(String[] args) throws IOException {
        var rate = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        var seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        try (var server = Server.start()) {
            var run = new EventLatency(rate, seconds);
            run.events(server);
            run.kafka(server, "Kafka, warming up");
            run.kafka(server, "Kafka");
        }
    }

    private void events(Server server) throws IOException {
        var current = new AtomicReference<Arrivals>();
        var target =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        target.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        target.createContext(
                "/",
                exchange -> {
                    var text =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    var number = NUMBER.matcher(text);
                    var arrivals = current.get();
                    if (arrivals != null && number.find()) {
                        arrivals.at(Integer.parseInt(number.group(1)));
                    }
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        target.start();
        try {
            rule(server, "http://127.0.0.1:" + target.getAddress().getPort() + "/events");
            for (var name : List.of("events, warming up", "events")) {
                var arrivals = new Arrivals(count);
                current.set(arrivals);
                var cpu = server.cpuSeconds();
                sendEvents(server, arrivals);
                arrivals.report("E3 " + name, rate);
                System.out.printf(
                        "   %.1f ms CPU per event%n", (server.cpuSeconds() - cpu) * 1e3 / count);
            }
        } finally {
            target.stop(0);
        }
    }

    private static void rule(Server server, String url) {
        var client = server.client(EventBridgeClient.builder());
        var connection =
                client.createConnection(create ->
                        create.name("benchmark")
                                .authorizationType(ConnectionAuthorizationType.API_KEY)
                                .authParameters(auth ->
                                        auth.apiKeyAuthParameters(
                                                key -> key.apiKeyName("X-Key").apiKeyValue("k"))));
        var destination =
                client.createApiDestination(create ->
                        create.name("benchmark")
                                .connectionArn(connection.connectionArn())
                                .invocationEndpoint(url)
                                .invocationRateLimitPerSecond(DESTINATION_RATE)
                                .httpMethod(ApiDestinationHttpMethod.POST));
        client.putRule(
                rule -> rule.name("benchmark").eventPattern("{\"source\": [\"benchmark\"]}"));
        client.putTargets(targets ->
                targets.rule("benchmark")
                        .targets(one ->
                                one.id("http")
                                        .arn(destination.apiDestinationArn())
                                        .roleArn("arn:aws:iam::000000000000:role/b")));
    }

    private void sendEvents(Server server, Arrivals arrivals) {
        var frames = new ArrayList<Frame>();
        for (var i = 0; i < count; i++) {
            var body =
                    """
                    {"Entries": [{"Source": "benchmark", "DetailType": "Tick",
                     "Detail": "{\\"n\\":%d,\\"text\\":\\"%s\\"}"}]}\
                    """
                            .formatted(i, "x".repeat(700));
            frames.add(
                    Frame.json(
                            server.endpoint(),
                            "events",
                            "AWSEvents.PutEvents",
                            "application/x-amz-json-1.1",
                            body.getBytes(StandardCharsets.UTF_8),
                            false,
                            1));
        }
        var sender = new Sender();
        var requests = frames.stream().map(Frame::request).toList();
        paced(arrivals, i -> sender.send(requests.get(i)));
    }

    private interface Send {
        void number(int i);
    }

    /// Each when it is due, as far as the senders keep up; late ones count as late.
    private void paced(Arrivals arrivals, Send send) {
        var start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
        for (var i = 0; i < count; i++) {
            arrivals.due[i] = start + i * 1_000_000_000L / rate;
        }
        try (var pool = Executors.newFixedThreadPool(SENDERS)) {
            for (var first = 0; first < SENDERS; first++) {
                var from = first;
                var _ =
                        pool.submit(() -> {
                            for (var i = from; i < count; i += SENDERS) {
                                for (long wait;
                                        (wait = arrivals.due[i] - System.nanoTime()) > 0; ) {
                                    LockSupport.parkNanos(wait);
                                }
                                send.number(i);
                            }
                        });
            }
        }
    }

    private void kafka(Server server, String name) {
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
            producer.partitionsFor(TOPIC); // makes the topic
            await(ready);
            paced(
                    arrivals,
                    i -> {
                        var value = ByteBuffer.allocate(1_024).putInt(i).array();
                        var _ = producer.send(new ProducerRecord<>(TOPIC, value));
                    });
            arrivals.report("E3 reference: " + name, rate);
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
                            .map(it ->
                                    new org.apache.kafka.common.TopicPartition(
                                            it.topic(), it.partition()))
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

    /// When what was due and arrived.
    private static final class Arrivals {
        private final long[] due;
        private final AtomicLongArray at;
        private final CountDownLatch left;

        Arrivals(int count) {
            due = new long[count];
            at = new AtomicLongArray(count);
            left = new CountDownLatch(count);
        }

        /// The first arrival counts; a repeat of an at-least-once delivery does not.
        void at(int number) {
            if (at.compareAndSet(number, 0, System.nanoTime())) {
                left.countDown();
            }
        }

        long missing() {
            return left.getCount();
        }

        /// Waits for the last one; every one must have arrived.
        void report(String name, int rate) {
            try {
                if (!left.await(ARRIVAL_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException(name + ": " + missing() + " did not arrive");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            var millis = new double[due.length];
            for (var i = 0; i < due.length; i++) {
                millis[i] = (at.get(i) - due[i]) / 1e6;
            }
            Arrays.sort(millis);
            System.out.printf(
                    "%s: %,d at %d/s, all arrived: p50 %.1f, p90 %.1f, p99 %.1f, worst %.1f ms%n",
                    name,
                    millis.length,
                    rate,
                    millis[millis.length / 2],
                    millis[millis.length * 9 / 10],
                    millis[millis.length * 99 / 100],
                    millis[millis.length - 1]);
        }
    }
}
