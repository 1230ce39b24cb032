package io.pharos.logs.export.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.block.pg.S3Server;
import io.pharos.logs.export.config.BucketSettings;
import io.pharos.logs.export.http.Buckets;
import io.pharos.logs.export.pg.PgExportTasks;
import io.pharos.logs.export.schedule.ExportRunner;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.ingest.stream.Flush;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.read.pg.EventReader;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.logs.view.pg.EventViews;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.cloudwatchlogs.model.CancelExportTaskRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateExportTaskRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeExportTasksRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ExportTask;
import software.amazon.awssdk.services.cloudwatchlogs.model.ExportTaskStatusCode;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidOperationException;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/// Export tasks from blocks on a real PostgreSQL into a real S3-compatible server.
class ExportTaskIT {
    @TempDir Path directory;

    private final SteppingClock clock = SteppingClock.at("2026-01-15T12:00:00Z");
    private final long now = clock.millis();
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgLogStreams streams = new PgLogStreams(database, groups);
    private final PgExportTasks tasks = new PgExportTasks(database);
    private S3Server server;
    private Buckets buckets;
    private ExportTaskApi api;
    private ExportRunner runner;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server(directory);
        server.start();
        try (var client = server.client()) {
            client.createBucket(create -> create.bucket(S3Server.BUCKET));
        }
        buckets =
                new Buckets(
                        new BucketSettings(URI.create(server.endpoint()), "test", "test-secret"));
        api = new ExportTaskApi(tasks, groups, buckets);
        runner =
                new ExportRunner(
                        tasks,
                        groups,
                        streams,
                        new EventReader(database, new PgBlocks(), streams),
                        new EventViews(new PgPolicies(database, groups), groups),
                        buckets,
                        clock);
        groups.create(Calls.TENANT, "app", Map.of(), false, 1);
        var flush = new Flush(database);
        for (var stream : List.of("web/1", "web/2", "job")) {
            streams.create(Calls.TENANT, "app", stream, 1);
            var events = new PackedEvents.Builder();
            for (var i = 0; i < 100; i++) {
                events.add(now - 100_000 + i * 1_000, stream + " line " + i);
            }
            var batch =
                    LogBatch.newBuilder()
                            .setAccount(Calls.TENANT.account())
                            .setRegion(Calls.TENANT.region())
                            .setLogGroup("app")
                            .setLogStream(stream)
                            .setReceivedMs(now);
            flush.flush(
                    stream.hashCode() & 3,
                    stream.hashCode() & 0xffff,
                    List.of(LogBatchCodec.fill(batch, events.build()).build()));
        }
    }

    @AfterEach
    void stop() throws Exception {
        buckets.close();
        server.close();
    }

    private String create(Consumer<CreateExportTaskRequest.Builder> changed) {
        var request =
                CreateExportTaskRequest.builder()
                        .logGroupName("app")
                        .from(now - 50_000)
                        .to(now - 40_000)
                        .destination(S3Server.BUCKET);
        changed.accept(request);
        return Calls.at(clock, () -> api.createExportTask(request.build())).taskId();
    }

    private ExportTask task(String id) {
        var request = DescribeExportTasksRequest.builder().taskId(id).build();
        return Calls.at(clock, () -> api.describeExportTasks(request)).exportTasks().getFirst();
    }

    private String content(String key) throws IOException {
        try (var client = server.client()) {
            var bytes =
                    client.getObjectAsBytes(get -> get.bucket(S3Server.BUCKET).key(key))
                            .asByteArray();
            return key.endsWith(".gz")
                    ? new String(
                            new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(),
                            StandardCharsets.UTF_8)
                    : new String(bytes, StandardCharsets.UTF_8);
        }
    }

    @Test
    void aTimeOfAGroupStandsInTheBucketAsAwsLaysItOut() throws IOException {
        var id = create(_ -> {});
        assertThat(task(id).status().code()).isEqualTo(ExportTaskStatusCode.PENDING);
        assertThat(content("exportedlogs/aws-logs-write-test"))
                .isEqualTo("Permission Check Successful");
        assertThatThrownBy(() -> create(_ -> {})).isInstanceOf(LimitExceededException.class);
        assertThat(runner.runOne()).isTrue();
        var done = task(id);
        assertThat(done.status().code()).isEqualTo(ExportTaskStatusCode.COMPLETED);
        assertThat(done.status().message()).isEqualTo("Completed successfully");
        assertThat(done.executionInfo().completionTime()).isEqualTo(now);
        var root = "exportedlogs/" + id + "/";
        assertThat(server.keys())
                .containsExactlyInAnyOrder(
                        "exportedlogs/aws-logs-write-test",
                        root + "job/000000.gz",
                        root + "web-1/000000.gz",
                        root + "web-2/000000.gz");
        assertThat(content(root + "web-1/000000.gz").lines())
                .hasSize(10)
                .startsWith("2026-01-15T11:59:10.000Z web/1 line 50")
                .endsWith("2026-01-15T11:59:19.000Z web/1 line 59");
        assertThat(runner.runOne()).isFalse();
        var second = create(r -> r.logStreamNamePrefix("web/").destinationPrefix("p/q"));
        runner.runOne();
        assertThat(server.keys())
                .contains("p/q/" + second + "/web-1/000000.gz")
                .doesNotContain("p/q/" + second + "/job/000000.gz");
    }

    @Test
    void whatWasInterruptedGoesOn() throws Exception {
        var id = create(_ -> {});
        server.stop();
        runner.runOne();
        assertThat(task(id).status().code()).isEqualTo(ExportTaskStatusCode.RUNNING);
        assertThat(runner.runOne()).as("its lease holds").isFalse();
        server.start();
        clock.advance(Duration.ofMinutes(1));
        assertThat(runner.runOne()).isTrue();
        assertThat(task(id).status().code()).isEqualTo(ExportTaskStatusCode.COMPLETED);
        assertThat(server.keys()).hasSize(4);
    }

    @Test
    void tasksAreCancelled() {
        var id = create(_ -> {});
        var cancel = CancelExportTaskRequest.builder().taskId(id).build();
        Calls.at(clock, () -> api.cancelExportTask(cancel));
        assertThat(task(id).status().code()).isEqualTo(ExportTaskStatusCode.CANCELLED);
        assertThat(runner.runOne()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> Calls.at(clock, () -> api.cancelExportTask(cancel)))
                .isInstanceOf(InvalidOperationException.class)
                .hasMessageContaining("The specified export task has already finished");
        var unknown = CancelExportTaskRequest.builder().taskId("none").build();
        assertThatThrownBy(() -> Calls.at(clock, () -> api.cancelExportTask(unknown)))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void whatCanNotBeExportedIsRefused() {
        assertThatThrownBy(() -> create(r -> r.logGroupName("none")))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> create(r -> r.destination("no-such-bucket")))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("The given bucket does not exist.");
        assertThatThrownBy(() -> create(r -> r.to(now - 50_000)))
                .isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() -> create(r -> r.from(null)))
                .isInstanceOf(InvalidParameterException.class);
    }
}
