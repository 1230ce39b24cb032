package io.pharos.logs.block.pg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/// What tells of blocks that they have not what is looked for, in memory for those asked for or merged
/// last: a block never changes, and most of what a query for a rare text costs is to read them.
public final class BlockFilters {
    private static final long MAX_BYTES = 64L << 20;

    private final Cache<Long, byte[]> kept =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_BYTES)
                    .weigher((Long _, byte[] filter) -> filter.length + 64)
                    .build();

    private final String sql;
    private final UnaryOperator<byte[]> opened;

    /// @param column of `logs.block`
    /// @param opened what is made of what it has
    BlockFilters(String column, UnaryOperator<byte[]> opened) {
        this.sql =
                "SELECT id, "
                        + column
                        + " FROM logs.block WHERE group_id = ? AND id = ANY(?) AND "
                        + column
                        + " IS NOT NULL";
        this.opened = opened;
    }

    /// That of a block which was just stored, as it was stored.
    void keep(long id, byte @Nullable [] filter) {
        if (filter != null) {
            kept.put(id, opened.apply(filter));
        }
    }

    /// Of those of a group's blocks that have some.
    public Map<Long, byte[]> find(Connection tx, long groupId, Collection<Long> ids)
            throws SQLException {
        var found = new HashMap<>(kept.getAllPresent(ids));
        var missing = ids.stream().filter(id -> !found.containsKey(id)).toArray();
        if (missing.length == 0) {
            return found;
        }
        try (var select = tx.prepareStatement(sql)) {
            PgBlocks.binary(select);
            select.setLong(1, groupId);
            select.setArray(2, tx.createArrayOf("bigint", missing));
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var filter = opened.apply(rows.getBytes(2));
                    kept.put(rows.getLong(1), filter);
                    found.put(rows.getLong(1), filter);
                }
            }
        }
        return found;
    }
}
