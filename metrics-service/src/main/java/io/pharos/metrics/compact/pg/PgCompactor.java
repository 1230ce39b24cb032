package io.pharos.metrics.compact.pg;

import io.pharos.kit.Database;
import io.pharos.kit.DatabaseException;
import io.pharos.metrics.compact.Merge;
import io.pharos.metrics.compact.MergePlan;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.point.BlockBuilder;
import io.pharos.metrics.point.PointBlock;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.RunKey;
import io.pharos.metrics.point.pg.PgRuns;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// Merges runs, makes them coarser and lets them go, each step in one transaction: readers see the
/// runs or what they became, a crash leaves the runs. Writers are never waited for. Several replicas may
/// compact: a lock per partition and bucket lets one of them through and the others pass.
@Singleton
public final class PgCompactor {
    /// Runs of so many points together are read at once, larger ones block by block.
    private static final long SMALL_STEP = 1 << 17;

    private static final int BLOCKS_AT_ONCE = 16;

    private final Database database;
    private final PgRuns runs;

    @Inject
    public PgCompactor(@Metrics Database database, PgRuns runs) {
        this.database = database;
        this.runs = runs;
    }

    /// Does the steps that can be done now.
    ///
    /// @return how many runs were merged
    public int compact(long nowMs) {
        var merged = 0;
        var candidates = database.read(connection -> candidates(connection, nowMs));
        for (var step : MergePlan.of(candidates, nowMs)) {
            merged += database.inTransaction(connection -> merge(connection, step, nowMs));
        }
        return merged;
    }

    /// Removes what is past its time and does not become anything else: seconds and hours.
    ///
    /// @return how many blocks went
    public int expire(long nowMs) {
        return database.inTransaction(connection -> {
            var removed = 0;
            for (var resolution : Resolution.values()) {
                if (resolution.coarser() == null) {
                    var untilS = MergePlan.keptUntilS(resolution, nowMs);
                    delete(connection, "metrics.run", resolution, untilS);
                    removed += delete(connection, "metrics.block", resolution, untilS);
                }
            }
            return removed;
        });
    }

    private static int delete(
            Connection connection, String table, Resolution resolution, long untilS)
            throws SQLException {
        var sql = "DELETE FROM " + table + " WHERE resolution = ? AND bucket_s <= ?";
        try (var delete = connection.prepareStatement(sql)) {
            delete.setInt(1, resolution.seconds());
            delete.setLong(2, untilS);
            return delete.executeUpdate();
        }
    }

    /// Not of buckets that are one sealed run, but when their time is over.
    private static List<MergePlan.Candidate> candidates(Connection connection, long nowMs)
            throws SQLException {
        var sql =
                """
                SELECT partition, resolution, bucket_s, level, run, points, written_ms
                FROM (SELECT *, count(*) OVER (PARTITION BY partition, resolution, bucket_s) AS runs
                    FROM metrics.run) r
                WHERE runs > 1 OR level < ? OR (resolution = ? AND bucket_s <= ?)
                OR (resolution = ? AND bucket_s <= ?)
                ORDER BY resolution, bucket_s, partition, run
                """;
        var candidates = new ArrayList<MergePlan.Candidate>();
        try (var query = connection.prepareStatement(sql)) {
            query.setInt(1, RunKey.SEALED);
            query.setInt(2, Resolution.MINUTE.seconds());
            query.setLong(3, MergePlan.keptUntilS(Resolution.MINUTE, nowMs));
            query.setInt(4, Resolution.FIVE_MINUTES.seconds());
            query.setLong(5, MergePlan.keptUntilS(Resolution.FIVE_MINUTES, nowMs));
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    var key =
                            new RunKey(
                                    rows.getInt(1),
                                    Resolution.ofSeconds(rows.getInt(2)),
                                    rows.getLong(3),
                                    rows.getInt(4),
                                    rows.getLong(5));
                    candidates.add(new MergePlan.Candidate(key, rows.getLong(6), rows.getLong(7)));
                }
            }
        }
        return candidates;
    }

    private int merge(Connection connection, MergePlan.Step step, long nowMs) throws SQLException {
        // Another replica may be at it, or have done the step since the plan was made.
        var from = step.runs().getFirst();
        if (!lock(connection, from)
                || (step.isCoarser() && !lock(connection, step.into()))
                || runs.count(connection, step.runs()) < step.runs().size()) {
            return 0;
        }
        var into = step.isCoarser() ? numbered(connection, step.into()) : step.into();
        var writer = new Writer(connection, into);
        var zstdLevel = into.isSealed() ? BlockBuilder.SMALL : BlockBuilder.FAST;
        var builder = new BlockBuilder(zstdLevel, writer::add);
        var points =
                new Merge(from.resolution(), from.bucketS(), into.resolution(), into.bucketS())
                        .run(sources(connection, step), builder);
        writer.flush();
        runs.addHead(connection, into, points, nowMs);
        if (runs.remove(connection, step.runs()) != step.runs().size()) {
            throw new IllegalStateException("a run vanished under the lock: " + from);
        }
        return step.runs().size();
    }

    private List<? extends Iterator<PointBlock>> sources(Connection connection, MergePlan.Step step)
            throws SQLException {
        if (step.points() <= SMALL_STEP) {
            return runs.blocks(connection, step.runs()).stream().map(List::iterator).toList();
        }
        return step.runs().stream().map(run -> new RunBlocks(connection, run)).toList();
    }

    /// With the next number that is free.
    private static RunKey numbered(Connection connection, RunKey key) throws SQLException {
        var sql =
                """
                SELECT coalesce(max(run), 0) + 1 FROM metrics.run
                WHERE resolution = ? AND bucket_s = ? AND partition = ?
                """;
        try (var query = connection.prepareStatement(sql)) {
            query.setInt(1, key.resolution().seconds());
            query.setLong(2, key.bucketS());
            query.setInt(3, key.partition());
            try (var rows = query.executeQuery()) {
                rows.next();
                return new RunKey(
                        key.partition(),
                        key.resolution(),
                        key.bucketS(),
                        key.level(),
                        rows.getLong(1));
            }
        }
    }

    private static boolean lock(Connection connection, RunKey key) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        "SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0))")) {
            query.setString(
                    1,
                    "metrics.run "
                            + key.partition()
                            + " "
                            + key.resolution().seconds()
                            + " "
                            + key.bucketS());
            try (var rows = query.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /// Writes the blocks of the new run, some at once.
    private final class Writer {
        private final Connection connection;
        private final RunKey key;
        private final List<PointBlock> blocks = new ArrayList<>();
        private int seq;

        Writer(Connection connection, RunKey key) {
            this.connection = connection;
            this.key = key;
        }

        void add(PointBlock block) {
            blocks.add(block);
            if (blocks.size() == BLOCKS_AT_ONCE) {
                flush();
            }
        }

        void flush() {
            try {
                runs.addBlocks(connection, key, seq, blocks);
            } catch (SQLException failure) {
                throw new DatabaseException(failure);
            }
            seq += blocks.size();
            blocks.clear();
        }
    }

    /// A run's blocks; holds some.
    private final class RunBlocks implements Iterator<PointBlock> {
        private final Connection connection;
        private final RunKey run;
        private int seq;
        private Iterator<PointBlock> blocks = Collections.emptyIterator();
        private boolean isLast;

        RunBlocks(Connection connection, RunKey run) {
            this.connection = connection;
            this.run = run;
        }

        @Override
        public boolean hasNext() {
            if (!blocks.hasNext() && !isLast) {
                try {
                    var some = runs.blocks(connection, run, seq, BLOCKS_AT_ONCE);
                    seq += some.size();
                    isLast = some.size() < BLOCKS_AT_ONCE;
                    blocks = some.iterator();
                } catch (SQLException failure) {
                    throw new DatabaseException(failure);
                }
            }
            return blocks.hasNext();
        }

        @Override
        public PointBlock next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return blocks.next();
        }
    }
}
