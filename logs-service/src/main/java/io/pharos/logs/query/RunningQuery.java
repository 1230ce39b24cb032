package io.pharos.logs.query;

import io.pharos.logs.group.LogGroup;
import io.pharos.logs.insights.Command;
import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.insights.plan.QueryPlan;
import io.pharos.logs.insights.plan.QueryRun;
import io.pharos.logs.insights.plan.QueryStatistics;
import io.pharos.logs.insights.plan.QueryTooLarge;
import io.pharos.logs.lookup.CsvTable;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/// A query at work: one thread reads blocks, a bounded number of others compute. It can be asked for
/// what it has so far, and told to stop, at any time.
public final class RunningQuery {
    /// AWS: rows of a query inside of another.
    static final int MAX_INNER_ROWS = 50_000;

    /// Of `estimate`. AWS documents what it says, not what it is called.
    static final String ESTIMATED_BYTES = "@estimatedBytes";

    /// Blocks read and not computed yet, for each thread and beside: twice what is read at a time, so
    /// that there is work while the next ones are brought.
    private static final int AHEAD = 2;

    private static final int ALSO_AHEAD = 32;

    private final StoredQuery stored;
    private final Work work;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<@Nullable QueryStatus> stopped = new AtomicReference<>();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private volatile QueryPlan plan;
    private volatile QueryRun run;
    private volatile boolean isScanned;
    private volatile QueryStatus status = QueryStatus.SCHEDULED;
    private final AtomicLong estimatedBytes = new AtomicLong();

    /// What it does.
    ///
    /// @param groupsOf the groups that a SOURCE means
    /// @param lookupTables by their names
    /// @param indexes which fields groups have an index of
    public record Work(
            InsightsQuery query,
            QueryPlan plan,
            int limit,
            List<LogGroup> groups,
            Function<Command.Source, List<LogGroup>> groupsOf,
            Function<String, Optional<CsvTable>> lookupTables,
            FieldIndexes indexes,
            QueryBlocks blocks,
            Executor threads) {}

    public RunningQuery(StoredQuery stored, Work work) {
        this.stored = stored;
        this.work = work;
        this.plan = work.plan();
        this.run = new QueryRun(plan);
    }

    public StoredQuery stored() {
        return stored;
    }

    public QueryStatus status() {
        return status;
    }

    public QueryStatistics statistics() {
        return run.statistics();
    }

    /// The rows so far.
    ///
    /// @throws QueryTooLarge when these are too many, and there will be no others
    public ResultTable results() {
        if (plan.isEstimate()) {
            return new ResultTable(
                    List.of(ESTIMATED_BYTES),
                    isScanned ? List.of(List.of(estimatedBytes.toString())) : List.of());
        }
        var running = run;
        try {
            return new ResultTable(plan.columns(), running.rows());
        } catch (QueryTooLarge tooLarge) {
            if (isScanned) {
                throw tooLarge;
            }
            return ResultTable.EMPTY; // it will fail, but not who asks now
        }
    }

    /// Ends it soon, in this state; nothing when it has ended, or is told to already.
    public void stop(QueryStatus as) {
        stopped.compareAndSet(null, as);
    }

    /// Whether it ended in time.
    public boolean awaitEnd(long ms) throws InterruptedException {
        return ended.await(ms, TimeUnit.MILLISECONDS);
    }

    /// Runs it to its end on this thread.
    ///
    /// @return what it came to
    public QueryStatus execute() {
        status = QueryStatus.RUNNING;
        QueryPlan.Inputs inputs = this::inner;
        var inside =
                QueryPlan.of(
                        work.query(), plan.times(), work.limit(), inputs.with(work.lookupTables()));
        var fresh = new QueryRun(inside);
        plan = inside;
        run = fresh;
        visit(inside, fresh, work.groups());
        isScanned = true;
        var told = stopped.get();
        return told == null ? QueryStatus.COMPLETE : told;
    }

    /// Its last state is written.
    public void end(QueryStatus as) {
        status = as;
        ended.countDown();
    }

    private List<@Nullable Object[]> inner(InsightsQuery query, QueryPlan of) {
        var source = query.source();
        var inside = new QueryRun(of);
        // Without its own, it is about another time.
        visit(of, inside, source == null ? work.groups() : work.groupsOf().apply(source));
        var rows = inside.values();
        return rows.size() > MAX_INNER_ROWS ? rows.subList(0, MAX_INNER_ROWS) : rows;
    }

    private void visit(QueryPlan of, QueryRun into, List<LogGroup> groups) {
        if (work.plan().isEstimate()) {
            scan(of, into, groups, _ -> estimating());
        } else {
            run(of, into, groups);
        }
    }

    private QueryBlocks.Visitor estimating() {
        return new QueryBlocks.Visitor() {
            @Override
            public boolean opens(long bytes) {
                estimatedBytes.addAndGet(bytes);
                return false;
            }

            @Override
            public boolean block(Supplier<EventBlock> block) {
                return stopped.get() == null;
            }

            @Override
            public void skipped(long records, long bytes) {
                // Not scanned.
            }
        };
    }

    private void run(QueryPlan of, QueryRun into, List<LogGroup> groups) {
        var cores = Runtime.getRuntime().availableProcessors();
        var ahead = AHEAD * cores + ALSO_AHEAD;
        var inFlight = new Semaphore(ahead);
        try {
            scan(of, into, groups, since -> visitor(into, inFlight, since));
        } finally {
            inFlight.acquireUninterruptibly(ahead); // all are done
        }
        var failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    /// @param visitorOf what was received at this time or later
    private void scan(
            QueryPlan of,
            QueryRun into,
            List<LogGroup> groups,
            LongFunction<QueryBlocks.Visitor> visitorOf) {
        var times = of.times();
        for (var group : groups) {
            var indexed = work.indexes().since(group, of.indexed());
            // What has expired is gone, swept away or not.
            var from = Math.max(times.startMs(), group.expiredBeforeMs(times.nowMs()));
            if (indexed.isPresent() && goesOn(into)) {
                var visitor = visitorOf.apply(indexed.getAsLong());
                work.blocks().visit(List.of(group), from, times.endMs(), wanted(of), visitor);
            }
        }
    }

    private QueryBlocks.Visitor visitor(QueryRun into, Semaphore inFlight, long receivedFromMs) {
        return new QueryBlocks.Visitor() {
            @Override
            public boolean block(Supplier<EventBlock> block) {
                inFlight.acquireUninterruptibly();
                work.threads()
                        .execute(() -> {
                            try {
                                take(into, block, receivedFromMs);
                            } finally {
                                inFlight.release();
                            }
                        });
                return goesOn(into);
            }

            @Override
            public void skipped(long records, long bytes) {
                into.skip(records, bytes);
            }
        };
    }

    private static QueryBlocks.Wanted wanted(QueryPlan of) {
        return new QueryBlocks.Wanted(
                of.selectsBlocks() ? of::mayMatch : null,
                of.selectsByValues() ? of::mayHave : null,
                of.readsMessages(),
                of.jsonFields(),
                of.readsEntities());
    }

    private void take(QueryRun into, Supplier<EventBlock> block, long receivedFromMs) {
        if (goesOn(into)) {
            try {
                into.take(block.get(), receivedFromMs);
            } catch (RuntimeException failed) { // shown by the thread that reads
                failure.compareAndSet(null, failed);
            }
        }
    }

    private boolean goesOn(QueryRun into) {
        return stopped.get() == null && failure.get() == null && !into.isFull();
    }
}
