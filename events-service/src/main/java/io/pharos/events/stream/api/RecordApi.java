package io.pharos.events.stream.api;

import io.pharos.events.stream.SequenceNumber;
import io.pharos.events.stream.ShardIterator;
import io.pharos.events.stream.Shards;
import io.pharos.events.stream.Stream;
import io.pharos.events.stream.kafka.RecordWriter;
import io.pharos.events.stream.kafka.ShardReader;
import io.pharos.events.stream.pg.PgStreams;
import io.pharos.stream.StreamTopic;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/// Records: put into and got from shards.
@Singleton
public final class RecordApi implements KinesisClient {
    /// Of a record's data.
    static final int MAX_RECORD_BYTES = 1 << 20;

    private static final int MAX_REQUEST_BYTES = 5 << 20;
    private static final int MAX_RECORDS = 500;
    private static final int MAX_PARTITION_KEY = 256;
    private static final int MAX_GET = 10_000;
    private static final Pattern HASH_KEY = Pattern.compile("0|([1-9]\\d{0,38})");
    private static final String SHARD_ID = "[a-zA-Z0-9_.-]+";

    private final PgStreams streams;
    private final RecordWriter writer;
    private final ShardReader reader;

    public RecordApi(PgStreams streams, RecordWriter writer, ShardReader reader) {
        this.streams = streams;
        this.writer = writer;
        this.reader = reader;
    }

    @Override
    public PutRecordResponse putRecord(PutRecordRequest request) {
        var check = Constraints.check();
        checkRecord(check, "", request.data(), request.partitionKey(), request.explicitHashKey());
        check.pattern(
                        "sequenceNumberForOrdering",
                        request.sequenceNumberForOrdering(),
                        SequenceNumber.PATTERN)
                .orThrow();
        var stream = active(request.streamName(), request.streamARN());
        var hashKey = hashKey(request.partitionKey(), request.explicitHashKey());
        try {
            // One idempotent producer: what a client puts one after the other, stays so.
            var put =
                    writer.send(
                                    stream,
                                    hashKey,
                                    request.partitionKey(),
                                    request.data().asByteArrayUnsafe())
                            .join();
            return PutRecordResponse.builder()
                    .shardId(Shards.id(put.partition()))
                    .sequenceNumber(put.toString())
                    .build();
        } catch (CompletionException failure) {
            throw shown(stream, hashKey, failure.getCause());
        } catch (AwsError full) {
            throw shown(stream, hashKey, full);
        }
    }

    @Override
    public PutRecordsResponse putRecords(PutRecordsRequest request) {
        var records = request.records();
        var check = Constraints.check().size("records", records, 1, MAX_RECORDS);
        for (var i = 0; i < Math.min(records.size(), MAX_RECORDS); i++) {
            var record = records.get(i);
            checkRecord(
                    check,
                    "records." + (i + 1) + ".member.",
                    record.data(),
                    record.partitionKey(),
                    record.explicitHashKey());
        }
        check.orThrow();
        var bytes = records.stream().mapToLong(RecordApi::size).sum();
        if (bytes > MAX_REQUEST_BYTES) {
            throw OwnStream.invalid("Records size exceeds 5 MB limit");
        }
        var stream = active(request.streamName(), request.streamARN());
        var sent = new ArrayList<CompletableFuture<SequenceNumber>>(records.size());
        for (var record : records) {
            sent.add(send(stream, record));
        }
        var results = sent.stream().map(s -> result(stream, s)).toList();
        return PutRecordsResponse.builder()
                .records(results)
                .failedRecordCount(
                        (int) results.stream().filter(r -> r.errorCode() != null).count())
                .build();
    }

    private CompletableFuture<SequenceNumber> send(Stream stream, PutRecordsRequestEntry record) {
        var hashKey = hashKey(record.partitionKey(), record.explicitHashKey());
        try {
            return writer.send(
                    stream, hashKey, record.partitionKey(), record.data().asByteArrayUnsafe());
        } catch (AwsError full) {
            return CompletableFuture.failedFuture(shown(stream, hashKey, full));
        }
    }

    private static PutRecordsResultEntry result(
            Stream stream, CompletableFuture<SequenceNumber> sent) {
        try {
            var put = sent.join();
            return PutRecordsResultEntry.builder()
                    .shardId(Shards.id(put.partition()))
                    .sequenceNumber(put.toString())
                    .build();
        } catch (CompletionException failure) {
            var isThrottled = failure.getCause() instanceof ProvisionedThroughputExceededException;
            return PutRecordsResultEntry.builder()
                    .errorCode(
                            isThrottled
                                    ? "ProvisionedThroughputExceededException"
                                    : "InternalFailure")
                    .errorMessage(
                            isThrottled
                                    ? "Rate exceeded for shard in stream " + stream.name() + "."
                                    : "Internal Service Failure")
                    .build();
        }
    }

    private static RuntimeException shown(
            Stream stream, BigInteger hashKey, @Nullable Throwable failure) {
        if (failure instanceof AwsError error && error.code().equals("ThrottlingException")) {
            return ProvisionedThroughputExceededException.builder()
                    .message(
                            "Rate exceeded for shard %s in stream %s under account %s."
                                    .formatted(
                                            Shards.id(
                                                    StreamTopic.partition(
                                                            hashKey, stream.shards())),
                                            stream.name(),
                                            stream.tenant().account()))
                    .build();
        }
        return failure instanceof RuntimeException known
                ? known
                : new IllegalStateException(failure);
    }

    private static void checkRecord(
            Constraints check,
            String path,
            @Nullable SdkBytes data,
            @Nullable String partitionKey,
            @Nullable String explicitHashKey) {
        check.required(path + "data", data)
                .satisfied(
                        data == null || data.asByteArrayUnsafe().length <= MAX_RECORD_BYTES,
                        path + "data",
                        "java.nio.HeapByteBuffer",
                        "Member must have length less than or equal to " + MAX_RECORD_BYTES)
                .required(path + "partitionKey", partitionKey)
                .length(path + "partitionKey", partitionKey, 1, MAX_PARTITION_KEY)
                .pattern(path + "explicitHashKey", explicitHashKey, HASH_KEY);
    }

    private static long size(PutRecordsRequestEntry record) {
        return record.data().asByteArrayUnsafe().length
                + (long) record.partitionKey().getBytes(StandardCharsets.UTF_8).length;
    }

    private static BigInteger hashKey(String partitionKey, @Nullable String explicitHashKey) {
        if (explicitHashKey == null) {
            return StreamTopic.hashKey(partitionKey);
        }
        var given = new BigInteger(explicitHashKey);
        if (given.compareTo(Shards.KEYS) >= 0) {
            throw OwnStream.invalid(
                    "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was "
                            + explicitHashKey);
        }
        return given;
    }

    private Stream active(@Nullable String name, @Nullable String arn) {
        return streams.active(Caller.current().tenant(), OwnStream.name(name, arn));
    }

    @Override
    public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
        Constraints.check()
                .required("shardId", request.shardId())
                .pattern("shardId", request.shardId(), Pattern.compile(SHARD_ID))
                .required("shardIteratorType", request.shardIteratorTypeAsString())
                .oneOf(
                        "shardIteratorType",
                        request.shardIteratorTypeAsString(),
                        List.of(
                                "AT_SEQUENCE_NUMBER",
                                "AFTER_SEQUENCE_NUMBER",
                                "TRIM_HORIZON",
                                "LATEST",
                                "AT_TIMESTAMP"))
                .pattern(
                        "startingSequenceNumber",
                        request.startingSequenceNumber(),
                        SequenceNumber.PATTERN)
                .orThrow();
        var stream = active(request.streamName(), request.streamARN());
        var partition = stream.partition(request.shardId());
        var offset = offset(request, stream, partition);
        var iterator = iterator(stream, partition, offset, Caller.current().receivedAt());
        return GetShardIteratorResponse.builder().shardIterator(iterator).build();
    }

    private long offset(GetShardIteratorRequest request, Stream stream, int partition) {
        return switch (request.shardIteratorType()) {
            case AT_SEQUENCE_NUMBER -> sequence(request, stream).offset();
            case AFTER_SEQUENCE_NUMBER -> sequence(request, stream).offset() + 1;
            case TRIM_HORIZON -> reader.begin(stream, partition);
            case LATEST -> reader.end(stream, partition);
            case AT_TIMESTAMP -> {
                if (request.timestamp() == null) {
                    throw OwnStream.invalid(
                            "Must specify timestamp parameter for iterator type AT_TIMESTAMP.");
                }
                yield reader.at(stream, partition, request.timestamp());
            }
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalStateException("checked before");
        };
    }

    private static SequenceNumber sequence(GetShardIteratorRequest request, Stream stream) {
        if (request.startingSequenceNumber() == null) {
            throw OwnStream.invalid(
                    "Must specify startingSequenceNumber parameter for iterator type "
                            + request.shardIteratorTypeAsString()
                            + ".");
        }
        return SequenceNumber.of(request.startingSequenceNumber(), stream, request.shardId());
    }

    private String iterator(Stream stream, int partition, long offset, Instant now) {
        return new ShardIterator(
                        stream.tenant(), stream.name(), stream.generation(), partition, offset, now)
                .encode(streams.secret());
    }

    @Override
    public GetRecordsResponse getRecords(GetRecordsRequest request) {
        Constraints.check()
                .required("shardIterator", request.shardIterator())
                .range("limit", request.limit(), 1, MAX_GET)
                .orThrow();
        var caller = Caller.current();
        var now = caller.receivedAt();
        var from = ShardIterator.decode(request.shardIterator(), streams.secret(), now);
        if (!from.tenant().equals(caller.tenant())) {
            throw OwnStream.invalid("Invalid ShardIterator.");
        }
        var stream = streams.active(from.tenant(), from.stream());
        if (stream.generation() != from.generation()) {
            throw Stream.notFound(from.tenant(), from.stream());
        }
        var limit = request.limit() == null ? MAX_GET : request.limit();
        var page = reader.read(stream, from.partition(), from.offset(), limit);
        return GetRecordsResponse.builder()
                .records(page.records().stream().map(r -> record(stream, r)).toList())
                .nextShardIterator(iterator(stream, from.partition(), page.next(), now))
                .millisBehindLatest(behind(page.unreadSince(), now))
                .build();
    }

    private static long behind(@Nullable Instant unreadSince, Instant now) {
        return unreadSince == null ? 0 : Math.max(0, Duration.between(unreadSince, now).toMillis());
    }

    // Records that others wrote straight to the topic may have no key, or no value.
    private static Record record(Stream stream, ConsumerRecord<byte[], byte[]> record) {
        var key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        var data = record.value() == null ? new byte[0] : record.value();
        return Record.builder()
                .sequenceNumber(
                        new SequenceNumber(stream.generation(), record.partition(), record.offset())
                                .toString())
                .approximateArrivalTimestamp(Instant.ofEpochMilli(record.timestamp()))
                .data(SdkBytes.fromByteArrayUnsafe(data))
                .partitionKey(key)
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
