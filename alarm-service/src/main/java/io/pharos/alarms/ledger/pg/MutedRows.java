package io.pharos.alarms.ledger.pg;

import static io.pharos.alarms.ledger.pg.KeyColumns.setKey;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.Contributor;
import io.pharos.alarms.evaluate.Verdict;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Table `alarms.muted`: whose actions are held back by mute rules. Every method works on the caller's
/// transaction.
final class MutedRows {
    private final Connection tx;

    MutedRows(Connection tx) {
        this.tx = tx;
    }

    /// @param contributor null for the alarm itself
    /// @param former the state that was told last
    /// @param verdict the state that is not told yet
    /// @param changed since when it is in that
    /// @param end of the window
    record Muted(
            @Nullable Contributor contributor,
            StateValue former,
            Verdict verdict,
            Instant changed,
            Instant end) {

        private String id() {
            return contributor == null ? "" : contributor.id();
        }
    }

    /// @param contributor null for the alarm itself
    Optional<Muted> find(AlarmKey key, @Nullable Contributor contributor) throws SQLException {
        var id = contributor == null ? "" : contributor.id();
        return list(key).stream().filter(one -> one.id().equals(id)).findFirst();
    }

    /// The alarm itself first.
    List<Muted> list(AlarmKey key) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT contributor, attributes, former_state, state, reason, reason_data,
                            changed_ms, end_ms
                        FROM alarms.muted
                        WHERE account = ? AND region = ? AND name = ? ORDER BY contributor
                        """)) {
            setKey(select, key);
            var found = new ArrayList<Muted>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    var id = row.getString("contributor");
                    found.add(
                            new Muted(
                                    id.isEmpty()
                                            ? null
                                            : new Contributor(
                                                    id,
                                                    ContributorColumns.read(
                                                            row.getString("attributes"))),
                                    StateValue.fromValue(row.getString("former_state")),
                                    new Verdict(
                                            StateValue.fromValue(row.getString("state")),
                                            row.getString("reason"),
                                            row.getString("reason_data")),
                                    Instant.ofEpochMilli(row.getLong("changed_ms")),
                                    Instant.ofEpochMilli(row.getLong("end_ms"))));
                }
            }
            return found;
        }
    }

    /// Looked at again when its window ends.
    void put(AlarmKey key, Muted muted) throws SQLException {
        try (var upsert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.muted (account, region, name, contributor, attributes,
                            former_state, state, reason, reason_data, changed_ms, due_ms, end_ms)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (account, region, name, contributor) DO UPDATE
                        SET former_state = excluded.former_state, state = excluded.state,
                            reason = excluded.reason, reason_data = excluded.reason_data,
                            changed_ms = excluded.changed_ms, due_ms = excluded.due_ms,
                            end_ms = excluded.end_ms
                        """)) {
            setKey(upsert, key);
            var contributor = muted.contributor();
            upsert.setString(4, muted.id());
            upsert.setString(
                    5,
                    contributor == null ? "" : ContributorColumns.write(contributor.attributes()));
            upsert.setString(6, muted.former().toString());
            upsert.setString(7, muted.verdict().state().toString());
            upsert.setString(8, muted.verdict().reason());
            upsert.setString(9, Objects.requireNonNullElse(muted.verdict().reasonData(), ""));
            upsert.setLong(10, muted.changed().toEpochMilli());
            upsert.setLong(11, muted.end().toEpochMilli());
            upsert.setLong(12, muted.end().toEpochMilli());
            upsert.executeUpdate();
        }
    }

    /// @param contributor null for the alarm itself
    void remove(AlarmKey key, @Nullable Contributor contributor) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.muted
                        WHERE account = ? AND region = ? AND name = ? AND contributor = ?
                        """)) {
            setKey(delete, key);
            delete.setString(4, contributor == null ? "" : contributor.id());
            delete.executeUpdate();
        }
    }

    void removeContributors(AlarmKey key) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.muted
                        WHERE account = ? AND region = ? AND name = ? AND contributor <> ''
                        """)) {
            setKey(delete, key);
            delete.executeUpdate();
        }
    }

    void removeAll(AlarmKey key) throws SQLException {
        remove(key, null);
        removeContributors(key);
    }

    /// A rule of these alarms changed: they are looked at again now.
    void hasten(Tenant tenant, Collection<String> names, Instant now) throws SQLException {
        try (var update =
                tx.prepareStatement(
                        """
                        UPDATE alarms.muted SET due_ms = least(due_ms, ?)
                        WHERE account = ? AND region = ? AND name = ANY(?)
                        """)) {
            update.setLong(1, now.toEpochMilli());
            update.setString(2, tenant.account());
            update.setString(3, tenant.region());
            update.setArray(4, tx.createArrayOf("text", names.toArray()));
            update.executeUpdate();
        }
    }

    /// Alarms to look at by `now`, the longest due first.
    List<AlarmKey> due(Instant now, int limit) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT account, region, name FROM alarms.muted
                        WHERE due_ms <= ? GROUP BY account, region, name
                        ORDER BY min(due_ms) LIMIT ?
                        """)) {
            select.setLong(1, now.toEpochMilli());
            select.setInt(2, limit);
            return KeyColumns.keys(select);
        }
    }
}
