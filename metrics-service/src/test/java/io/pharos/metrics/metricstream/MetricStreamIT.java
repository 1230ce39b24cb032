package io.pharos.metrics.metricstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.kit.Database;
import io.pharos.kit.StreamProducer;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimensions;
import io.pharos.metric.Unit;
import io.pharos.metrics.Calls;
import io.pharos.metrics.metricstream.api.MetricStreamApi;
import io.pharos.metrics.metricstream.http.FirehoseSender;
import io.pharos.metrics.metricstream.pg.MinuteClose;
import io.pharos.metrics.metricstream.pg.PgMetricStreams;
import io.pharos.metrics.metricstream.pg.StreamMarks;
import io.pharos.metrics.metricstream.pg.StreamOutbox;
import io.pharos.metrics.metricstream.schedule.MetricStreamLoop;
import io.pharos.metrics.metricstream.stream.RecordSender;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.Run;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.stream.StreamTopic;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.TestDatabase;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricStreamRequest;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// From a flush to the records of a stream: real PostgreSQL and Kafka, and a clock in the hand.
class MetricStreamIT {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:30Z");
    private static final long MINUTE_S = NOW.getEpochSecond() - 30;
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final String bootstrap = KafkaServer.shared().bootstrapServers();
    private final StreamProducer producer = new StreamProducer(bootstrap);
    private final Database database = new Database(TestDatabase.fresh("metrics"));
    private final PgSeriesIndex index = new PgSeriesIndex();
    private final PgRuns runs = new PgRuns();
    private final PgMetricStreams streams = new PgMetricStreams(database);
    private final StreamMarks marks = new StreamMarks(streams);
    private final FirehoseSender firehose = new FirehoseSender((java.net.URI) null);
    private final MetricStreamApi api = new MetricStreamApi(streams, marks, producer, firehose);
    private final String kinesis = "s-" + UUID.randomUUID();
    private final String arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/" + kinesis;
    private final String topic = StreamTopic.of("123456789012", "eu-west-1", kinesis);
    private final MetricStreamLoop loop =
            new MetricStreamLoop(
                    marks,
                    new MinuteClose(database, new PgStatistics(database, index, runs)),
                    new StreamOutbox(database),
                    new RecordSender(producer, firehose, new SimpleMeterRegistry()),
                    () -> NOW,
                    WAIT);
    private long offset;

    @BeforeEach
    void createStream() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(2), Optional.empty())))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void close() {
        producer.close();
    }

    @Test
    void sendsAMinuteOnceItIsOverAndAgainWhenItChanges() {
        put(r -> r.includeFilters(f -> f.namespace("App")));
        flush(NOW, "App", 1);
        flush(NOW.plusSeconds(1), "App", 2);
        flush(NOW.plusSeconds(2), "Web", 3);
        assertThat(count("stream_mark")).as("once while the minute lasts").isEqualTo(2);
        loop.tick(at(69));
        assertThat(sent()).isEmpty();
        loop.tick(at(70));
        assertThat(sent()).hasSize(1);
        assertThat(sent().getFirst()).contains("\"count\":2.0,\"sum\":3.0,\"max\":2.0,\"min\":1.0");
        loop.tick(at(71));
        assertThat(sent()).hasSize(1);
        flush(NOW.plusSeconds(600), "App", 10);
        loop.tick(at(700));
        assertThat(sent()).hasSize(2);
        assertThat(sent()).anyMatch(line -> line.contains("\"count\":3.0,\"sum\":13.0"));
        assertThat(count("stream_mark") + count("stream_outbox")).isZero();
    }

    /// The samples roll back, so does what is to be sent; then the process is another one.
    @Test
    void whatIsKeptIsSentWhateverIsKilled() {
        put(r -> {});
        assertThatThrownBy(() ->
                        database.run(tx -> {
                            add(tx, marks, NOW, "App", 5);
                            throw new IllegalStateException("killed");
                        }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(count("stream_mark")).isZero();
        // A process that has just started marks before it ever looked what runs.
        var restarted = new StreamMarks(streams);
        database.run(tx -> add(tx, restarted, NOW, "App", 5));
        assertThat(count("stream_mark")).isEqualTo(1);
        // Killed after the records were sent, before that was kept: they come again.
        var minutes = new MinuteClose(database, new PgStatistics(database, index, runs));
        assertThat(minutes.close(streams.running(), at(70), WAIT)).isEqualTo(1);
        var outbox = new StreamOutbox(database);
        var sender = new RecordSender(producer, firehose, new SimpleMeterRegistry());
        assertThatThrownBy(() ->
                        outbox.relay(
                                (destination, records) -> {
                                    sender.send(destination, records);
                                    throw new IllegalStateException("killed");
                                },
                                at(70)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(outbox.relay(sender, at(71))).isEqualTo(1);
        assertThat(sent()).hasSize(2);
        assertThat(sent().get(0)).isEqualTo(sent().get(1));
    }

    @Test
    void whatFailsIsTriedAgainLaterAndGivenUpAfterADay() {
        put(r -> {});
        flush(NOW, "App", 1);
        new MinuteClose(database, new PgStatistics(database, index, runs))
                .close(streams.running(), at(70), WAIT);
        var tries = new ArrayList<Long>();
        var outbox = new StreamOutbox(database);
        for (var second = 70L; second < 90_000; second++) {
            var now = at(second);
            outbox.relay(
                    (_, records) -> {
                        tries.add(now);
                        return records.stream().map(_ -> StreamOutbox.Outcome.FAILED).toList();
                    },
                    now);
            if (second > 80) {
                second += 299;
            }
        }
        assertThat(count("stream_outbox")).isZero();
        assertThat(tries).hasSizeBetween(200, 400);
        assertThat(tries.subList(0, 4)).containsExactly(at(70), at(71), at(73), at(77));
    }

    @Test
    void startsAndStopsWithoutLosingItsDefinition() {
        put(r ->
                r.excludeFilters(f -> f.namespace("Web").metricNames("m", "n"))
                        .statisticsConfigurations(c ->
                                c.includeMetrics(m -> m.namespace("App").metricName("m"))
                                        .additionalStatistics("p99", "TM(:10%)")));
        call(() -> api.stopMetricStreams(r -> r.names("s", "missing")));
        flush(NOW, "App", 1);
        assertThat(count("stream_mark")).isZero();
        put(r -> {});
        var stopped = call(() -> api.getMetricStream(r -> r.name("s")));
        assertThat(stopped.state()).isEqualTo("stopped");
        assertThat(stopped.hasExcludeFilters()).as("a put replaces all").isFalse();
        call(() -> api.startMetricStreams(r -> r.names("s")));
        put(r ->
                r.excludeFilters(f -> f.namespace("Web").metricNames("m", "n"))
                        .statisticsConfigurations(c ->
                                c.includeMetrics(m -> m.namespace("App").metricName("m"))
                                        .additionalStatistics("p99", "TM(:10%)")));
        var found = call(() -> api.getMetricStream(r -> r.name("s")));
        assertThat(found.state()).isEqualTo("running");
        assertThat(found.arn())
                .isEqualTo("arn:aws:cloudwatch:eu-west-1:123456789012:metric-stream/s");
        assertThat(found.excludeFilters().getFirst().metricNames()).containsExactly("m", "n");
        assertThat(found.statisticsConfigurations().getFirst().additionalStatistics())
                .containsExactly("p99", "TM(:10%)");
        assertThat(found.hasIncludeFilters()).isFalse();
        assertThat(found.firehoseArn()).isEqualTo(arn);
        call(() -> api.deleteMetricStream(r -> r.name("s")));
        call(() -> api.deleteMetricStream(r -> r.name("s")));
        assertThatThrownBy(() -> call(() -> api.getMetricStream(r -> r.name("s"))))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void listsInPages() {
        for (var name : List.of("a", "b", "c")) {
            put(r -> r.name(name));
        }
        var first = call(() -> api.listMetricStreams(r -> r.maxResults(2)));
        assertThat(first.entries()).extracting(e -> e.name()).containsExactly("a", "b");
        var second =
                call(() ->
                        api.listMetricStreams(r -> r.maxResults(2).nextToken(first.nextToken())));
        assertThat(second.entries()).extracting(e -> e.name()).containsExactly("c");
        assertThat(second.nextToken()).isNull();
    }

    @Test
    void refusesWhatItCanNotDo() {
        expectRefused(
                InvalidParameterCombinationException.class,
                r -> r.includeFilters(f -> f.namespace("a")).excludeFilters(f -> f.namespace("b")));
        expectRefused(InvalidParameterValueException.class, r -> r.firehoseArn(arn + "x"));
        expectRefused(InvalidParameterValueException.class, r -> r.firehoseArn("arn:aws:s3:::b"));
        expectRefused(
                InvalidParameterValueException.class,
                r -> r.firehoseArn("arn:aws:firehose:eu-west-1:123456789012:deliverystream/d"));
        expectRefused(
                InvalidParameterValueException.class,
                r -> r.firehoseArn("arn:aws:kinesis:us-east-1:123456789012:stream/" + kinesis));
        expectRefused(
                InvalidParameterValueException.class, r -> r.includeLinkedAccountsMetrics(true));
        expectRefused(
                InvalidParameterValueException.class,
                r ->
                        r.outputFormat("opentelemetry1.0")
                                .statisticsConfigurations(c ->
                                        c.includeMetrics(m -> m.namespace("App").metricName("m"))
                                                .additionalStatistics("TM(:10%)")));
        expectRefused(
                InvalidParameterValueException.class,
                r ->
                        r.statisticsConfigurations(c ->
                                c.includeMetrics(m -> m.namespace("App").metricName("m"))
                                        .additionalStatistics("p101")));
        assertThat(call(() -> api.listMetricStreams(r -> {})).entries()).isEmpty();
    }

    private void expectRefused(
            Class<? extends Exception> failure, Consumer<PutMetricStreamRequest.Builder> with) {
        assertThatThrownBy(() -> put(with)).isInstanceOf(failure);
    }

    private void put(Consumer<PutMetricStreamRequest.Builder> with) {
        var request =
                PutMetricStreamRequest.builder()
                        .name("s")
                        .firehoseArn(arn)
                        .roleArn("arn:aws:iam::123456789012:role/r")
                        .outputFormat("json");
        with.accept(request);
        call(() -> api.putMetricStream(request.build()));
    }

    private static <T> T call(Supplier<T> call) {
        return Calls.at(NOW, call);
    }

    private static long at(long second) {
        return (MINUTE_S + second) * 1_000;
    }

    /// A sample of the minute, flushed at a time.
    private void flush(Instant now, String namespace, double value) {
        var later = new ArrayList<Runnable>();
        database.run(tx -> later.add(add(tx, marks, now, namespace, value)));
        later.forEach(Runnable::run);
    }

    private Runnable add(
            java.sql.Connection tx, StreamMarks with, Instant now, String namespace, double value)
            throws java.sql.SQLException {
        var series =
                new Series("123456789012", "eu-west-1", namespace, "m", Dimensions.of("h", "a"));
        var known = index.register(tx, List.of(series), now.toEpochMilli()).get(series);
        if (known == null) {
            throw new IllegalStateException();
        }
        var builder = new Run.Builder();
        builder.add(
                Resolution.MINUTE,
                new Point(known.id(), Unit.NONE, false, MINUTE_S, Aggregate.ofSample(value, 1)));
        var added = builder.build();
        runs.add(tx, 0, ++offset, added, now.toEpochMilli());
        return with.note(tx, 0, added, now.toEpochMilli());
    }

    private long count(String table) {
        return database.read(connection -> {
            try (var query = connection.createStatement();
                    var row = query.executeQuery("SELECT count(*) FROM metrics." + table)) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    /// Lines of all records, by shard.
    private List<String> sent() {
        var settings = Map.<String, Object>of("bootstrap.servers", bootstrap);
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var lines = new ArrayList<String>();
            while (partitions.stream()
                    .anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record ->
                                lines.addAll(
                                        new String(
                                                        record.value(),
                                                        java.nio.charset.StandardCharsets.UTF_8)
                                                .lines()
                                                .toList()));
            }
            return lines;
        }
    }
}
