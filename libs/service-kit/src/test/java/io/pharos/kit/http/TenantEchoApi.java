package io.pharos.kit.http;

import io.pharos.kit.Prompt;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// Answers with who asked, or on what thread, or fails in the way it is asked to.
@Singleton
final class TenantEchoApi implements CloudWatchLogsClient, PromptApi {
    @Override
    public DescribeLogGroupsResponse describeLogGroups(DescribeLogGroupsRequest request) {
        var caller = Caller.current();
        return switch (request.logGroupNamePrefix() == null ? "" : request.logGroupNamePrefix()) {
            case "missing" ->
                    throw ResourceNotFoundException.builder().message("There is no group.").build();
            case "bug" -> throw new IllegalStateException("secret detail");
            case "deep" -> throw new StackOverflowError();
            case "future" ->
                    CompletableFuture.failedFuture(AwsError.throttling("Rate exceeded"))
                            .thenApply(_ -> DescribeLogGroupsResponse.builder().build())
                            .join();
            case "at hand" -> thread();
            case "far away" -> {
                Prompt.mayWait();
                yield thread();
            }
            default ->
                    DescribeLogGroupsResponse.builder()
                            .logGroups(
                                    LogGroup.builder()
                                            .logGroupName(caller.sourceIp())
                                            .arn(caller.tenant().arn("logs", "echo"))
                                            .build())
                            .nextToken(Headers.current().first("x-pharos-message-id").orElse(null))
                            .build();
        };
    }

    @Override
    public PutLogEventsResponse putLogEvents(PutLogEventsRequest request) {
        return PutLogEventsResponse.builder().build();
    }

    private static DescribeLogGroupsResponse thread() {
        var kind = Thread.currentThread().isVirtual() ? "may wait" : "may not wait";
        return DescribeLogGroupsResponse.builder().nextToken(kind).build();
    }

    @Override
    public Set<String> promptActions() {
        return Set.of("logs:DescribeLogGroups");
    }

    @Override
    public String serviceName() {
        return "logs";
    }

    @Override
    public void close() {}
}
