package io.pharos.logs.subscription.pg;

import io.pharos.kit.Database;
import io.pharos.logs.config.Logs;
import io.pharos.logs.ingest.stream.LogMetrics.Route;
import io.pharos.logs.subscription.SubscriptionEnvelope.Packed;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Deliveries in `logs.delivery`, in lanes: what must keep its order. A lane is leased to one process at
/// a time, and its records are delivered one after another.
@Singleton
public final class PgDeliveries {
    private static final String LANE =
            """
            INSERT INTO logs.delivery_lane
                (account, region, target, log_group, log_stream, filter, due_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (account, region, log_group, filter, target, log_stream)
                DO UPDATE SET due_ms = logs.delivery_lane.due_ms
            RETURNING id
            """;

    private static final String CLAIM =
            """
            UPDATE logs.delivery_lane AS l SET leased_until_ms = ?
            FROM (
                SELECT c.id FROM logs.delivery_lane AS c
                JOIN (
                    SELECT id, row_number() OVER (PARTITION BY target ORDER BY due_ms) AS place
                    FROM logs.delivery_lane
                    WHERE due_ms <= ? AND leased_until_ms <= ? AND target <> ALL (?)
                ) AS due ON due.id = c.id
                WHERE due.place <= ? AND c.due_ms <= ? AND c.leased_until_ms <= ?
                ORDER BY c.due_ms
                LIMIT ?
                FOR UPDATE OF c SKIP LOCKED
            ) AS mine
            WHERE l.id = mine.id
            RETURNING l.*
            """;

    private final Database database;

    public PgDeliveries(@Logs Database database) {
        this.database = database;
    }

    /// A leased lane.
    ///
    /// @param failures of its first record so far
    public record Lane(
            long id,
            Tenant tenant,
            String target,
            String logGroup,
            String logStream,
            String filter,
            int failures) {
        public Route route(String type) {
            return new Route(tenant, logGroup, filter, type);
        }
    }

    /// One record to deliver.
    public record Delivery(long id, byte[] payload, int events, long createdMs) {}

    /// Adds records behind those of their lane, in the transaction of what caused them.
    public static void add(
            Connection tx,
            Route route,
            String target,
            String logStream,
            List<Packed> records,
            long nowMs)
            throws SQLException {
        long lane;
        try (var insert = tx.prepareStatement(LANE)) {
            insert.setString(1, route.tenant().account());
            insert.setString(2, route.tenant().region());
            insert.setString(3, target);
            insert.setString(4, route.logGroup());
            insert.setString(5, logStream);
            insert.setString(6, route.filter());
            insert.setLong(7, nowMs);
            try (var row = insert.executeQuery()) {
                row.next();
                lane = row.getLong(1);
            }
        }
        try (var insert =
                tx.prepareStatement(
                        "INSERT INTO logs.delivery (lane_id, payload, events, created_ms)"
                                + " VALUES (?, ?, ?, ?)")) {
            for (var record : records) {
                insert.setLong(1, lane);
                insert.setBytes(2, record.data());
                insert.setInt(3, record.count());
                insert.setLong(4, nowMs);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /// Leases lanes that are due.
    ///
    /// @param busy targets that take no more at the moment
    /// @param perTarget lanes of one target at most
    public List<Lane> claim(
            long nowMs, long untilMs, Collection<String> busy, int perTarget, int most) {
        return database.inTransaction(tx -> {
            try (var claim = tx.prepareStatement(CLAIM)) {
                claim.setLong(1, untilMs);
                claim.setLong(2, nowMs);
                claim.setLong(3, nowMs);
                claim.setArray(4, tx.createArrayOf("text", busy.toArray()));
                claim.setInt(5, perTarget);
                claim.setLong(6, nowMs);
                claim.setLong(7, nowMs);
                claim.setInt(8, most);
                var lanes = new ArrayList<Lane>();
                try (var row = claim.executeQuery()) {
                    while (row.next()) {
                        lanes.add(lane(row));
                    }
                }
                return lanes;
            }
        });
    }

    private static Lane lane(ResultSet row) throws SQLException {
        return new Lane(
                row.getLong("id"),
                new Tenant(row.getString("account"), row.getString("region")),
                row.getString("target"),
                row.getString("log_group"),
                row.getString("log_stream"),
                row.getString("filter"),
                row.getInt("failures"));
    }

    /// The next record of a lane; empty when there is none: then the lane is gone, and its lease with it.
    public Optional<Delivery> next(long lane) {
        return database.inTransaction(tx -> {
            // Whoever adds a record holds the lane until it commits.
            try (var lock =
                    tx.prepareStatement(
                            "SELECT 1 FROM logs.delivery_lane WHERE id = ? FOR UPDATE")) {
                lock.setLong(1, lane);
                lock.executeQuery();
            }
            try (var select =
                    tx.prepareStatement(
                            "SELECT * FROM logs.delivery WHERE lane_id = ? ORDER BY id LIMIT 1")) {
                select.setLong(1, lane);
                try (var row = select.executeQuery()) {
                    if (row.next()) {
                        return Optional.of(
                                new Delivery(
                                        row.getLong("id"),
                                        row.getBytes("payload"),
                                        row.getInt("events"),
                                        row.getLong("created_ms")));
                    }
                }
            }
            try (var delete = tx.prepareStatement("DELETE FROM logs.delivery_lane WHERE id = ?")) {
                delete.setLong(1, lane);
                delete.executeUpdate();
            }
            return Optional.empty();
        });
    }

    /// A record is done with, delivered or not. Extends the lease.
    public void done(long lane, long delivery, long untilMs) {
        database.run(tx -> {
            try (var delete =
                    tx.prepareStatement("DELETE FROM logs.delivery WHERE lane_id = ? AND id = ?")) {
                delete.setLong(1, lane);
                delete.setLong(2, delivery);
                delete.executeUpdate();
            }
            settle(tx, lane, 0, 0, untilMs);
        });
    }

    /// Gives the lease back.
    ///
    /// @param failures of its first record so far
    /// @param dueMs when it is to be tried again
    public void release(long lane, int failures, long dueMs) {
        database.run(tx -> settle(tx, lane, failures, dueMs, 0));
    }

    private static void settle(Connection tx, long lane, int failures, long dueMs, long untilMs)
            throws SQLException {
        try (var update =
                tx.prepareStatement(
                        "UPDATE logs.delivery_lane SET failures = ?, due_ms = ?, leased_until_ms = ?"
                                + " WHERE id = ?")) {
            update.setInt(1, failures);
            update.setLong(2, dueMs);
            update.setLong(3, untilMs);
            update.setLong(4, lane);
            update.executeUpdate();
        }
    }
}
