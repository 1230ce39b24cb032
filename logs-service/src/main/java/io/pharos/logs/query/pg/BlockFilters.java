package io.pharos.logs.query.pg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.pharos.logs.block.Trigrams;
import io.pharos.logs.block.pg.PgBlocks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// The trigrams of blocks, those asked for last in memory: a block never changes, and most of what a
/// query for a rare text costs is to read them.
final class BlockFilters {
    private static final long MAX_BYTES = 64L << 20;

    private final Cache<Long, byte[]> kept =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_BYTES)
                    .weigher((Long _, byte[] trigrams) -> trigrams.length + 64)
                    .build();

    /// Of those of a group's blocks that have some.
    Map<Long, byte[]> find(Connection tx, long groupId, Collection<Long> ids) throws SQLException {
        var found = new HashMap<>(kept.getAllPresent(ids));
        var missing = ids.stream().filter(id -> !found.containsKey(id)).toArray();
        if (missing.length == 0) {
            return found;
        }
        var sql =
                "SELECT id, trigrams FROM logs.block"
                        + " WHERE group_id = ? AND id = ANY(?) AND trigrams IS NOT NULL";
        try (var select = tx.prepareStatement(sql)) {
            PgBlocks.binary(select);
            select.setLong(1, groupId);
            select.setArray(2, tx.createArrayOf("bigint", missing));
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var trigrams = Trigrams.opened(rows.getBytes(2));
                    kept.put(rows.getLong(1), trigrams);
                    found.put(rows.getLong(1), trigrams);
                }
            }
        }
        return found;
    }
}
