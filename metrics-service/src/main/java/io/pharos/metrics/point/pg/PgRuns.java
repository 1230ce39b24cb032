package io.pharos.metrics.point.pg;

import io.pharos.metrics.point.BlockBuilder;
import io.pharos.metrics.point.BlockDecoder;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.PointBlock;
import io.pharos.metrics.point.PointColumns;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.Run;
import io.pharos.metrics.point.RunKey;

import jakarta.inject.Singleton;

import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/// Runs and their blocks. A reader sees each point in exactly one run, whatever is merged meanwhile,
/// because it reads blocks with one statement.
@Singleton
public final class PgRuns {
    /// Every bytea in binary, from the first execution on.
    private static final int ALWAYS_BINARY = -1;

    private static final int FETCH_ROWS = 256;

    private static final String INSERT_RUN =
            """
            INSERT INTO metrics.run (partition, resolution, bucket_s, level, run, points, written_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String INSERT_BLOCK =
            """
            INSERT INTO metrics.block (resolution, bucket_s, partition, level, run, seq,
                series_min, series_max, first_s, last_s, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String RANGE = "(resolution = ? AND bucket_s >= ? AND bucket_s < ?)";

    private static final String OF_RUNS =
            """
            WHERE resolution = ? AND bucket_s = ? AND partition = ?
            AND (level, run) IN (SELECT * FROM unnest(?::int[], ?::bigint[]))
            """;

    /// Writes what a flush added, as runs of level 0.
    ///
    /// @param run the last offset that is inside
    public void add(Connection connection, int partition, long run, List<Run> runs, long nowMs)
            throws SQLException {
        for (var one : runs) {
            var key = new RunKey(partition, one.resolution(), one.bucketS(), 0, run);
            var blocks = new ArrayList<PointBlock>();
            BlockBuilder.pack(one, blocks::add);
            addBlocks(connection, key, 0, blocks);
            addHead(connection, key, one.size(), nowMs);
        }
    }

    /// Writes blocks of a run, the first of them as its `seq`-th.
    public void addBlocks(Connection connection, RunKey key, int seq, List<PointBlock> blocks)
            throws SQLException {
        try (var insert = connection.prepareStatement(INSERT_BLOCK)) {
            for (var i = 0; i < blocks.size(); i++) {
                var block = blocks.get(i);
                insert.setInt(1, key.resolution().seconds());
                insert.setLong(2, key.bucketS());
                insert.setInt(3, key.partition());
                insert.setInt(4, key.level());
                insert.setLong(5, key.run());
                insert.setInt(6, seq + i);
                insert.setLong(7, block.seriesMin());
                insert.setLong(8, block.seriesMax());
                insert.setLong(9, startOf(key, block.firstPeriod()));
                insert.setLong(10, startOf(key, block.lastPeriod()));
                insert.setBytes(11, block.body());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static long startOf(RunKey key, int period) {
        return key.bucketS() + (long) period * key.resolution().seconds();
    }

    /// Writes a run's head.
    public void addHead(Connection connection, RunKey key, long points, long nowMs)
            throws SQLException {
        try (var insert = connection.prepareStatement(INSERT_RUN)) {
            insert.setInt(1, key.partition());
            insert.setInt(2, key.resolution().seconds());
            insert.setLong(3, key.bucketS());
            insert.setInt(4, key.level());
            insert.setLong(5, key.run());
            insert.setLong(6, points);
            insert.setLong(7, nowMs);
            insert.executeUpdate();
        }
    }

    /// Sees chunks: what a series did in a bucket, as far as it is in one run.
    @FunctionalInterface
    public interface ChunkSink {
        /// @param chunk at the chunk, to be read now or not at all
        void chunk(Resolution resolution, long bucketS, BlockDecoder chunk);
    }

    /// Gives every chunk of the series that may have points in [fromS, toS), about in the order of time;
    /// it may have others too, and the same point may come in parts, to be merged. In a transaction rows
    /// come page by page.
    ///
    /// @param series ascending
    public void read(
            Connection connection,
            Set<Resolution> resolutions,
            long[] series,
            long fromS,
            long toS,
            ChunkSink sink)
            throws SQLException {
        if (series.length == 0 || fromS >= toS) {
            return;
        }
        // Finds whether one of many numbers is in a block's range in logarithmic time.
        var sql =
                """
                SELECT resolution, bucket_s, body FROM metrics.block
                WHERE (%s) AND last_s >= ? AND first_s < ?
                AND width_bucket(series_max, ?::bigint[]) > width_bucket(series_min - 1, ?::bigint[])
                ORDER BY resolution DESC, bucket_s, level DESC, run, seq
                """
                        .formatted(
                                String.join(
                                        " OR ", Collections.nCopies(resolutions.size(), RANGE)));
        try (var query = connection.prepareStatement(sql);
                var decoder = new BlockDecoder()) {
            query.unwrap(PGStatement.class).setPrepareThreshold(ALWAYS_BINARY);
            query.setFetchSize(FETCH_ROWS);
            var finest = resolutions.stream().mapToInt(Resolution::seconds).max().orElseThrow();
            var at = 1;
            for (var resolution : resolutions) {
                query.setInt(at++, resolution.seconds());
                query.setLong(at++, resolution.bucketOf(fromS));
                query.setLong(at++, toS);
            }
            query.setLong(at++, fromS - finest + 1);
            query.setLong(at++, toS);
            var numbers = connection.unwrap(PGConnection.class).createArrayOf("bigint", series);
            query.setArray(at++, numbers);
            query.setArray(at, numbers);
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    var resolution = Resolution.ofSeconds(rows.getInt(1));
                    var bucketS = rows.getLong(2);
                    decoder.open(rows.getBytes(3));
                    while (decoder.next(series)) {
                        sink.chunk(resolution, bucketS, decoder);
                    }
                }
            }
        }
    }

    /// The same, point by point: those that start in [fromS, toS).
    public void read(
            Connection connection,
            Set<Resolution> resolutions,
            Collection<Long> series,
            long fromS,
            long toS,
            BiConsumer<Resolution, Point> sink)
            throws SQLException {
        var columns = new PointColumns();
        read(
                connection,
                resolutions,
                series.stream().mapToLong(Long::longValue).sorted().distinct().toArray(),
                fromS,
                toS,
                (resolution, bucketS, chunk) -> {
                    columns.clear();
                    chunk.read(true, columns::add);
                    for (var i = 0; i < columns.size(); i++) {
                        var startS = bucketS + (long) columns.period(i) * resolution.seconds();
                        if (startS >= fromS && startS < toS) {
                            sink.accept(
                                    resolution,
                                    new Point(
                                            chunk.series(),
                                            chunk.unit(),
                                            chunk.isHighResolution(),
                                            startS,
                                            columns.aggregate(i)));
                        }
                    }
                });
    }

    /// Some blocks of a run in order, from its `seq`-th on.
    public List<PointBlock> blocks(Connection connection, RunKey key, int seq, int limit)
            throws SQLException {
        var sql =
                """
                SELECT series_min, series_max, first_s, last_s, body FROM metrics.block
                WHERE resolution = ? AND bucket_s = ? AND partition = ? AND level = ? AND run = ?
                AND seq >= ? AND seq < ? ORDER BY seq
                """;
        try (var query = connection.prepareStatement(sql)) {
            query.unwrap(PGStatement.class).setPrepareThreshold(ALWAYS_BINARY);
            query.setInt(1, key.resolution().seconds());
            query.setLong(2, key.bucketS());
            query.setInt(3, key.partition());
            query.setInt(4, key.level());
            query.setLong(5, key.run());
            query.setInt(6, seq);
            query.setInt(7, seq + limit);
            var blocks = new ArrayList<PointBlock>();
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    blocks.add(block(key, rows));
                }
            }
            return blocks;
        }
    }

    /// All blocks of several small runs of a bucket, in the order of the keys.
    public List<List<PointBlock>> blocks(Connection connection, List<RunKey> keys)
            throws SQLException {
        var sql =
                "SELECT series_min, series_max, first_s, last_s, body, level, run FROM metrics.block "
                        + OF_RUNS
                        + " ORDER BY seq";
        var blocks = new ArrayList<List<PointBlock>>();
        keys.forEach(_ -> blocks.add(new ArrayList<>()));
        try (var query = connection.prepareStatement(sql)) {
            query.unwrap(PGStatement.class).setPrepareThreshold(ALWAYS_BINARY);
            keys(query, keys);
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    var first = keys.getFirst();
                    var key =
                            new RunKey(
                                    first.partition(),
                                    first.resolution(),
                                    first.bucketS(),
                                    rows.getInt(6),
                                    rows.getLong(7));
                    blocks.get(keys.indexOf(key)).add(block(key, rows));
                }
            }
        }
        return blocks;
    }

    private static PointBlock block(RunKey key, ResultSet row) throws SQLException {
        return new PointBlock(
                row.getLong(1),
                row.getLong(2),
                periodOf(key, row.getLong(3)),
                periodOf(key, row.getLong(4)),
                0,
                row.getBytes(5));
    }

    private static int periodOf(RunKey key, long startS) {
        return Math.toIntExact((startS - key.bucketS()) / key.resolution().seconds());
    }

    /// Removes runs of a bucket with their blocks.
    ///
    /// @return how many there were
    public int remove(Connection connection, List<RunKey> keys) throws SQLException {
        try (var blocks = connection.prepareStatement("DELETE FROM metrics.block " + OF_RUNS);
                var heads = connection.prepareStatement("DELETE FROM metrics.run " + OF_RUNS)) {
            keys(blocks, keys);
            blocks.executeUpdate();
            keys(heads, keys);
            return heads.executeUpdate();
        }
    }

    /// How many of these runs of a bucket are there.
    public int count(Connection connection, List<RunKey> keys) throws SQLException {
        try (var query =
                connection.prepareStatement("SELECT count(*) FROM metrics.run " + OF_RUNS)) {
            keys(query, keys);
            try (var rows = query.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    private static void keys(PreparedStatement statement, List<RunKey> keys) throws SQLException {
        var first = keys.getFirst();
        var connection = statement.getConnection();
        statement.setInt(1, first.resolution().seconds());
        statement.setLong(2, first.bucketS());
        statement.setInt(3, first.partition());
        statement.setArray(
                4, connection.createArrayOf("int", keys.stream().map(RunKey::level).toArray()));
        statement.setArray(
                5, connection.createArrayOf("bigint", keys.stream().map(RunKey::run).toArray()));
    }
}
