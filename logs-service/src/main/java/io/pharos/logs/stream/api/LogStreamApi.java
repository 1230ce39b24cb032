package io.pharos.logs.stream.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.PageToken;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.stream.LogStreamSelection;
import io.pharos.logs.stream.pg.PgLogStreams;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogStream;
import software.amazon.awssdk.services.cloudwatchlogs.model.OrderBy;

import java.util.List;

/// Log streams: CreateLogStream, DeleteLogStream, DescribeLogStreams.
@Singleton
final class LogStreamApi implements CloudWatchLogsClient {
    private static final int MAX_PAGE = 50;
    private static final List<OrderBy> ORDERS =
            List.of(OrderBy.LOG_STREAM_NAME, OrderBy.LAST_EVENT_TIME);

    private final PgLogGroups groups;
    private final PgLogStreams streams;

    LogStreamApi(PgLogGroups groups, PgLogStreams streams) {
        this.groups = groups;
        this.streams = streams;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateLogStreamResponse createLogStream(CreateLogStreamRequest request) {
        LogConstraints.check()
                .requiredGroupName(request.logGroupName())
                .requiredStreamName(request.logStreamName())
                .orThrow();
        streams.create(tenant(), request.logGroupName(), request.logStreamName(), nowMs());
        return CreateLogStreamResponse.builder().build();
    }

    @Override
    public DeleteLogStreamResponse deleteLogStream(DeleteLogStreamRequest request) {
        LogConstraints.check()
                .requiredGroupName(request.logGroupName())
                .requiredStreamName(request.logStreamName())
                .orThrow();
        streams.delete(tenant(), request.logGroupName(), request.logStreamName(), nowMs());
        return DeleteLogStreamResponse.builder().build();
    }

    @Override
    public DescribeLogStreamsResponse describeLogStreams(DescribeLogStreamsRequest request) {
        checkDescribe(request);
        var name =
                LogGroupArn.nameOfEither(
                        tenant(), request.logGroupName(), request.logGroupIdentifier());
        var byLastEventTime = request.orderBy() == OrderBy.LAST_EVENT_TIME;
        if (byLastEventTime && request.logStreamNamePrefix() != null) {
            throw LogsError.invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
        }
        var after = after(request.nextToken());
        var group = groups.require(tenant(), name);
        var limit = request.limit() == null ? MAX_PAGE : request.limit();
        var wanted =
                new LogStreamSelection(
                        request.logStreamNamePrefix(),
                        byLastEventTime,
                        Boolean.TRUE.equals(request.descending()),
                        after);
        var found = streams.list(group.id(), wanted, limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        return DescribeLogStreamsResponse.builder()
                .logStreams(page.stream().map(stream -> item(group, stream)).toList())
                .nextToken(found.size() > limit ? token(page.getLast()) : null)
                .build();
    }

    private static void checkDescribe(DescribeLogStreamsRequest request) {
        var check =
                LogConstraints.check()
                        .groupName("logGroupName", request.logGroupName())
                        .identifier("logGroupIdentifier", request.logGroupIdentifier())
                        .streamName("logStreamNamePrefix", request.logStreamNamePrefix())
                        .limit(request.limit(), MAX_PAGE)
                        .nextToken(request.nextToken());
        check.constraints().oneOf("orderBy", request.orderByAsString(), ORDERS);
        check.orThrow();
    }

    private static LogStreamSelection.@Nullable Position after(@Nullable String token) {
        if (token == null) {
            return null;
        }
        try {
            return LogStreamSelection.Position.parse(
                    PageToken.position(token, "DescribeLogStreams", nowMs()));
        } catch (NumberFormatException notOurs) {
            throw LogsError.badToken();
        }
    }

    private static String token(io.pharos.logs.stream.LogStream last) {
        var position = LogStreamSelection.Position.of(last).toString();
        return new PageToken("DescribeLogStreams", nowMs(), position).encode();
    }

    /// `storedBytes` of a stream has been 0 in AWS since 2019.
    @SuppressWarnings("deprecation")
    private static LogStream item(LogGroup group, io.pharos.logs.stream.LogStream stream) {
        var item =
                LogStream.builder()
                        .logStreamName(stream.name())
                        .creationTime(stream.createdMs())
                        .arn(group.arn() + ":log-stream:" + stream.name())
                        .storedBytes(0L);
        var written = stream.written();
        return written == null
                ? item.build()
                : item.firstEventTimestamp(written.firstEventMs())
                        .lastEventTimestamp(written.lastEventMs())
                        .lastIngestionTime(written.lastIngestionMs())
                        .uploadSequenceToken(stream.uploadSequenceToken())
                        .build();
    }
}
