package io.pharos.logs.export.api;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.PageToken;
import io.pharos.logs.export.ExportTask;
import io.pharos.logs.export.http.Buckets;
import io.pharos.logs.export.pg.PgExportTasks;
import io.pharos.logs.export.pg.PgExportTasks.Position;
import io.pharos.logs.filter.FilterRules;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CancelExportTaskRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CancelExportTaskResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateExportTaskRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateExportTaskResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeExportTasksRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeExportTasksResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ExportTaskStatusCode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/// Export tasks. AWS: the bucket is tried when the task is made.
@Singleton
final class ExportTaskApi implements CloudWatchLogsClient {
    private static final Logger LOG = Logger.getLogger(ExportTaskApi.class);
    private static final String DESCRIBE = "DescribeExportTasks";
    private static final String DEFAULT_PREFIX = "exportedlogs";
    private static final byte[] TEST =
            "Permission Check Successful".getBytes(StandardCharsets.UTF_8);
    private static final int MAX_NAME = 512;

    /// S3: what a key may have at most, of which the prefix is a part.
    private static final int MAX_PREFIX = 400;

    private final PgExportTasks tasks;
    private final PgLogGroups groups;
    private final Buckets buckets;

    ExportTaskApi(PgExportTasks tasks, PgLogGroups groups, Buckets buckets) {
        this.tasks = tasks;
        this.groups = groups;
        this.buckets = buckets;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateExportTaskResponse createExportTask(CreateExportTaskRequest request) {
        var check =
                LogConstraints.check()
                        .requiredGroupName(request.logGroupName())
                        .streamName("logStreamNamePrefix", request.logStreamNamePrefix())
                        .atLeastZero("from", request.from())
                        .atLeastZero("to", request.to());
        check.constraints()
                .length("taskName", request.taskName(), 1, MAX_NAME)
                .required("from", request.from())
                .required("to", request.to())
                .required("destination", request.destination())
                .length("destination", request.destination(), 1, MAX_NAME)
                .length("destinationPrefix", request.destinationPrefix(), 0, MAX_PREFIX);
        FilterRules.text(check, "taskName", request.taskName());
        FilterRules.text(check, "destination", request.destination());
        FilterRules.text(check, "destinationPrefix", request.destinationPrefix());
        check.orThrow();
        if (request.to() <= request.from()) {
            throw LogsError.invalid("The to time must be later than the from time.");
        }
        var caller = Caller.current();
        groups.require(caller.tenant(), request.logGroupName());
        var prefix = request.destinationPrefix();
        var task =
                new ExportTask(
                        UUID.randomUUID(),
                        caller.tenant(),
                        request.taskName(),
                        request.logGroupName(),
                        request.logStreamNamePrefix(),
                        request.from(),
                        request.to(),
                        request.destination(),
                        prefix == null || prefix.isEmpty() ? DEFAULT_PREFIX : prefix,
                        ExportTaskStatusCode.PENDING,
                        null,
                        caller.receivedAt().toEpochMilli(),
                        null,
                        "");
        tryOut(task);
        tasks.create(task);
        return CreateExportTaskResponse.builder().taskId(task.id().toString()).build();
    }

    private void tryOut(ExportTask task) {
        var region = task.tenant().region();
        boolean isThere;
        try {
            isThere = buckets.has(region, task.bucket());
            if (isThere) {
                buckets.put(region, task.bucket(), task.testKey(), "text/plain", TEST);
            }
        } catch (SdkException failure) {
            LOG.infof("bucket=%s is not written: %s", task.bucket(), failure.getMessage());
            throw LogsError.invalid(
                    "PutObject call on the given bucket failed. Please check if CloudWatch Logs has"
                            + " been granted permission to perform this operation.");
        }
        if (!isThere) {
            throw LogsError.invalid(
                    "The given bucket does not exist. Please make sure the bucket is valid.");
        }
    }

    @Override
    public CancelExportTaskResponse cancelExportTask(CancelExportTaskRequest request) {
        var check = LogConstraints.check();
        check.constraints()
                .required("taskId", request.taskId())
                .length("taskId", request.taskId(), 1, MAX_NAME);
        check.orThrow();
        var id = uuid(request.taskId());
        var caller = Caller.current();
        if (id == null) {
            throw LogsError.notFound("The specified export task does not exist.");
        }
        tasks.cancel(caller.tenant(), id, caller.receivedAt().toEpochMilli());
        return CancelExportTaskResponse.builder().build();
    }

    @Override
    public DescribeExportTasksResponse describeExportTasks(DescribeExportTasksRequest request) {
        var check =
                LogConstraints.check()
                        .nextToken(request.nextToken())
                        .limit(request.limit(), FilterRules.MAX_PAGE);
        check.constraints()
                .length("taskId", request.taskId(), 1, MAX_NAME)
                .oneOf(
                        "statusCode",
                        request.statusCodeAsString(),
                        ExportTaskStatusCode.knownValues());
        check.orThrow();
        if (request.taskId() != null && request.statusCodeAsString() != null) {
            throw LogsError.invalid("Only one of taskId and statusCode can be provided.");
        }
        var id = request.taskId() == null ? null : uuid(request.taskId());
        if (request.taskId() != null && id == null) {
            return DescribeExportTasksResponse.builder().exportTasks(List.of()).build();
        }
        var caller = Caller.current();
        var nowMs = caller.receivedAt().toEpochMilli();
        var after =
                request.nextToken() == null
                        ? Position.FIRST
                        : position(PageToken.position(request.nextToken(), DESCRIBE, nowMs));
        var limit = request.limit() == null ? FilterRules.MAX_PAGE : request.limit();
        var found =
                tasks.describe(caller.tenant(), id, request.statusCodeAsString(), after, limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        return DescribeExportTasksResponse.builder()
                .exportTasks(page.stream().map(ExportTaskApi::shown).toList())
                .nextToken(
                        found.size() > limit
                                ? new PageToken(
                                                DESCRIBE,
                                                nowMs,
                                                page.getLast().createdMs()
                                                        + "/"
                                                        + page.getLast().id())
                                        .encode()
                                : null)
                .build();
    }

    private static Position position(String text) {
        try {
            var parts = text.split("/", 2);
            return new Position(Long.parseLong(parts[0]), UUID.fromString(parts[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException notOurs) {
            throw LogsError.badToken();
        }
    }

    private static @Nullable UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    private static software.amazon.awssdk.services.cloudwatchlogs.model.ExportTask shown(
            ExportTask task) {
        return software.amazon.awssdk.services.cloudwatchlogs.model.ExportTask.builder()
                .taskId(task.id().toString())
                .taskName(task.name())
                .logGroupName(task.logGroup())
                .from(task.fromMs())
                .to(task.toMs())
                .destination(task.bucket())
                .destinationPrefix(task.prefix())
                .status(s -> s.code(task.code()).message(task.message()))
                .executionInfo(
                        e -> e.creationTime(task.createdMs()).completionTime(task.completedMs()))
                .build();
    }
}
