package io.pharos.events.stream.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.events.stream.Shards;
import io.pharos.events.stream.Stream;
import io.pharos.events.stream.api.RecordApi;
import io.pharos.events.stream.api.StreamApi;
import io.pharos.events.stream.api.StreamTagApi;
import io.pharos.events.stream.kafka.RecordWriter;
import io.pharos.events.stream.kafka.ShardReader;
import io.pharos.events.stream.kafka.StreamTopics;
import io.pharos.events.stream.pg.PgStreams;
import io.pharos.kit.Database;
import io.pharos.kit.KafkaConnection;
import io.pharos.kit.StreamProducer;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.PostgresServer;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamModeDetails;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Streams on a real Kafka and a real PostgreSQL.
class StreamsIT {
    private static final String NAME = "streams";

    private static final KafkaConnection KAFKA =
            KafkaConnection.to(KafkaServer.shared().bootstrapServers());
    private static final Database DATABASE = database();
    private static final Admin ADMIN = Admin.create(KAFKA.settings());
    private static final StreamProducer PRODUCER =
            new StreamProducer(KafkaServer.shared().bootstrapServers());
    private static final ShardReader READER = new ShardReader(KAFKA);
    private static int tenants;

    private final Tenant tenant = new Tenant("%012d".formatted(++tenants), "us-east-1");
    private final PgStreams streams = new PgStreams(DATABASE);
    private final StreamTopics topics = new StreamTopics(ADMIN, PRODUCER, (short) 1);
    private final StreamApi api = new StreamApi(streams, topics);
    private final StreamTagApi tagApi = new StreamTagApi(streams);
    private final RecordWriter writer = new RecordWriter(streams, PRODUCER);
    private final RecordApi records = new RecordApi(streams, writer, READER);
    private Duration ahead = Duration.ZERO;

    private static Database database() {
        PostgresServer.shared().createDatabase(NAME);
        var source = PostgresServer.shared().dataSource(NAME);
        PostgresServer.migrate(source, "events");
        return new Database(source);
    }

    @AfterAll
    static void stop() {
        READER.close();
        PRODUCER.close();
        ADMIN.close();
    }

    @Test
    void whatIsPutIsGotInOrderAndReadByPlainConsumers() {
        create("WebLogs", 2);
        var description =
                call(() -> api.describeStream(d -> d.streamName("WebLogs")).streamDescription());
        assertThat(description.streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(description.shards()).hasSize(2);
        assertThat(description.retentionPeriodHours()).isEqualTo(24);
        assertThat(description.streamARN()).endsWith(":stream/WebLogs");

        var first = put("WebLogs", "1", "a");
        assertThat(first.shardId()).isEqualTo(Shards.id(1));
        var batch =
                call(() ->
                        records.putRecords(p ->
                                p.streamName("WebLogs")
                                        .records(
                                                entry("1", "b", null),
                                                entry("1", "c", "0"),
                                                entry("abc", "d", null))));
        assertThat(batch.failedRecordCount()).isZero();
        assertThat(batch.records())
                .extracting(r -> r.shardId())
                .containsExactly(Shards.id(1), Shards.id(0), Shards.id(1));

        var from = iterator("WebLogs", 1, ShardIteratorType.TRIM_HORIZON, null);
        var got = call(() -> records.getRecords(g -> g.shardIterator(from)));
        assertThat(texts(got.records())).containsExactly("a", "b", "d");
        assertThat(got.records().getFirst().sequenceNumber()).isEqualTo(first.sequenceNumber());
        assertThat(got.records().getFirst().partitionKey()).isEqualTo("1");
        assertThat(got.millisBehindLatest()).isZero();
        assertThat(call(() -> records.getRecords(g -> g.shardIterator(got.nextShardIterator()))))
                .satisfies(empty -> {
                    assertThat(empty.records()).isEmpty();
                    assertThat(empty.nextShardIterator()).isNotNull();
                });
        assertThat(plainlyRead("WebLogs", 1)).containsExactly("1=a", "1=b", "abc=d");
    }

    @Test
    void iteratorsStartWhereTheySay() throws Exception {
        create("s", 1);
        var numbers = new ArrayList<String>();
        for (var text : List.of("a", "b")) {
            numbers.add(put("s", "k", text).sequenceNumber());
        }
        Thread.sleep(5); // the broker's clock stamps records: AT_TIMESTAMP needs a gap
        var between = Instant.now();
        put("s", "k", "c");
        assertThat(read("s", ShardIteratorType.AT_SEQUENCE_NUMBER, numbers.get(1)))
                .containsExactly("b", "c");
        assertThat(read("s", ShardIteratorType.AFTER_SEQUENCE_NUMBER, numbers.get(1)))
                .containsExactly("c");
        assertThat(read("s", ShardIteratorType.LATEST, null)).isEmpty();
        var at =
                call(() ->
                        records.getShardIterator(g ->
                                        g.streamName("s")
                                                .shardId(Shards.id(0))
                                                .shardIteratorType("AT_TIMESTAMP")
                                                .timestamp(between))
                                .shardIterator());
        assertThat(texts(call(() -> records.getRecords(g -> g.shardIterator(at))).records()))
                .containsExactly("c");

        var horizon = iterator("s", 0, ShardIteratorType.TRIM_HORIZON, null);
        var one = call(() -> records.getRecords(g -> g.shardIterator(horizon).limit(1)));
        assertThat(texts(one.records())).containsExactly("a");
        assertThat(one.millisBehindLatest()).isNotNegative();
        assertThat(
                        texts(
                                call(() ->
                                                records.getRecords(g ->
                                                        g.shardIterator(one.nextShardIterator())))
                                        .records()))
                .containsExactly("b", "c");
        ahead = Duration.ofMinutes(6);
        assertThatThrownBy(() -> call(() -> records.getRecords(g -> g.shardIterator(horizon))))
                .isInstanceOf(ExpiredIteratorException.class);
        assertThatThrownBy(() -> iterator("s", 0, ShardIteratorType.AT_SEQUENCE_NUMBER, "0"))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> iterator("s", 1, ShardIteratorType.LATEST, null))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void answersStopAtTenMebibytes() {
        create("big", 1);
        var data = SdkBytes.fromByteArray(new byte[1 << 20]);
        for (var i = 0; i < 11; i++) {
            call(() -> records.putRecord(p -> p.streamName("big").partitionKey("k").data(data)));
        }
        var from = iterator("big", 0, ShardIteratorType.TRIM_HORIZON, null);
        var first = call(() -> records.getRecords(g -> g.shardIterator(from)));
        assertThat(first.records()).hasSize(9); // ten with their keys are more
        var rest = call(() -> records.getRecords(g -> g.shardIterator(first.nextShardIterator())));
        assertThat(rest.records()).hasSize(2);
        assertThatThrownBy(() ->
                        call(() ->
                                records.putRecord(p ->
                                        p.streamName("big")
                                                .partitionKey("k")
                                                .data(
                                                        SdkBytes.fromByteArray(
                                                                new byte[(1 << 20) + 1])))))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining(
                        "'data' failed to satisfy constraint: Member must have length less than or equal to 1048576");
        var tooMuch =
                IntStream.range(0, 6)
                        .mapToObj(_ ->
                                PutRecordsRequestEntry.builder()
                                        .partitionKey("k")
                                        .data(data)
                                        .build())
                        .toList();
        assertThatThrownBy(() ->
                        call(() -> records.putRecords(p -> p.streamName("big").records(tooMuch))))
                .hasMessage("Records size exceeds 5 MB limit");
    }

    @Test
    void aStreamOfTheSameNameIsAnotherStream() {
        create("s", 1);
        assertThatThrownBy(() -> create("s", 1))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("Stream s under account " + tenant.account() + " already exists.");
        var old = put("s", "k", "old").sequenceNumber();
        var oldIterator = iterator("s", 0, ShardIteratorType.TRIM_HORIZON, null);
        call(() -> api.deleteStream(d -> d.streamName("s")));
        assertThatThrownBy(() -> call(() -> api.describeStream(d -> d.streamName("s"))))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Stream s under account " + tenant.account() + " not found.");
        assertThatThrownBy(() -> put("s", "k", "x")).isInstanceOf(ResourceNotFoundException.class);
        create("s", 3);
        put("s", "k", "new");
        assertThat(
                        IntStream.range(0, 3)
                                .mapToObj(
                                        i -> iterator("s", i, ShardIteratorType.TRIM_HORIZON, null))
                                .flatMap(i ->
                                        texts(
                                                call(() ->
                                                                records.getRecords(
                                                                        g -> g.shardIterator(i)))
                                                        .records())
                                                .stream()))
                .containsExactly("new");
        assertThatThrownBy(() -> iterator("s", 0, ShardIteratorType.AT_SEQUENCE_NUMBER, old))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> call(() -> records.getRecords(g -> g.shardIterator(oldIterator))))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void finishesWhatACrashInterrupted() {
        var now = Instant.now();
        var half =
                streams.insert(
                                new Stream(
                                        tenant,
                                        "half",
                                        0,
                                        1,
                                        false,
                                        24,
                                        StreamStatus.CREATING,
                                        Map.of(),
                                        now))
                        .orElseThrow();
        assertThatThrownBy(() -> put("half", "k", "x"))
                .isInstanceOf(ResourceNotFoundException.class);
        var keeper = new StreamKeeper(streams, topics, InstantSource.system());
        keeper.settle(now.plusSeconds(31));
        put("half", "k", "x");
        streams.startDeleting(half);
        keeper.settle(now.plusSeconds(31));
        assertThat(streams.find(tenant, "half")).isEmpty();
    }

    @Test
    void boundsAndRefusals() {
        assertThatThrownBy(() -> create("s", 201))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageStartingWith(
                        "This request would exceed the shard limit for the account");
        assertThatThrownBy(() -> create("no/slash", 1)).isInstanceOf(AwsError.class);
        assertThatThrownBy(() -> create("s", 0)).isInstanceOf(AwsError.class);
        assertThatThrownBy(() -> call(() -> api.createStream(c -> c.streamName("s"))))
                .isInstanceOf(InvalidArgumentException.class);
        // Not overridden: the wire answers UnknownOperationException.
        assertThatThrownBy(() -> api.updateShardCount(u -> u.streamName("s").targetShardCount(2)))
                .isInstanceOf(UnsupportedOperationException.class);
        call(() ->
                api.createStream(c ->
                        c.streamName("od")
                                .streamModeDetails(
                                        StreamModeDetails.builder()
                                                .streamMode(StreamMode.ON_DEMAND)
                                                .build())));
        var summary =
                call(() ->
                        api.describeStreamSummary(d -> d.streamName("od"))
                                .streamDescriptionSummary());
        assertThat(summary.openShardCount()).isEqualTo(4);
        assertThat(summary.streamModeDetails().streamMode()).isEqualTo(StreamMode.ON_DEMAND);

        var page = call(() -> api.listShards(l -> l.streamName("od").maxResults(3)));
        assertThat(page.shards()).hasSize(3);
        var next = call(() -> api.listShards(l -> l.nextToken(page.nextToken())));
        assertThat(next.shards()).extracting(s -> s.shardId()).containsExactly(Shards.id(3));
        assertThat(next.nextToken()).isNull();

        create("another", 1);
        var listed = call(() -> api.listStreams(l -> l.limit(1)));
        assertThat(listed.streamNames()).containsExactly("another");
        assertThat(listed.hasMoreStreams()).isTrue();
        assertThat(call(() -> api.listStreams(l -> l.nextToken(listed.nextToken()))).streamNames())
                .containsExactly("od");

        retention(
                23,
                "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.");
        retention(
                8761,
                "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.");
        call(() ->
                api.increaseStreamRetentionPeriod(
                        i -> i.streamName("od").retentionPeriodHours(48)));
        assertThat(
                        call(() -> api.describeStreamSummary(d -> d.streamName("od")))
                                .streamDescriptionSummary()
                                .retentionPeriodHours())
                .isEqualTo(48);
        call(() -> tagApi.addTagsToStream(a -> a.streamName("od").tags(Map.of("a", "b"))));
        assertThat(call(() -> tagApi.listTagsForStream(l -> l.streamName("od"))).tags())
                .extracting(t -> t.key() + "=" + t.value())
                .containsExactly("a=b");
    }

    private void retention(int hours, String message) {
        assertThatThrownBy(() ->
                        call(() ->
                                api.increaseStreamRetentionPeriod(
                                        i -> i.streamName("od").retentionPeriodHours(hours))))
                .hasMessage(message);
    }

    private void create(String name, int shards) {
        call(() -> api.createStream(c -> c.streamName(name).shardCount(shards)));
    }

    private PutRecordResponse put(String stream, String key, String data) {
        return call(() ->
                records.putRecord(p ->
                        p.streamName(stream)
                                .partitionKey(key)
                                .data(SdkBytes.fromUtf8String(data))));
    }

    private static PutRecordsRequestEntry entry(String key, String data, @Nullable String hashKey) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(key)
                .data(SdkBytes.fromUtf8String(data))
                .explicitHashKey(hashKey)
                .build();
    }

    private String iterator(
            String stream, int shard, ShardIteratorType type, @Nullable String number) {
        return call(() ->
                records.getShardIterator(g ->
                                g.streamName(stream)
                                        .shardId(Shards.id(shard))
                                        .shardIteratorType(type)
                                        .startingSequenceNumber(number))
                        .shardIterator());
    }

    private List<String> read(String stream, ShardIteratorType type, @Nullable String number) {
        var from = iterator(stream, 0, type, number);
        return texts(call(() -> records.getRecords(g -> g.shardIterator(from))).records());
    }

    private static List<String> texts(List<Record> records) {
        return records.stream().map(r -> r.data().asUtf8String()).toList();
    }

    private List<String> plainlyRead(String stream, int partition) {
        var at =
                new TopicPartition(
                        "stream." + tenant.account() + ".us-east-1." + stream, partition);
        var settings =
                Map.<String, Object>of(
                        "bootstrap.servers", KafkaServer.shared().bootstrapServers(),
                        "key.deserializer", StringDeserializer.class,
                        "value.deserializer", StringDeserializer.class);
        try (var consumer = new KafkaConsumer<String, String>(settings)) {
            consumer.assign(List.of(at));
            consumer.seekToBeginning(List.of(at));
            var found = new ArrayList<String>();
            while (consumer.position(at) < consumer.endOffsets(List.of(at)).getOrDefault(at, 0L)) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(r -> found.add(r.key() + "=" + r.value()));
            }
            return found;
        }
    }

    private <T> T call(Supplier<T> operation) {
        var caller =
                new Caller(
                        tenant,
                        "AKIAEXAMPLE",
                        "arn:aws:iam::" + tenant.account() + ":root",
                        "request",
                        Instant.now().plus(ahead),
                        "127.0.0.1",
                        "test");
        return ScopedValue.where(Caller.SCOPE, caller).call(operation::get);
    }
}
