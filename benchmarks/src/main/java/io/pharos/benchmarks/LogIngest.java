package io.pharos.benchmarks;

import com.github.luben.zstd.Zstd;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// L1, L3: how many megabytes of raw log lines does a CPU-second of everything take from PutLogEvents to
/// stored, searchable and merged? Requests of about 1 MB, signed, JSON 1.1. What is merged in the four
/// seconds after a round counts too. Beside it in the same run: the same bytes hashed once (what a
/// signature costs) and compressed once by zstd level 1, in process; blocks of 256 KB straight to the same
/// broker.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' [-Drounds=3] [-Dwarm.ups=16]
/// io.pharos.benchmarks.LogIngest [measured requests a round, 240] [warm-up requests, 60]` in the project's
/// directory; those of the warm-up are sent `warm.ups` times.
///
/// Last result: `docs/performance.md`, L1.
public final class LogIngest {
    private static final String GROUP = "/benchmark/access";
    private static final int STREAMS = 8;
    private static final int VERIFIED_STREAMS = 1;
    private static final int CONNECTIONS = 4;
    private static final int REQUEST_BYTES = 1_000_000;
    private static final int KAFKA_BLOCK = 256 << 10;
    private static final String KAFKA_TOPIC = "benchmark-raw";
    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final int WARM_UPS = Integer.getInteger("warm.ups", 16);
    private static final int EVENT_OVERHEAD = 26; // what AWS adds to each event's length
    private static final long SEED = 20_261_121;
    private static final Duration SEARCHABLE_LIMIT = Duration.ofSeconds(120);

    /// What is left to do after a round is paid in it.
    private static final Duration REST = Duration.ofSeconds(4);

    private final Sender sender = new Sender();
    private final Random random = new Random(SEED);
    private final long start = Instant.now().minusSeconds(3_600).toEpochMilli();
    private final long[] sums = new long[STREAMS];
    private final int[] counts = new int[STREAMS];
    private final List<byte[]> raw = new ArrayList<>();
    private int made;
    private long markedFrom;

    private LogIngest() {}

    /// See the class.
    public static void main(String[] args) {
        var measured = args.length > 0 ? Integer.parseInt(args[0]) : 240;
        var warmUp = args.length > 1 ? Integer.parseInt(args[1]) : 60;
        try (var server = Server.start()) {
            new LogIngest().run(server, measured, warmUp);
        }
    }

    private void run(Server server, int measured, int warmUp) {
        var client = server.client(CloudWatchLogsClient.builder());
        client.createLogGroup(group -> group.logGroupName(GROUP));
        for (var stream = 0; stream < STREAMS; stream++) {
            var name = "stream-" + stream;
            client.createLogStream(it -> it.logGroupName(GROUP).logStreamName(name));
        }
        warmUp(server, client, warmUp);
        var reached = new ArrayList<Double>();
        var rates = new ArrayList<Double>();
        List<Frame> frames = List.of();
        for (var round = 0; round < ROUNDS; round++) {
            raw.clear();
            frames = frames(server.endpoint(), measured, "all-sent-" + round, 1);
            round(server, client, frames, "all-sent-" + round, reached, rates);
        }
        System.out.printf("L1 median of %d: %.1f MB per CPU-second%n", ROUNDS, median(reached));
        limits(frames, median(reached));
        kafka(server, median(rates));
        verify(client);
    }

    private void warmUp(Server server, CloudWatchLogsClient client, int warmUp) {
        var requests =
                frames(server.endpoint(), warmUp, "warmed-up", WARM_UPS).stream()
                        .map(Frame::request)
                        .toList();
        for (var i = 0; i < WARM_UPS; i++) {
            sender.send(requests, CONNECTIONS);
            awaitSearchable(client, "warmed-up", STREAMS * (i + 1));
        }
        Server.pause(REST.toMillis());
    }

    private void round(
            Server server,
            CloudWatchLogsClient client,
            List<Frame> frames,
            String mark,
            List<Double> reached,
            List<Double> rates) {
        var requests = frames.stream().map(Frame::request).toList();
        var megabytes = megabytes(frames);
        var parts = server.cpuByPart();
        var cpu = server.cpuSeconds();
        var wall = System.nanoTime();
        sender.send(requests, CONNECTIONS);
        var acknowledged = (System.nanoTime() - wall) / 1e9;
        awaitSearchable(client, mark, STREAMS);
        var searchable = (System.nanoTime() - wall) / 1e9;
        Server.pause(REST.toMillis());
        var used = server.cpuSeconds() - cpu;
        reached.add(megabytes / used);
        rates.add(megabytes / acknowledged);
        System.out.printf(
                "L1 %.1f MB in %d requests: %.1f MB per CPU-second (%.1f s CPU), acknowledged in %.1f s,"
                        + " searchable in %.1f s, throttled %d times so far%n",
                megabytes,
                requests.size(),
                megabytes / used,
                used,
                acknowledged,
                searchable,
                sender.throttled());
        printShares(parts, server.cpuByPart(), megabytes);
    }

    private static double megabytes(List<Frame> frames) {
        return frames.stream().mapToLong(Frame::work).sum() / 1e6;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /// What each part took, in milliseconds per megabyte.
    private static void printShares(
            Map<String, Double> before, Map<String, Double> after, double megabytes) {
        after.entrySet().stream()
                .map(part ->
                        Map.entry(
                                part.getKey(),
                                (part.getValue() - before.getOrDefault(part.getKey(), 0.0))
                                        * 1e3
                                        / megabytes))
                .filter(part -> part.getValue() >= 0.2)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .forEach(part ->
                        System.out.printf("   %-16s %5.1f ms%n", part.getKey(), part.getValue()));
    }

    /// Requests to the streams in turn; the last line of the last one of each stream carries the mark.
    ///
    /// @param times how often each will be sent
    private List<Frame> frames(URI endpoint, int count, String mark, int times) {
        var frames = new ArrayList<Frame>();
        for (var i = 0; i < count; i++) {
            if (i == count - STREAMS) {
                markedFrom = timestamp();
            }
            frames.add(frame(endpoint, i % STREAMS, i >= count - STREAMS ? mark : "", times));
        }
        return frames;
    }

    private Frame frame(URI endpoint, int stream, String mark, int times) {
        var json = new StringBuilder(1_300_000);
        var text = new StringBuilder(REQUEST_BYTES);
        json.append("{\"logGroupName\":\"")
                .append(GROUP)
                .append("\",\"logStreamName\":\"stream-")
                .append(stream)
                .append("\",\"logEvents\":[");
        var bytes = 0;
        for (var last = false; !last; ) {
            var line = line();
            bytes += line.length() + EVENT_OVERHEAD;
            last = bytes > REQUEST_BYTES - 1_000;
            if (last && !mark.isEmpty()) {
                line += " " + mark;
            }
            json.append(text.isEmpty() ? "" : ",")
                    .append("{\"timestamp\":")
                    .append(timestamp())
                    .append(",\"message\":\"")
                    .append(line.replace("\"", "\\\""))
                    .append("\"}");
            text.append(line).append('\n');
            counts[stream] += times;
            sums[stream] += (long) times * line.hashCode();
            made++;
        }
        var lines = text.toString().getBytes(StandardCharsets.UTF_8);
        raw.add(lines);
        return Frame.json(
                endpoint,
                "logs",
                "Logs_20140328.PutLogEvents",
                "application/x-amz-json-1.1",
                json.append("]}").toString().getBytes(StandardCharsets.UTF_8),
                false,
                lines.length);
    }

    private long timestamp() {
        return start + made / 10;
    }

    /// One of Apache's combined lines: few paths are most of the traffic, as on real sites.
    private String line() {
        var rank = (int) Math.pow(2_000, random.nextDouble());
        var status = random.nextInt(20) == 0 ? 404 : 200;
        return "10.%d.%d.%d - - [21/Nov/2026:%02d:%02d:%02d +0000] \"GET /shop/articles/%d/view?session=%08x HTTP/1.1\" %d %d"
                        .formatted(
                                random.nextInt(4),
                                random.nextInt(256),
                                random.nextInt(256),
                                made / 36_000 % 24,
                                made / 600 % 60,
                                made / 10 % 60,
                                rank,
                                random.nextInt(),
                                status,
                                200 + random.nextInt(60_000))
                + " \"https://www.example.com/shop/categories/"
                + rank % 40
                + "\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1"
                + (20 + random.nextInt(20))
                + ".0.0.0 Safari/537.36\"";
    }

    private void awaitSearchable(CloudWatchLogsClient client, String mark, int events) {
        var limit = System.nanoTime() + SEARCHABLE_LIMIT.toNanos();
        while (found(client, mark) < events) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException("not searchable in " + SEARCHABLE_LIMIT);
            }
            Server.pause(250);
        }
    }

    private long found(CloudWatchLogsClient client, String mark) {
        return client
                .filterLogEventsPaginator(filter ->
                        filter.logGroupName(GROUP)
                                .startTime(markedFrom)
                                .filterPattern("\"" + mark + "\""))
                .events()
                .stream()
                .count();
    }

    /// Every line is counted; those of one stream are read back.
    private void verify(CloudWatchLogsClient client) {
        var counted = counted(client);
        for (var stream = 0; stream < STREAMS; stream++) {
            if (counted.getOrDefault("stream-" + stream, 0L) != counts[stream]) {
                throw new IllegalStateException(
                        "stream-" + stream + " has not " + counts[stream] + " lines: " + counted);
            }
        }
        var read =
                IntStream.range(0, VERIFIED_STREAMS)
                        .parallel()
                        .mapToLong(stream -> verify(client, stream))
                        .sum();
        System.out.printf(
                "   verified: %,d lines counted, %,d of them read back%n",
                Arrays.stream(counts).asLongStream().sum(), read);
    }

    private static Map<String, Long> counted(CloudWatchLogsClient client) {
        var now = Instant.now().getEpochSecond();
        var id =
                client.startQuery(query ->
                                query.logGroupName(GROUP)
                                        .queryString("stats count(*) as n by @logStream")
                                        .startTime(now - 86_400)
                                        .endTime(now + 3_600))
                        .queryId();
        var results = client.getQueryResults(get -> get.queryId(id));
        while (results.status() != QueryStatus.COMPLETE) {
            Server.pause(100);
            results = client.getQueryResults(get -> get.queryId(id));
        }
        var counted = new HashMap<String, Long>();
        for (var row : results.results()) {
            counted.put(row.get(0).value(), Long.parseLong(row.get(1).value()));
        }
        return counted;
    }

    private long verify(CloudWatchLogsClient client, int stream) {
        var name = "stream-" + stream;
        var count = 0L;
        var sum = 0L;
        var token = "";
        for (var more = true; more; ) {
            var from = token;
            var page =
                    client.getLogEvents(get ->
                            get.logGroupName(GROUP)
                                    .logStreamName(name)
                                    .startFromHead(true)
                                    .nextToken(from.isEmpty() ? null : from));
            for (var event : page.events()) {
                count++;
                sum += event.message().hashCode();
            }
            more = !page.nextForwardToken().equals(token);
            token = page.nextForwardToken();
        }
        if (count != counts[stream] || sum != sums[stream]) {
            throw new IllegalStateException(
                    name + " has " + count + " lines instead of " + counts[stream]);
        }
        return count;
    }

    /// L3: the same lines in blocks of 256 KB, lz4, `acks=all`, to a topic of one partition.
    private void kafka(Server server, double reached) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        server.kafka(),
                        "acks",
                        "all",
                        "linger.ms",
                        5,
                        "batch.size",
                        1 << 20,
                        "max.request.size",
                        4 << 20,
                        "delivery.timeout.ms",
                        60_000,
                        "compression.type",
                        "lz4");
        try (var admin = Admin.create(Map.of("bootstrap.servers", server.kafka()));
                var producer =
                        new KafkaProducer<>(
                                settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic(KAFKA_TOPIC, 1, (short) 1))).all().get();
            var rates = new ArrayList<Double>();
            for (var round = -1; round < 3; round++) { // one to warm up
                var rate = produce(producer);
                if (round >= 0) {
                    rates.add(rate);
                }
            }
            System.out.printf(
                    "L3 %.0f MB/s acknowledged; raw Kafka %.0f MB/s: %.0f %%%n",
                    reached, median(rates), 100 * reached / median(rates));
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Megabytes a second, acknowledged.
    private double produce(KafkaProducer<byte[], byte[]> producer)
            throws InterruptedException, ExecutionException {
        var from = System.nanoTime();
        var bytes = 0L;
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (var lines : raw) {
            for (var at = 0; at < lines.length; at += KAFKA_BLOCK) {
                var end = Math.min(lines.length, at + KAFKA_BLOCK);
                var block = Arrays.copyOfRange(lines, at, end);
                sent.add(producer.send(new ProducerRecord<>(KAFKA_TOPIC, block)));
                bytes += block.length;
            }
        }
        producer.flush();
        for (var acknowledged : sent) {
            acknowledged.get();
        }
        return bytes * 1e3 / (System.nanoTime() - from);
    }

    private void limits(List<Frame> frames, double reached) {
        var megabytes = megabytes(frames);
        var threads = ManagementFactory.getThreadMXBean();
        var before = threads.getCurrentThreadCpuTime();
        var compressed = 0L;
        for (var lines : raw) {
            compressed += Zstd.compress(lines, 1).length;
        }
        var zstd = megabytes * 1e9 / (threads.getCurrentThreadCpuTime() - before);
        before = threads.getCurrentThreadCpuTime();
        for (var frame : frames) {
            sha256(frame.body());
        }
        var hash = megabytes * 1e9 / (threads.getCurrentThreadCpuTime() - before);
        System.out.printf(
                "   beside it: zstd -1 %.0f MB per CPU-second (to %.3f of raw), SHA-256 of the requests %.0f;"
                        + " L1 reaches %.0f %% of zstd -1%n",
                zstd, compressed / 1e6 / megabytes, hash, 100 * reached / zstd);
    }

    private static void sha256(byte[] body) {
        try {
            java.security.MessageDigest.getInstance("SHA-256").digest(body);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
