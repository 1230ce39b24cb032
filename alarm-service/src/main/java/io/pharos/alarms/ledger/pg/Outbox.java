package io.pharos.alarms.ledger.pg;

import io.pharos.wire.Tenant;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// What is to be sent that is not about an alarm: by the same relays, as surely. Every method works on
/// the caller's transaction.
public final class Outbox {
    private final Connection tx;

    public Outbox(Connection tx) {
        this.tx = tx;
    }

    /// An event for the tenant's default bus.
    ///
    /// @param detail JSON object text
    public void event(
            Tenant tenant,
            String source,
            String detailType,
            List<String> resources,
            String detail,
            Instant at)
            throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.event_outbox
                            (id, account, region, name, detail_type, detail, at_ms, source, resources)
                        VALUES (?, ?, ?, '', ?, ?, ?, ?, ?)
                        """)) {
            insert.setObject(1, UUID.randomUUID());
            insert.setString(2, tenant.account());
            insert.setString(3, tenant.region());
            insert.setString(4, detailType);
            insert.setString(5, detail);
            insert.setLong(6, at.toEpochMilli());
            insert.setString(7, source);
            insert.setArray(8, tx.createArrayOf("text", resources.toArray()));
            insert.executeUpdate();
        }
    }

    /// A message for a topic.
    ///
    /// @param message for MessageStructure `json`
    public void message(Tenant tenant, String topicArn, String subject, String message, Instant now)
            throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.action_outbox
                            (id, account, region, name, arn, subject, message, changed_ms, due_ms)
                        VALUES (?, ?, ?, '', ?, ?, ?, ?, ?)
                        """)) {
            insert.setObject(1, UUID.randomUUID());
            insert.setString(2, tenant.account());
            insert.setString(3, tenant.region());
            insert.setString(4, topicArn);
            insert.setString(5, subject);
            insert.setString(6, message);
            insert.setLong(7, now.toEpochMilli());
            insert.setLong(8, now.toEpochMilli());
            insert.executeUpdate();
        }
    }
}
