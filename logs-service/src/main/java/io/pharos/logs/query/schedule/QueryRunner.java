package io.pharos.logs.query.schedule;

import io.pharos.logs.entity.TooManyEntities;
import io.pharos.logs.insights.plan.QueryTooLarge;
import io.pharos.logs.query.QueryBlocks;
import io.pharos.logs.query.ResultTable;
import io.pharos.logs.query.RunningQuery;
import io.pharos.logs.query.StoredQuery;
import io.pharos.logs.query.pg.PgQueries;
import io.pharos.logs.query.pg.ViewedBlocks;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Runs the queries that were started here: each at once on a thread of its own that reads, all
/// together on as many threads as there are processors. While one runs, its row tells so twice a
/// second, and is asked whether another process wants it stopped.
@Singleton
public final class QueryRunner {
    /// Queries that read at the same time, a database connection each; further ones are scheduled.
    static final int MAX_READING = 6;

    private static final Logger LOG = Logger.getLogger(QueryRunner.class);
    private static final long BEAT_MS = 500;
    private static final int BEATS_BETWEEN_RESULTS = 4;
    private static final int MAX_SHARED_ROWS = 1_000;
    private static final long SWEEP_SECONDS = 60;
    private static final long STOP_MS = 5_000;

    private final PgQueries queries;
    private final QueryBlocks blocks;
    private final InstantSource clock;
    private final Map<UUID, RunningQuery> running = new ConcurrentHashMap<>();
    private final Semaphore reading = new Semaphore(MAX_READING, true);
    private final ExecutorService readers =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("logs-query-reader-", 0).factory());
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    Runtime.getRuntime().availableProcessors(),
                    Thread.ofPlatform().name("logs-query-", 0).daemon().factory());
    private final ScheduledExecutorService beat =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("logs-query-beat").daemon().factory());
    private long beats;

    @Inject
    public QueryRunner(PgQueries queries, ViewedBlocks blocks, InstantSource clock) {
        this(queries, (QueryBlocks) blocks, clock);
    }

    /// @param blocks those of a test
    QueryRunner(PgQueries queries, QueryBlocks blocks, InstantSource clock) {
        this.queries = queries;
        this.blocks = blocks;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        beat.scheduleWithFixedDelay(
                () -> safely(() -> beat(clock.millis())), BEAT_MS, BEAT_MS, TimeUnit.MILLISECONDS);
        beat.scheduleWithFixedDelay(
                () -> safely(() -> queries.sweep(clock.millis())),
                1,
                SWEEP_SECONDS,
                TimeUnit.SECONDS);
    }

    /// What runs here ends as failed.
    void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
        for (var query : running.values()) {
            query.stop(QueryStatus.FAILED);
        }
        for (var query : running.values()) {
            query.awaitEnd(STOP_MS);
        }
        beat.shutdownNow();
        readers.shutdown();
        threads.shutdown();
    }

    private static void safely(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException failure) { // the next round tries again
            LOG.error("upkeep of log queries failed", failure);
        }
    }

    public Executor threads() {
        return threads;
    }

    public QueryBlocks blocks() {
        return blocks;
    }

    /// Runs a query that is stored, from now on.
    public void start(RunningQuery query) {
        running.put(query.stored().id(), query);
        readers.execute(() -> run(query));
    }

    /// A query that runs here.
    public Optional<RunningQuery> find(UUID id) {
        return Optional.ofNullable(running.get(id));
    }

    private void run(RunningQuery query) {
        var id = query.stored().id();
        var status = QueryStatus.FAILED;
        var results = ResultTable.EMPTY;
        try {
            reading.acquireUninterruptibly();
            try {
                status = query.execute();
            } finally {
                reading.release();
            }
            results = query.results();
        } catch (QueryTooLarge | TooManyEntities tooLarge) {
            LOG.infof("log query failed id=%s reason=%s", id, tooLarge.getMessage());
        } catch (RuntimeException failure) {
            LOG.errorf(failure, "log query failed id=%s", id);
        }
        try {
            queries.end(id, status, query.statistics(), results, clock.millis());
        } catch (RuntimeException failure) { // silence tells that it failed
            LOG.errorf(failure, "end of log query not written id=%s", id);
        } finally {
            query.end(status);
            running.remove(id);
        }
    }

    /// Tells of all that run here.
    void beat(long nowMs) {
        beats++;
        for (var query : running.values()) {
            if (nowMs - query.stored().createdMs() > StoredQuery.TIMEOUT.toMillis()) {
                query.stop(QueryStatus.TIMEOUT);
            }
            var goesOn =
                    queries.alive(query.stored().id(), nowMs, query.statistics(), soFar(query));
            if (!goesOn) {
                query.stop(QueryStatus.CANCELLED);
            }
        }
    }

    /// For other processes, now and then.
    private @Nullable ResultTable soFar(RunningQuery query) {
        if (beats % BEATS_BETWEEN_RESULTS != 0) {
            return null;
        }
        var results = query.results();
        var rows = results.rows();
        return rows.size() <= MAX_SHARED_ROWS
                ? results
                : new ResultTable(results.columns(), rows.subList(0, MAX_SHARED_ROWS));
    }
}
