package io.pharos.metrics.point.pg;

import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.PointBlock;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.Run;
import io.pharos.metrics.point.RunKey;

import jakarta.inject.Singleton;

import org.postgresql.PGStatement;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/// Runs and their blocks. A reader sees each point in exactly one run, whatever is merged meanwhile,
/// because it reads blocks with one statement.
@Singleton
public final class PgRuns {
    /// Every bytea in binary, from the first execution on.
    private static final int ALWAYS_BINARY = -1;

    private static final int FETCH_ROWS = 64;

    private static final String INSERT_RUN =
            """
            INSERT INTO metrics.run (partition, resolution, bucket_s, level, run, points, written_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String INSERT_BLOCK =
            """
            INSERT INTO metrics.block (resolution, bucket_s, partition, level, run, seq,
                series_min, series_max, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    /// Writes what a flush added, as runs of level 0.
    ///
    /// @param run the last offset that is inside
    public void add(Connection connection, int partition, long run, List<Run> runs, long nowMs)
            throws SQLException {
        try (var blocks = connection.prepareStatement(INSERT_BLOCK);
                var heads = connection.prepareStatement(INSERT_RUN)) {
            for (var one : runs) {
                var points = one.points();
                for (var from = 0; from < points.size(); from += PointBlock.MAX_POINTS) {
                    var to = Math.min(points.size(), from + PointBlock.MAX_POINTS);
                    var key = new RunKey(partition, one.resolution(), one.bucketS(), 0, run);
                    bind(blocks, key, from / PointBlock.MAX_POINTS, points.subList(from, to));
                    blocks.addBatch();
                }
                head(
                        heads,
                        new RunKey(partition, one.resolution(), one.bucketS(), 0, run),
                        points.size(),
                        nowMs);
                heads.addBatch();
            }
            blocks.executeBatch();
            heads.executeBatch();
        }
    }

    /// Writes one block of a run.
    public void addBlock(Connection connection, RunKey key, int seq, List<Point> points)
            throws SQLException {
        try (var insert = connection.prepareStatement(INSERT_BLOCK)) {
            bind(insert, key, seq, points);
            insert.executeUpdate();
        }
    }

    /// Writes a run's head, once its blocks are there.
    public void addHead(Connection connection, RunKey key, long points, long nowMs)
            throws SQLException {
        try (var insert = connection.prepareStatement(INSERT_RUN)) {
            head(insert, key, points, nowMs);
            insert.executeUpdate();
        }
    }

    private static void head(PreparedStatement insert, RunKey key, long points, long nowMs)
            throws SQLException {
        insert.setInt(1, key.partition());
        insert.setInt(2, key.resolution().seconds());
        insert.setLong(3, key.bucketS());
        insert.setInt(4, key.level());
        insert.setLong(5, key.run());
        insert.setLong(6, points);
        insert.setLong(7, nowMs);
    }

    private static void bind(PreparedStatement insert, RunKey key, int seq, List<Point> points)
            throws SQLException {
        insert.setInt(1, key.resolution().seconds());
        insert.setLong(2, key.bucketS());
        insert.setInt(3, key.partition());
        insert.setInt(4, key.level());
        insert.setLong(5, key.run());
        insert.setInt(6, seq);
        insert.setLong(7, points.getFirst().series());
        insert.setLong(8, points.getLast().series());
        insert.setBytes(9, PointBlock.encode(points, key.resolution(), key.bucketS()));
    }

    /// Gives every point of the series that starts in [fromS, toS); the same key may come several
    /// times, to be merged. In a transaction rows come page by page.
    public void read(
            Connection connection,
            Set<Resolution> resolutions,
            Collection<Long> series,
            long fromS,
            long toS,
            BiConsumer<Resolution, Point> sink)
            throws SQLException {
        if (series.isEmpty() || fromS >= toS) {
            return;
        }
        var wanted = series.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
        var sql =
                """
                SELECT resolution, bucket_s, body FROM metrics.block b
                WHERE (%s) AND series_max >= ? AND series_min <= ?
                AND EXISTS (
                    SELECT FROM unnest(?::bigint[]) s WHERE s BETWEEN series_min AND series_max)
                """
                        .formatted(
                                String.join(
                                        " OR ",
                                        resolutions.stream()
                                                .map(r -> range(r, fromS, toS))
                                                .toList()));
        try (var query = connection.prepareStatement(sql)) {
            query.unwrap(PGStatement.class).setPrepareThreshold(ALWAYS_BINARY);
            query.setFetchSize(FETCH_ROWS);
            query.setLong(1, wanted[0]);
            query.setLong(2, wanted[wanted.length - 1]);
            query.setArray(
                    3, connection.createArrayOf("bigint", Arrays.stream(wanted).boxed().toArray()));
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    var resolution = Resolution.ofSeconds(rows.getInt(1));
                    var points =
                            PointBlock.decode(
                                    rows.getBytes(3),
                                    resolution,
                                    rows.getLong(2),
                                    id -> Arrays.binarySearch(wanted, id) >= 0);
                    for (var point : points) {
                        if (point.startS() >= fromS && point.startS() < toS) {
                            sink.accept(resolution, point);
                        }
                    }
                }
            }
        }
    }

    private static String range(Resolution resolution, long fromS, long toS) {
        return "(resolution = %d AND bucket_s >= %d AND bucket_s < %d)"
                .formatted(resolution.seconds(), resolution.bucketOf(fromS), toS);
    }

    /// The blocks of a run, without their bodies, in order.
    public int blocks(Connection connection, RunKey key) throws SQLException {
        var sql =
                """
                SELECT count(*) FROM metrics.block
                WHERE resolution = ? AND bucket_s = ? AND partition = ? AND level = ? AND run = ?
                """;
        try (var query = connection.prepareStatement(sql)) {
            key(query, key);
            try (var rows = query.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    /// All points of one block.
    public List<Point> block(Connection connection, RunKey key, int seq) throws SQLException {
        var sql =
                """
                SELECT body FROM metrics.block
                WHERE resolution = ? AND bucket_s = ? AND partition = ? AND level = ? AND run = ?
                AND seq = ?
                """;
        try (var query = connection.prepareStatement(sql)) {
            query.unwrap(PGStatement.class).setPrepareThreshold(ALWAYS_BINARY);
            key(query, key);
            query.setInt(6, seq);
            try (var rows = query.executeQuery()) {
                if (!rows.next()) {
                    throw new IllegalStateException("no block " + seq + " of " + key);
                }
                return PointBlock.decode(
                        rows.getBytes(1), key.resolution(), key.bucketS(), _ -> true);
            }
        }
    }

    /// Removes a run with its blocks.
    ///
    /// @return false when it was not there
    public boolean remove(Connection connection, RunKey key) throws SQLException {
        var condition =
                " WHERE resolution = ? AND bucket_s = ? AND partition = ? AND level = ? AND run = ?";
        try (var blocks = connection.prepareStatement("DELETE FROM metrics.block" + condition);
                var head = connection.prepareStatement("DELETE FROM metrics.run" + condition)) {
            key(blocks, key);
            blocks.executeUpdate();
            key(head, key);
            return head.executeUpdate() == 1;
        }
    }

    private static void key(PreparedStatement statement, RunKey key) throws SQLException {
        statement.setInt(1, key.resolution().seconds());
        statement.setLong(2, key.bucketS());
        statement.setInt(3, key.partition());
        statement.setInt(4, key.level());
        statement.setLong(5, key.run());
    }
}
