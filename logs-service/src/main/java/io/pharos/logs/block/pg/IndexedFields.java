package io.pharos.logs.block.pg;

import io.pharos.logs.block.IndexedValues;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;

/// Which fields of a group's events are indexed.
@FunctionalInterface
public interface IndexedFields {
    /// Null: none.
    IndexedValues.@Nullable Fields of(Connection connection, long groupId) throws SQLException;
}
