package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.wire.Tenant;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// An alarm's key as the columns account, region and name.
final class KeyColumns {
    private KeyColumns() {}

    /// Into the first three parameters.
    static void setKey(PreparedStatement statement, AlarmKey key) throws SQLException {
        setKey(statement, 1, key);
    }

    /// Into three parameters.
    ///
    /// @param index the first of them
    static void setKey(PreparedStatement statement, int index, AlarmKey key) throws SQLException {
        statement.setString(index, key.tenant().account());
        statement.setString(index + 1, key.tenant().region());
        statement.setString(index + 2, key.name());
    }

    /// The keys that a query tells in its first three columns.
    static List<AlarmKey> keys(PreparedStatement select) throws SQLException {
        var keys = new ArrayList<AlarmKey>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                var tenant = new Tenant(row.getString(1), row.getString(2));
                keys.add(new AlarmKey(tenant, row.getString(3)));
            }
        }
        return keys;
    }
}
