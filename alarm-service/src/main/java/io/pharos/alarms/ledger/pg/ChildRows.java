package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmKey;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.TreeSet;

/// Table `alarms.alarm_child`: which alarms a composite alarm looks at. Every method works on the
/// caller's transaction.
public final class ChildRows {
    private final Connection tx;

    public ChildRows(Connection tx) {
        this.tx = tx;
    }

    /// What a composite alarm looked at before is replaced.
    ///
    /// @param rule names of alarms in its rule
    /// @param suppressor names of alarms that suppress its actions
    public void replace(AlarmKey parent, Collection<String> rule, Collection<String> suppressor)
            throws SQLException {
        removeAll(parent);
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.alarm_child (account, region, parent, role, child)
                        VALUES (?, ?, ?, ?, ?)
                        """)) {
            add(insert, parent, "rule", rule);
            add(insert, parent, "suppressor", suppressor);
            insert.executeBatch();
        }
    }

    private static void add(
            PreparedStatement insert, AlarmKey parent, String role, Collection<String> children)
            throws SQLException {
        for (var child : new TreeSet<>(children)) {
            setKey(insert, parent);
            insert.setString(4, role);
            insert.setString(5, child);
            insert.addBatch();
        }
    }

    void removeAll(AlarmKey parent) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.alarm_child
                        WHERE account = ? AND region = ? AND parent = ?
                        """)) {
            setKey(delete, parent);
            delete.executeUpdate();
        }
    }

    /// Whether some composite alarm looks at it.
    public boolean hasParents(AlarmKey child) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT FROM alarms.alarm_child
                        WHERE account = ? AND region = ? AND child = ? LIMIT 1
                        """)) {
            setKey(select, child);
            try (var row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    private static void setKey(PreparedStatement statement, AlarmKey key) throws SQLException {
        statement.setString(1, key.tenant().account());
        statement.setString(2, key.tenant().region());
        statement.setString(3, key.name());
    }
}
