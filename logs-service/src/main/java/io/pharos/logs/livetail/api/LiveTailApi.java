package io.pharos.logs.livetail.api;

import io.pharos.logs.LogsError;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.livetail.LiveTailFilter;
import io.pharos.logs.livetail.stream.LiveTails;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsAsyncClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseHandler;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseStream;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/// StartLiveTail: events that come in after the start, as they come. Lines go out at once rather than at
/// the end of a second, still at most 500 of one second.
@Singleton
final class LiveTailApi implements CloudWatchLogsAsyncClient {
    private final PgLogGroups groups;
    private final LiveTails tails;

    LiveTailApi(PgLogGroups groups, LiveTails tails) {
        this.groups = groups;
        this.tails = tails;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CompletableFuture<Void> startLiveTail(
            StartLiveTailRequest request, StartLiveTailResponseHandler handler) {
        var caller = Caller.current();
        var filter = LiveTailFilter.check(request, caller.tenant());
        for (var name : filter.arns().keySet()) {
            groups.require(caller.tenant(), name).requireStandard(LogsError::invalidOperation);
        }
        var start =
                StartLiveTailResponseStream.sessionStartBuilder()
                        .requestId(caller.requestId())
                        .sessionId(UUID.randomUUID().toString())
                        .logGroupIdentifiers(request.logGroupIdentifiers())
                        .logStreamNames(request.logStreamNames())
                        .logStreamNamePrefixes(request.logStreamNamePrefixes())
                        .logEventFilterPattern(filter.pattern().text())
                        .build();
        var session = tails.open(filter, start, caller.receivedAt().toEpochMilli());
        handler.responseReceived(StartLiveTailResponse.builder().build());
        handler.onEventStream(session);
        return CompletableFuture.completedFuture(null);
    }
}
