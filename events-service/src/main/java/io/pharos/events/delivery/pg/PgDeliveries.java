package io.pharos.events.delivery.pg;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.events.bus.BusName;
import io.pharos.events.config.Events;
import io.pharos.events.delivery.Delivery;
import io.pharos.events.delivery.Leased;
import io.pharos.events.rule.RuleName;
import io.pharos.events.target.TargetJson;
import io.pharos.kit.Database;
import io.pharos.stream.BusEvent;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// The outbox. A row is there until its delivery is settled; `due_at` is a lease, so that a crash
/// anywhere only makes it due again.
@Singleton
public final class PgDeliveries {
    /// Long enough for a full queue's wait and one try.
    public static final Duration LEASE = Duration.ofSeconds(30);

    private final Database database;

    public PgDeliveries(@Events Database database) {
        this.database = database;
    }

    /// Keeps deliveries, leased to this process. One that is there already is left alone.
    public static List<Leased> insert(Connection tx, List<Delivery> deliveries, Instant now)
            throws SQLException {
        var until = now.plus(LEASE);
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO events.delivery (id, account, region, bus, rule, lane, target, event, due_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?::json, ?, ?) ON CONFLICT DO NOTHING
                        """)) {
            for (var delivery : deliveries) {
                var bus = delivery.rule().bus();
                insert.setObject(1, delivery.id());
                insert.setString(2, bus.tenant().account());
                insert.setString(3, bus.tenant().region());
                insert.setString(4, bus.name());
                insert.setString(5, delivery.rule().name());
                insert.setString(6, delivery.lane());
                insert.setString(7, TargetJson.write(delivery.target()));
                insert.setBytes(8, delivery.event().toByteArray());
                insert.setTimestamp(9, Timestamp.from(until));
                insert.addBatch();
            }
            insert.executeBatch();
        }
        return deliveries.stream().map(delivery -> new Leased(delivery, until)).toList();
    }

    /// Leases what is due, some of every lane but the full ones: the lanes are walked through the
    /// index, so a long backlog of one costs the others nothing.
    public List<Leased> claim(Instant now, int perLane, int limit, Set<String> full) {
        return database.inTransaction(tx -> {
            var claimed = new ArrayList<Leased>();
            var until = now.plus(LEASE);
            try (var claim =
                    tx.prepareStatement(
                            """
                            WITH RECURSIVE lanes AS (
                                (SELECT lane FROM events.delivery ORDER BY lane LIMIT 1)
                                UNION ALL
                                SELECT (SELECT d.lane FROM events.delivery d WHERE d.lane > l.lane ORDER BY d.lane LIMIT 1)
                                FROM lanes l WHERE l.lane IS NOT NULL
                            ), due AS (
                                SELECT p.id FROM lanes l CROSS JOIN LATERAL (
                                    SELECT id FROM events.delivery d WHERE d.lane = l.lane AND d.due_at <= ?
                                    ORDER BY d.due_at LIMIT ? FOR UPDATE SKIP LOCKED) p
                                WHERE l.lane IS NOT NULL AND l.lane <> ALL (?) LIMIT ?
                            )
                            UPDATE events.delivery d SET due_at = ? FROM due WHERE d.id = due.id
                            RETURNING d.id, account, region, bus, rule, target, event, attempts
                            """)) {
                claim.setTimestamp(1, Timestamp.from(now));
                claim.setInt(2, perLane);
                claim.setArray(3, tx.createArrayOf("text", full.toArray()));
                claim.setInt(4, limit);
                claim.setTimestamp(5, Timestamp.from(until));
                try (var rows = claim.executeQuery()) {
                    while (rows.next()) {
                        claimed.add(new Leased(delivery(rows), until));
                    }
                }
            }
            return claimed;
        });
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        try {
            var tenant = new Tenant(row.getString("account"), row.getString("region"));
            return new Delivery(
                    row.getObject("id", UUID.class),
                    new RuleName(new BusName(tenant, row.getString("bus")), row.getString("rule")),
                    TargetJson.parse(row.getString("target")),
                    BusEvent.parseFrom(row.getBytes("event")),
                    row.getInt("attempts"));
        } catch (InvalidProtocolBufferException notOurs) {
            throw new IllegalStateException(notOurs);
        }
    }

    /// Removes what is delivered or given up, and postpones what is to be tried again.
    public void settle(Collection<UUID> finished, Map<UUID, Instant> postponed) {
        database.run(tx -> {
            try (var settings = tx.createStatement()) {
                // Lost in a crash of PostgreSQL: delivered again, which at-least-once allows.
                settings.execute("SET LOCAL synchronous_commit = off");
            }
            try (var delete =
                    tx.prepareStatement("DELETE FROM events.delivery WHERE id = ANY (?)")) {
                delete.setArray(1, tx.createArrayOf("uuid", finished.toArray()));
                delete.executeUpdate();
            }
            try (var postpone =
                    tx.prepareStatement(
                            "UPDATE events.delivery SET attempts = attempts + 1, due_at = ? WHERE id = ?")) {
                for (var entry : postponed.entrySet()) {
                    postpone.setTimestamp(1, Timestamp.from(entry.getValue()));
                    postpone.setObject(2, entry.getKey());
                    postpone.addBatch();
                }
                postpone.executeBatch();
            }
        });
    }

    /// Gives leases back: anybody may claim these now.
    public void release(Collection<Leased> unstarted, Instant now) {
        if (unstarted.isEmpty()) {
            return;
        }
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            "UPDATE events.delivery SET due_at = ? WHERE id = ANY (?)")) {
                update.setTimestamp(1, Timestamp.from(now));
                update.setArray(
                        2,
                        tx.createArrayOf(
                                "uuid", unstarted.stream().map(l -> l.delivery().id()).toArray()));
                update.executeUpdate();
            }
        });
    }
}
