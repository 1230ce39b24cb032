package io.pharos.events.stream.api;

import io.pharos.events.stream.SequenceNumber;
import io.pharos.events.stream.Shards;
import io.pharos.events.stream.Stream;
import io.pharos.events.stream.kafka.StreamTopics;
import io.pharos.events.stream.pg.PgStreams;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.CreateStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DecreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.DecreaseStreamRetentionPeriodResponse;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.EnhancedMetrics;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodResponse;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.StreamDescription;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamModeDetails;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.StreamSummary;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Streams: made, described, listed, kept longer or shorter, deleted. Their shards never change.
@Singleton
public final class StreamApi implements KinesisClient {
    /// AWS's quota of shards an account and region, in most regions.
    static final int MAX_SHARDS = 200;

    private static final int ON_DEMAND_SHARDS = 4;
    private static final int MIN_RETENTION_HOURS = 24;
    private static final int MAX_RETENTION_HOURS = 8760;
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 10_000;
    private static final int DEFAULT_SHARD_PAGE = 1000;

    private final PgStreams streams;
    private final StreamTopics topics;

    public StreamApi(PgStreams streams, StreamTopics topics) {
        this.streams = streams;
        this.topics = topics;
    }

    @Override
    public CreateStreamResponse createStream(CreateStreamRequest request) {
        Constraints.check()
                .required("streamName", request.streamName())
                .atLeast("shardCount", request.shardCount(), 1)
                .orThrow();
        var name = OwnStream.name(request.streamName(), null);
        refuseUnbuilt(request);
        var caller = Caller.current();
        var shards = shards(request);
        checkQuota(caller, shards);
        var stream =
                streams.insert(
                                new Stream(
                                        caller.tenant(),
                                        name,
                                        0,
                                        shards,
                                        isOnDemand(request.streamModeDetails()),
                                        MIN_RETENTION_HOURS,
                                        StreamStatus.CREATING,
                                        StreamTags.with(Map.of(), request.tags()),
                                        caller.receivedAt()))
                        .orElseThrow(() -> alreadyExists(caller, name));
        streams.settle(stream, topics::create);
        return CreateStreamResponse.builder().build();
    }

    private static void refuseUnbuilt(CreateStreamRequest request) {
        if (request.warmThroughputMiBps() != null) {
            throw AwsError.unsupported("WarmThroughputMiBps is not supported.");
        }
        if (request.maxRecordSizeInKiB() != null
                && request.maxRecordSizeInKiB() != RecordApi.MAX_RECORD_BYTES / 1024) {
            throw AwsError.unsupported("MaxRecordSizeInKiB other than 1024 is not supported.");
        }
    }

    private static int shards(CreateStreamRequest request) {
        if (isOnDemand(request.streamModeDetails())) {
            if (request.shardCount() != null) {
                throw OwnStream.invalid(
                        "ShardCount must not be specified for a stream with mode ON_DEMAND.");
            }
            return ON_DEMAND_SHARDS;
        }
        if (request.shardCount() == null) {
            throw OwnStream.invalid(
                    "ShardCount must be specified for a stream with mode PROVISIONED.");
        }
        return request.shardCount();
    }

    private static boolean isOnDemand(@Nullable StreamModeDetails details) {
        if (details == null) {
            return false;
        }
        Constraints.check()
                .required("streamModeDetails.streamMode", details.streamModeAsString())
                .oneOf(
                        "streamModeDetails.streamMode",
                        details.streamModeAsString(),
                        List.of("PROVISIONED", "ON_DEMAND"))
                .orThrow();
        return details.streamMode() == StreamMode.ON_DEMAND;
    }

    private void checkQuota(Caller caller, int more) {
        var shards = streams.shards(caller.tenant());
        if (shards + (long) more > MAX_SHARDS) {
            throw LimitExceededException.builder()
                    .message(
                            "This request would exceed the shard limit for the account %s in %s. Current shard count for the account: %d. Limit: %d. Number of additional shards that would have resulted from this request: %d."
                                    .formatted(
                                            caller.tenant().account(),
                                            caller.tenant().region(),
                                            shards,
                                            MAX_SHARDS,
                                            more))
                    .build();
        }
    }

    private static ResourceInUseException alreadyExists(Caller caller, String name) {
        return ResourceInUseException.builder()
                .message(
                        "Stream %s under account %s already exists."
                                .formatted(name, caller.tenant().account()))
                .build();
    }

    @Override
    public DeleteStreamResponse deleteStream(DeleteStreamRequest request) {
        var stream = require(request.streamName(), request.streamARN());
        streams.startDeleting(stream).ifPresent(s -> streams.settle(s, topics::delete));
        return DeleteStreamResponse.builder().build();
    }

    private Stream require(@Nullable String name, @Nullable String arn) {
        var tenant = Caller.current().tenant();
        var wanted = OwnStream.name(name, arn);
        return streams.find(tenant, wanted).orElseThrow(() -> Stream.notFound(tenant, wanted));
    }

    @Override
    public DescribeStreamResponse describeStream(DescribeStreamRequest request) {
        Constraints.check().range("limit", request.limit(), 1, MAX_PAGE).orThrow();
        var stream = require(request.streamName(), request.streamARN());
        var first =
                request.exclusiveStartShardId() == null
                        ? 0
                        : stream.partition(request.exclusiveStartShardId()) + 1;
        var last =
                Math.min(
                        stream.shards(),
                        first + (request.limit() == null ? DEFAULT_PAGE : request.limit()));
        return DescribeStreamResponse.builder()
                .streamDescription(
                        StreamDescription.builder()
                                .streamName(stream.name())
                                .streamARN(stream.arn())
                                .streamStatus(stream.status())
                                .streamModeDetails(mode(stream))
                                .shards(shards(stream, first, last))
                                .hasMoreShards(last < stream.shards())
                                .retentionPeriodHours(stream.retentionHours())
                                .streamCreationTimestamp(stream.createdAt())
                                .enhancedMonitoring(noMonitoring())
                                .encryptionType(EncryptionType.NONE)
                                .build())
                .build();
    }

    @Override
    public DescribeStreamSummaryResponse describeStreamSummary(
            DescribeStreamSummaryRequest request) {
        var stream = require(request.streamName(), request.streamARN());
        return DescribeStreamSummaryResponse.builder()
                .streamDescriptionSummary(
                        StreamDescriptionSummary.builder()
                                .streamName(stream.name())
                                .streamARN(stream.arn())
                                .streamStatus(stream.status())
                                .streamModeDetails(mode(stream))
                                .openShardCount(stream.shards())
                                .consumerCount(0)
                                .retentionPeriodHours(stream.retentionHours())
                                .streamCreationTimestamp(stream.createdAt())
                                .enhancedMonitoring(noMonitoring())
                                .encryptionType(EncryptionType.NONE)
                                .build())
                .build();
    }

    private static EnhancedMetrics noMonitoring() {
        return EnhancedMetrics.builder().shardLevelMetrics(List.of()).build();
    }

    private static StreamModeDetails mode(Stream stream) {
        return StreamModeDetails.builder()
                .streamMode(stream.onDemand() ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED)
                .build();
    }

    private static List<Shard> shards(Stream stream, int first, int last) {
        return IntStream.range(first, last)
                .mapToObj(partition -> shard(stream, partition))
                .toList();
    }

    private static Shard shard(Stream stream, int partition) {
        var start = new SequenceNumber(stream.generation(), partition, 0).toString();
        return Shard.builder()
                .shardId(Shards.id(partition))
                .hashKeyRange(range ->
                        range.startingHashKey(Shards.start(partition, stream.shards()).toString())
                                .endingHashKey(Shards.end(partition, stream.shards()).toString()))
                .sequenceNumberRange(range -> range.startingSequenceNumber(start))
                .build();
    }

    @Override
    public ListStreamsResponse listStreams(ListStreamsRequest request) {
        Constraints.check().range("limit", request.limit(), 1, MAX_PAGE).orThrow();
        var limit = request.limit() == null ? DEFAULT_PAGE : request.limit();
        var after =
                request.nextToken() != null
                        ? readToken(request.nextToken())
                        : request.exclusiveStartStreamName();
        var page = streams.page(Caller.current().tenant(), after == null ? "" : after, limit + 1);
        var shown = page.subList(0, Math.min(limit, page.size()));
        var hasMore = page.size() > limit;
        return ListStreamsResponse.builder()
                .streamNames(shown.stream().map(Stream::name).toList())
                .streamSummaries(shown.stream().map(StreamApi::summary).toList())
                .hasMoreStreams(hasMore)
                .nextToken(hasMore ? token(shown.getLast().name()) : null)
                .build();
    }

    private static StreamSummary summary(Stream stream) {
        return StreamSummary.builder()
                .streamName(stream.name())
                .streamARN(stream.arn())
                .streamStatus(stream.status())
                .streamModeDetails(mode(stream))
                .streamCreationTimestamp(stream.createdAt())
                .build();
    }

    /// The token names the stream and the last shard shown: `NextToken` comes without `StreamName`.
    @Override
    public ListShardsResponse listShards(ListShardsRequest request) {
        Constraints.check().range("maxResults", request.maxResults(), 1, MAX_PAGE).orThrow();
        var start = request.exclusiveStartShardId();
        var name = request.streamName();
        if (request.nextToken() != null) {
            if (name != null || request.streamARN() != null || start != null) {
                throw OwnStream.invalid(
                        "NextToken and StreamName, StreamARN or ExclusiveStartShardId cannot be provided together.");
            }
            var parts = readToken(request.nextToken()).split("\\|", -1);
            if (parts.length != 2) {
                throw OwnStream.invalid("NextToken is invalid.");
            }
            name = parts[0];
            start = parts[1];
        }
        var stream = require(name, request.streamARN());
        if (request.shardFilter() != null && request.nextToken() == null) {
            start = afterShard(request.shardFilter(), start);
        }
        var first = start == null ? 0 : stream.partition(start) + 1;
        var limit = request.maxResults() == null ? DEFAULT_SHARD_PAGE : request.maxResults();
        var last = Math.min(stream.shards(), first + limit);
        return ListShardsResponse.builder()
                .shards(shards(stream, first, last))
                .nextToken(
                        last < stream.shards()
                                ? token(stream.name() + "|" + Shards.id(last - 1))
                                : null)
                .build();
    }

    // Shards are never split or closed, so that every filter but AFTER_SHARD_ID leaves all of them.
    private static @Nullable String afterShard(ShardFilter filter, @Nullable String start) {
        Constraints.check()
                .required("shardFilter.type", filter.typeAsString())
                .oneOf("shardFilter.type", filter.typeAsString(), ShardFilterType.knownValues())
                .orThrow();
        if (filter.type() != ShardFilterType.AFTER_SHARD_ID) {
            return start;
        }
        if (filter.shardId() == null || start != null) {
            throw OwnStream.invalid(
                    "ShardFilter AFTER_SHARD_ID needs a ShardId, and no other start.");
        }
        return filter.shardId();
    }

    private static String token(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String readToken(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw OwnStream.invalid("NextToken is invalid.");
        }
    }

    @Override
    public IncreaseStreamRetentionPeriodResponse increaseStreamRetentionPeriod(
            IncreaseStreamRetentionPeriodRequest request) {
        var stream = require(request.streamName(), request.streamARN());
        var hours = retention(request.retentionPeriodHours());
        if (hours < stream.retentionHours()) {
            throw OwnStream.invalid(
                    "Requested retention period (%d hours) for stream %s can not be shorter than existing retention period (%d hours). Use DecreaseRetentionPeriod API."
                            .formatted(hours, stream.name(), stream.retentionHours()));
        }
        setRetention(stream, hours);
        return IncreaseStreamRetentionPeriodResponse.builder().build();
    }

    @Override
    public DecreaseStreamRetentionPeriodResponse decreaseStreamRetentionPeriod(
            DecreaseStreamRetentionPeriodRequest request) {
        var stream = require(request.streamName(), request.streamARN());
        var hours = retention(request.retentionPeriodHours());
        if (hours > stream.retentionHours()) {
            throw OwnStream.invalid(
                    "Requested retention period (%d hours) for stream %s can not be longer than existing retention period (%d hours). Use IncreaseRetentionPeriod API."
                            .formatted(hours, stream.name(), stream.retentionHours()));
        }
        setRetention(stream, hours);
        return DecreaseStreamRetentionPeriodResponse.builder().build();
    }

    private void setRetention(Stream stream, int hours) {
        if (stream.status() != StreamStatus.ACTIVE) {
            throw ResourceInUseException.builder()
                    .message(
                            "Stream %s under account %s not ACTIVE, instead in state %s"
                                    .formatted(
                                            stream.name(),
                                            stream.tenant().account(),
                                            stream.status()))
                    .build();
        }
        topics.setRetention(stream, hours);
        streams.setRetention(stream, hours);
    }

    private static int retention(@Nullable Integer hours) {
        Constraints.check().required("retentionPeriodHours", hours).orThrow();
        var wanted = hours == null ? 0 : hours;
        if (wanted < MIN_RETENTION_HOURS) {
            throw OwnStream.invalid(
                    "Minimum allowed retention period is 24 hours. Requested retention period (%d hours) is too short."
                            .formatted(wanted));
        }
        if (wanted > MAX_RETENTION_HOURS) {
            throw OwnStream.invalid(
                    "Maximum allowed retention period is 8760 hours. Requested retention period (%d hours) is too long."
                            .formatted(wanted));
        }
        return wanted;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
