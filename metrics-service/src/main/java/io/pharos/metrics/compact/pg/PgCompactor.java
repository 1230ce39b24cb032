package io.pharos.metrics.compact.pg;

import io.pharos.kit.Database;
import io.pharos.kit.DatabaseException;
import io.pharos.metrics.compact.Merge;
import io.pharos.metrics.compact.MergePlan;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.PointBlock;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.RunKey;
import io.pharos.metrics.point.pg.PgRuns;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// Merges runs, each step in one transaction: readers see the runs or what they became, a crash leaves
/// the runs. Writers are never waited for. Several replicas may compact: a lock per partition and
/// bucket lets one of them through and the others pass.
@Singleton
public final class PgCompactor {
    /// AWS keeps samples below a minute for three hours; their minutes are kept apart.
    static final Duration SECONDS_KEPT = Duration.ofHours(3);

    /// A bucket goes only when everything in it is this much older than must be kept.
    static final Duration RETENTION_SLACK = Duration.ofMinutes(10);

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
        for (var step : MergePlan.of(database.read(PgCompactor::candidates), nowMs)) {
            merged += database.inTransaction(connection -> merge(connection, step, nowMs));
        }
        return merged;
    }

    /// Removes seconds that are past their three hours.
    ///
    /// @return how many blocks went
    public int expire(long nowMs) {
        var limit =
                (nowMs - SECONDS_KEPT.toMillis() - RETENTION_SLACK.toMillis()) / 1_000
                        - Resolution.SECOND.bucketSeconds();
        return database.inTransaction(connection -> {
            delete(connection, "run", limit);
            return delete(connection, "block", limit);
        });
    }

    private static int delete(Connection connection, String table, long limitS)
            throws SQLException {
        try (var delete =
                connection.prepareStatement(
                        "DELETE FROM metrics."
                                + table
                                + " WHERE resolution = "
                                + Resolution.SECOND.seconds()
                                + " AND bucket_s <= ?")) {
            delete.setLong(1, limitS);
            return delete.executeUpdate();
        }
    }

    /// Only of buckets that have several runs.
    private static List<MergePlan.Candidate> candidates(Connection connection) throws SQLException {
        var sql =
                """
                SELECT partition, resolution, bucket_s, level, run, points, written_ms
                FROM (SELECT *, count(*) OVER (PARTITION BY partition, resolution, bucket_s) AS runs
                    FROM metrics.run) r
                WHERE runs > 1
                ORDER BY resolution, bucket_s, partition, level, run
                """;
        var candidates = new ArrayList<MergePlan.Candidate>();
        try (var query = connection.prepareStatement(sql);
                var rows = query.executeQuery()) {
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
        return candidates;
    }

    private int merge(Connection connection, MergePlan.Step step, long nowMs) throws SQLException {
        if (!lock(connection, step.into()) || !allThere(connection, step.runs())) {
            return 0;
        }
        var sources = new ArrayList<BlockIterator>();
        for (var run : step.runs()) {
            sources.add(new BlockIterator(connection, run, runs.blocks(connection, run)));
        }
        var merge = new Merge(sources);
        var block = new ArrayList<Point>(PointBlock.MAX_POINTS);
        var seq = 0;
        var points = 0L;
        while (merge.hasNext()) {
            block.add(merge.next());
            points++;
            if (block.size() == PointBlock.MAX_POINTS) {
                runs.addBlock(connection, step.into(), seq++, block);
                block.clear();
            }
        }
        if (!block.isEmpty()) {
            runs.addBlock(connection, step.into(), seq, block);
        }
        runs.addHead(connection, step.into(), points, nowMs);
        for (var run : step.runs()) {
            if (!runs.remove(connection, run)) {
                throw new IllegalStateException("a run vanished under the lock: " + run);
            }
        }
        return step.runs().size();
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

    /// Another replica may have done the step since the plan was made.
    private static boolean allThere(Connection connection, List<RunKey> keys) throws SQLException {
        var first = keys.getFirst();
        var sql =
                """
                SELECT count(*) FROM metrics.run
                JOIN unnest(?::int[], ?::bigint[]) AS k (level, run) USING (level, run)
                WHERE resolution = ? AND bucket_s = ? AND partition = ?
                """;
        try (var query = connection.prepareStatement(sql)) {
            query.setArray(
                    1, connection.createArrayOf("int", keys.stream().map(RunKey::level).toArray()));
            query.setArray(
                    2,
                    connection.createArrayOf("bigint", keys.stream().map(RunKey::run).toArray()));
            query.setInt(3, first.resolution().seconds());
            query.setLong(4, first.bucketS());
            query.setInt(5, first.partition());
            try (var rows = query.executeQuery()) {
                return rows.next() && rows.getInt(1) == keys.size();
            }
        }
    }

    /// A run's points; holds one block.
    private final class BlockIterator implements Iterator<Point> {
        private final Connection connection;
        private final RunKey run;
        private final int blocks;
        private int nextBlock;
        private Iterator<Point> points = Collections.emptyIterator();

        BlockIterator(Connection connection, RunKey run, int blocks) {
            this.connection = connection;
            this.run = run;
            this.blocks = blocks;
        }

        @Override
        public boolean hasNext() {
            while (!points.hasNext() && nextBlock < blocks) {
                try {
                    points = runs.block(connection, run, nextBlock++).iterator();
                } catch (SQLException failure) {
                    throw new DatabaseException(failure);
                }
            }
            return points.hasNext();
        }

        @Override
        public Point next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return points.next();
        }
    }
}
