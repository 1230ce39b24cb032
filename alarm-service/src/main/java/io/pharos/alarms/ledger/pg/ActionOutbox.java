package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.announce.HistoryItem;
import io.pharos.alarms.ledger.PendingAction;
import io.pharos.kit.Database;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.AlarmType;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/// Actions on their way. A claimed one is leased: when its relay dies, it is claimed again after the
/// lease, so that every action is done at least once.
public final class ActionOutbox {
    private final Database database;

    public ActionOutbox(Database database) {
        this.database = database;
    }

    /// Takes due actions, the longest due first, none for `busy` targets or those of busy services.
    public List<PendingAction> claim(
            Instant now,
            Duration lease,
            int limit,
            Collection<String> busy,
            Collection<String> busyServices) {
        return database.inTransaction(tx -> {
            try (var update =
                    tx.prepareStatement(
                            """
                            UPDATE alarms.action_outbox SET due_ms = ?, attempts = attempts + 1
                            WHERE id IN (
                                SELECT id FROM alarms.action_outbox
                                WHERE due_ms <= ? AND arn <> ALL (?)
                                    AND split_part(arn, ':', 3) <> ALL (?)
                                ORDER BY due_ms LIMIT ? FOR UPDATE SKIP LOCKED)
                            RETURNING id, account, region, name, arn, subject, message,
                                changed_ms, attempts, alarm_type, contributor,
                                contributor_attributes, mute_end_ms
                            """)) {
                update.setLong(1, now.plus(lease).toEpochMilli());
                update.setLong(2, now.toEpochMilli());
                update.setArray(3, tx.createArrayOf("text", busy.toArray()));
                update.setArray(4, tx.createArrayOf("text", busyServices.toArray()));
                update.setInt(5, limit);
                return read(update);
            }
        });
    }

    private static List<PendingAction> read(PreparedStatement statement) throws SQLException {
        var actions = new ArrayList<PendingAction>();
        try (var row = statement.executeQuery()) {
            while (row.next()) {
                var tenant = new Tenant(row.getString("account"), row.getString("region"));
                var muteEndMs = row.getLong("mute_end_ms");
                var muteEnd = row.wasNull() ? null : Instant.ofEpochMilli(muteEndMs);
                actions.add(
                        new PendingAction(
                                row.getObject("id", UUID.class),
                                new AlarmKey(tenant, row.getString("name")),
                                AlarmType.fromValue(row.getString("alarm_type")),
                                ContributorColumns.get(row),
                                row.getString("arn"),
                                row.getString("subject"),
                                row.getString("message"),
                                Instant.ofEpochMilli(row.getLong("changed_ms")),
                                muteEnd,
                                row.getInt("attempts")));
            }
        }
        return actions;
    }

    /// The action is done, or given up with `error`: history says so.
    public void end(PendingAction action, @Nullable String error, Instant now) {
        database.run(tx -> {
            try (var delete =
                    tx.prepareStatement("DELETE FROM alarms.action_outbox WHERE id = ?")) {
                delete.setObject(1, action.id());
                if (delete.executeUpdate() == 0) {
                    return; // another relay ended it after this one's lease
                }
            }
            if (action.isOfNoAlarm()) {
                return;
            }
            new HistoryRows(tx).add(action.history(error, now));
        });
    }

    /// The action stays and is due again then, as if it were new.
    ///
    /// @param told a line for the alarm's history; null for none
    public void repeat(PendingAction action, Instant due, @Nullable HistoryItem told) {
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            """
                            UPDATE alarms.action_outbox SET due_ms = ?, attempts = 0 WHERE id = ?
                            """)) {
                update.setLong(1, due.toEpochMilli());
                update.setObject(2, action.id());
                if (update.executeUpdate() == 0) {
                    return;
                }
            }
            if (told != null) {
                new HistoryRows(tx).add(told);
            }
        });
    }

    /// The action is over and history hears no more of it.
    public void drop(PendingAction action) {
        database.run(tx -> {
            try (var delete =
                    tx.prepareStatement("DELETE FROM alarms.action_outbox WHERE id = ?")) {
                delete.setObject(1, action.id());
                delete.executeUpdate();
            }
        });
    }

    /// The target did not take the action: it and all others for that target wait until `due`.
    public void postpone(PendingAction action, Instant due) {
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            """
                            UPDATE alarms.action_outbox
                            SET due_ms = CASE WHEN id = ? THEN ? ELSE greatest(due_ms, ?) END
                            WHERE arn = ?
                            """)) {
                update.setObject(1, action.id());
                update.setLong(2, due.toEpochMilli());
                update.setLong(3, due.toEpochMilli());
                update.setString(4, action.arn());
                update.executeUpdate();
            }
        });
    }
}
