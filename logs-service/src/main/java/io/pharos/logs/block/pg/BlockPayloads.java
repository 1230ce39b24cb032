package io.pharos.logs.block.pg;

import static java.util.Objects.requireNonNull;

import io.pharos.logs.block.BlockStore;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;

/// Reads payloads, or their heads, from rows and from the block store, and sees that they are whole.
final class BlockPayloads {
    private final BlockStore store;

    BlockPayloads(BlockStore store) {
        this.store = store;
    }

    /// What a row says.
    ///
    /// @param key null: the bytes are there
    /// @param length of the head; null: the whole payload is meant
    private record Place(
            byte @Nullable [] bytes,
            @Nullable String key,
            @Nullable Integer checksum,
            @Nullable Integer length) {}

    List<byte[]> whole(Connection connection, long groupId, List<Long> ids) throws SQLException {
        var sql =
                "SELECT id, payload, object, checksum, NULL::integer FROM logs.block"
                        + " WHERE group_id = ? AND id = ANY(?)";
        return read(connection, sql, groupId, ids);
    }

    List<byte[]> heads(Connection connection, long groupId, List<Long> ids) throws SQLException {
        var sql =
                "SELECT id, CASE WHEN head_bytes IS NULL THEN payload"
                        + " ELSE substring(payload FROM 1 FOR head_bytes) END, object,"
                        + " NULL::integer, head_bytes FROM logs.block WHERE group_id = ? AND id = ANY(?)";
        return read(connection, sql, groupId, ids);
    }

    private List<byte[]> read(Connection connection, String sql, long groupId, List<Long> ids)
            throws SQLException {
        var places = places(connection, sql, groupId, ids);
        if (places.values().stream().allMatch(place -> place.key() == null)) {
            return ids.stream().map(id -> checked(id, places.get(id), null)).toList();
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var brought = new HashMap<Long, Future<byte[]>>();
            places.forEach((id, place) -> {
                var key = place.key();
                if (key != null) {
                    var length = place.length();
                    brought.put(
                            id,
                            threads.submit(() ->
                                    length == null ? store.get(key) : store.get(key, length)));
                }
            });
            return ids.stream().map(id -> checked(id, places.get(id), brought.get(id))).toList();
        }
    }

    private static Map<Long, Place> places(
            Connection connection, String sql, long groupId, List<Long> ids) throws SQLException {
        var places = new HashMap<Long, Place>();
        try (var select = connection.prepareStatement(sql)) {
            PgBlocks.binary(select);
            select.setLong(1, groupId);
            select.setArray(2, connection.createArrayOf("bigint", ids.toArray()));
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    places.put(
                            rows.getLong(1),
                            new Place(
                                    rows.getBytes(2),
                                    rows.getString(3),
                                    rows.getObject(4, Integer.class),
                                    rows.getObject(5, Integer.class)));
                }
            }
        }
        return places;
    }

    private static byte[] checked(
            long id, @Nullable Place place, @Nullable Future<byte[]> brought) {
        if (place == null) {
            throw new IllegalStateException("block " + id + " is not in the snapshot");
        }
        var bytes = brought == null ? requireNonNull(place.bytes()) : result(brought);
        var checksum = place.checksum();
        if (checksum != null && checksum(bytes) != checksum) {
            throw new IllegalStateException("block " + id + " is damaged");
        }
        return bytes;
    }

    private static byte[] result(Future<byte[]> brought) {
        try {
            return brought.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    static int checksum(byte[] bytes) {
        var sum = new CRC32C();
        sum.update(bytes);
        return (int) sum.getValue();
    }
}
