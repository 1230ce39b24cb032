package io.pharos.alarms.ledger.pg;

import static io.pharos.alarms.ledger.pg.KeyColumns.setKey;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.composite.Family;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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

    /// Who looks at `child`, who has one of those in its rule, and so on.
    List<Family.Edge> above(AlarmKey child) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        WITH RECURSIVE above(name) AS (
                            SELECT ?::text COLLATE "C"
                            UNION
                            SELECT c.parent FROM above JOIN alarms.alarm_child c
                            ON c.account = ? AND c.region = ? AND c.child = above.name
                                AND c.role = 'rule')
                        SELECT c.parent, c.child FROM above JOIN alarms.alarm_child c
                        ON c.account = ? AND c.region = ? AND c.child = above.name
                        """)) {
            select.setString(1, child.name());
            select.setString(2, child.tenant().account());
            select.setString(3, child.tenant().region());
            select.setString(4, child.tenant().account());
            select.setString(5, child.tenant().region());
            var edges = new ArrayList<Family.Edge>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    edges.add(new Family.Edge(row.getString(1), row.getString(2)));
                }
            }
            return edges;
        }
    }

    /// Those of `children` that `limit` others than `parent` look at already.
    List<String> crowded(AlarmKey parent, Collection<String> children, int limit)
            throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT child FROM alarms.alarm_child
                        WHERE account = ? AND region = ? AND parent <> ? AND child = ANY(?)
                        GROUP BY child HAVING count(DISTINCT parent) >= ? ORDER BY child
                        """)) {
            setKey(select, parent);
            select.setArray(4, tx.createArrayOf("text", children.toArray()));
            select.setInt(5, limit);
            var crowded = new ArrayList<String>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    crowded.add(row.getString(1));
                }
            }
            return crowded;
        }
    }
}
