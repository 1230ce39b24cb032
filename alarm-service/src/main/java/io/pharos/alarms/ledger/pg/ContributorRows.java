package io.pharos.alarms.ledger.pg;

import static io.pharos.alarms.ledger.pg.KeyColumns.setKey;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.evaluate.ContributorChange;

import software.amazon.awssdk.services.cloudwatch.model.AlarmContributor;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Table `alarms.alarm_contributor`: the contributors in ALARM. Every method works on the caller's
/// transaction.
final class ContributorRows {
    private final Connection tx;

    ContributorRows(Connection tx) {
        this.tx = tx;
    }

    /// One that is OK again is forgotten.
    void put(AlarmKey key, ContributorChange change, Instant now) throws SQLException {
        var contributor = change.contributor();
        if (change.verdict().state() != StateValue.ALARM) {
            try (var delete =
                    tx.prepareStatement(
                            """
                            DELETE FROM alarms.alarm_contributor
                            WHERE account = ? AND region = ? AND name = ? AND contributor = ?
                            """)) {
                setKey(delete, key);
                delete.setString(4, contributor.id());
                delete.executeUpdate();
            }
            return;
        }
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.alarm_contributor (account, region, name, contributor,
                            attributes, state, reason, transitioned_ms)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (account, region, name, contributor) DO UPDATE
                        SET state = EXCLUDED.state, reason = EXCLUDED.reason,
                            transitioned_ms = EXCLUDED.transitioned_ms
                        """)) {
            setKey(insert, key);
            insert.setString(4, contributor.id());
            insert.setString(5, ContributorColumns.write(contributor.attributes()));
            insert.setString(6, change.verdict().state().toString());
            insert.setString(7, change.verdict().reason());
            insert.setLong(8, now.toEpochMilli());
            insert.executeUpdate();
        }
    }

    /// Sorted by id.
    List<AlarmContributor> list(AlarmKey key) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT contributor, attributes, reason, transitioned_ms
                        FROM alarms.alarm_contributor
                        WHERE account = ? AND region = ? AND name = ? ORDER BY contributor
                        """)) {
            setKey(select, key);
            var contributors = new ArrayList<AlarmContributor>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    contributors.add(
                            AlarmContributor.builder()
                                    .contributorId(row.getString("contributor"))
                                    .contributorAttributes(
                                            ContributorColumns.read(row.getString("attributes")))
                                    .stateReason(row.getString("reason"))
                                    .stateTransitionedTimestamp(
                                            Instant.ofEpochMilli(row.getLong("transitioned_ms")))
                                    .build());
                }
            }
            return contributors;
        }
    }

    void removeAll(AlarmKey key) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.alarm_contributor
                        WHERE account = ? AND region = ? AND name = ?
                        """)) {
            setKey(delete, key);
            delete.executeUpdate();
        }
    }
}
