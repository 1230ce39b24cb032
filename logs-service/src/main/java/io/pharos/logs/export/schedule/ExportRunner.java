package io.pharos.logs.export.schedule;

import io.pharos.kit.DatabaseException;
import io.pharos.kit.Loop;
import io.pharos.logs.event.EventId;
import io.pharos.logs.export.ExportFile;
import io.pharos.logs.export.ExportTask;
import io.pharos.logs.export.http.Buckets;
import io.pharos.logs.export.pg.PgExportTasks;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.read.EventQuery;
import io.pharos.logs.read.EventQuery.MessageView;
import io.pharos.logs.read.pg.EventReader;
import io.pharos.logs.stream.LogStream;
import io.pharos.logs.stream.LogStreamSelection;
import io.pharos.logs.stream.LogStreamSelection.Position;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.logs.view.pg.EventViews;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ExportTaskStatusCode;
import software.amazon.awssdk.services.s3.model.S3Exception;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/// Works at export tasks, one after another, a stream at a time. What is interrupted goes on with the
/// stream it was at, under the same keys; while the store does not answer, the task waits for it.
/// Protected data is masked.
@Singleton
public final class ExportRunner {
    private static final Logger LOG = Logger.getLogger(ExportRunner.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final long LEASE_MS = Duration.ofSeconds(30).toMillis();

    /// AWS: a task that takes longer fails.
    private static final long MAX_AGE_MS = Duration.ofHours(24).toMillis();

    private static final int STREAMS_AT_ONCE = 50;
    private static final int EVENTS_AT_ONCE = 10_000;
    private static final int SERVER_ERROR = 500;

    private final PgExportTasks tasks;
    private final PgLogGroups groups;
    private final PgLogStreams streams;
    private final EventReader events;
    private final EventViews views;
    private final Buckets buckets;
    private final InstantSource clock;
    private final Loop loop = new Loop("logs-export", PAUSE, this::runAll);

    public ExportRunner(
            PgExportTasks tasks,
            PgLogGroups groups,
            PgLogStreams streams,
            EventReader events,
            EventViews views,
            Buckets buckets,
            InstantSource clock) {
        this.tasks = tasks;
        this.groups = groups;
        this.streams = streams;
        this.events = events;
        this.views = views;
        this.buckets = buckets;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    void stop(@Observes ShutdownEvent stopped) throws InterruptedException {
        loop.close();
    }

    private void runAll() {
        while (!loop.isStopping() && runOne()) {
            // The next one.
        }
    }

    /// Takes a task that nobody works at.
    ///
    /// @return false when there is none
    public boolean runOne() {
        var nowMs = clock.millis();
        var claimed = tasks.claim(nowMs, nowMs + LEASE_MS);
        if (claimed.isEmpty()) {
            return false;
        }
        var task = claimed.get();
        try {
            run(task);
        } catch (SdkException failure) {
            if (isTransient(failure) && clock.millis() - task.createdMs() < MAX_AGE_MS) {
                LOG.warnf("export waits: task=%s cause=%s", task.id(), failure.getMessage());
                return false; // its lease runs out
            }
            fail(task, String.valueOf(failure.getMessage()));
        } catch (DatabaseException away) {
            LOG.warnf("export waits: task=%s cause=%s", task.id(), away.getMessage());
            return false;
        } catch (RuntimeException bug) {
            LOG.errorf(bug, "export failed: task=%s", task.id());
            fail(task, "An internal error occurred.");
        }
        return true;
    }

    private static boolean isTransient(SdkException failure) {
        return !(failure instanceof S3Exception answered) || answered.statusCode() >= SERVER_ERROR;
    }

    private void fail(ExportTask task, String why) {
        LOG.warnf("export failed: task=%s reason=%s", task.id(), why);
        tasks.end(task.id(), ExportTaskStatusCode.FAILED, why, clock.millis());
    }

    private void run(ExportTask task) {
        var group = groups.find(task.tenant(), task.logGroup());
        if (group.isEmpty()) {
            fail(task, "The specified log group does not exist.");
            return;
        }
        var done = task.doneStream();
        while (goesOn(task, done)) {
            var page = next(group.get(), task, done);
            if (page.isEmpty()) {
                tasks.end(
                        task.id(),
                        ExportTaskStatusCode.COMPLETED,
                        "Completed successfully",
                        clock.millis());
                return;
            }
            for (var stream : page) {
                if (!goesOn(task, done)) {
                    break;
                }
                export(group.get(), task, stream, done);
                done = stream.name();
            }
            if (loop.isStopping()) {
                tasks.goesOn(task.id(), done, 0);
                return;
            }
        }
        tasks.end(task.id(), ExportTaskStatusCode.CANCELLED, "Cancelled", clock.millis());
    }

    private boolean goesOn(ExportTask task, String done) {
        return tasks.goesOn(task.id(), done, clock.millis() + LEASE_MS);
    }

    private List<LogStream> next(LogGroup group, ExportTask task, String done) {
        var after = done.isEmpty() ? null : new Position(0, done);
        return streams.list(
                group.id(),
                new LogStreamSelection(task.streamPrefix(), false, false, after),
                STREAMS_AT_ONCE);
    }

    private void export(LogGroup group, ExportTask task, LogStream stream, String done) {
        var from = Math.max(task.fromMs(), group.expiredBeforeMs(clock.millis()));
        var until = Math.min(task.toMs() - 1, EventId.MAX_TIMESTAMP_MS);
        var seen = views.of(group);
        MessageView view = seen.masks() ? seen::shown : MessageView.PLAIN;
        var file = new ExportFile();
        var part = 0;
        var boundary = EventId.atTime(from);
        while (boundary != null) {
            var page =
                    events.read(
                            new EventQuery(
                                    group.id(),
                                    from,
                                    until,
                                    true,
                                    boundary,
                                    Set.of(stream.id()),
                                    stream.name()::equals,
                                    _ -> true,
                                    List.of(),
                                    EVENTS_AT_ONCE,
                                    view));
            for (var event : page.events()) {
                file.add(event.id().timestampMs(), event.message());
            }
            if (!goesOn(task, done)) {
                return;
            }
            if (file.isFull()) {
                put(task, stream, part++, file);
                file = new ExportFile();
            }
            boundary = page.next();
        }
        if (!file.isEmpty()) {
            put(task, stream, part, file);
        }
    }

    private void put(ExportTask task, LogStream stream, int part, ExportFile file) {
        buckets.put(
                task.tenant().region(),
                task.bucket(),
                task.key(stream.name(), part),
                "application/gzip",
                file.end());
    }
}
