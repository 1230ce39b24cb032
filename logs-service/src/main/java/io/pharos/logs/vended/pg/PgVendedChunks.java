package io.pharos.logs.vended.pg;

import io.pharos.kit.Database;
import io.pharos.logs.config.Logs;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.vended.CompiledDelivery;
import io.pharos.logs.vended.Delivery;
import io.pharos.logs.vended.DeliveryDestination;
import io.pharos.logs.vended.DeliverySource;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.model.OutputFormat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What waits to come into buckets and delivery streams, in `logs.vended_chunk`.
@Singleton
public final class PgVendedChunks {
    private static final String OF_GROUP =
            """
            SELECT d.*, t.output_format, t.resource_arn FROM logs.vended_delivery d
            JOIN logs.delivery_source s
                ON (s.account, s.region, s.name) = (d.account, d.region, d.source)
            JOIN logs.delivery_destination t
                ON (t.account, t.region, t.name) = (d.destination_account, d.region, d.destination)
            WHERE s.account = ? AND s.region = ? AND s.log_group = ? AND NOT d.deleted
            """;

    private static final String ADD =
            "INSERT INTO logs.vended_chunk (delivery_id, lines, events, created_ms) VALUES (?, ?, ?, ?)";

    /// A delivery that nobody works at, whose first chunk is old enough, or of which there is enough; what
    /// goes into delivery streams does not wait.
    private static final String CLAIM =
            """
            UPDATE logs.vended_delivery SET leased_until_ms = ?
            WHERE id = (
                SELECT d.id FROM logs.vended_delivery d
                WHERE d.due_ms <= ? AND d.leased_until_ms <= ?
                    AND (d.deleted
                        OR (d.destination_type = 'FH' AND EXISTS (
                            SELECT FROM logs.vended_chunk c WHERE c.delivery_id = d.id))
                        OR EXISTS (
                            SELECT FROM (
                                SELECT created_ms FROM logs.vended_chunk c WHERE c.delivery_id = d.id
                                ORDER BY c.id LIMIT 1) oldest
                            WHERE oldest.created_ms <= ?)
                        OR (
                            SELECT sum(size) FROM (
                                SELECT octet_length(lines) AS size FROM logs.vended_chunk c
                                WHERE c.delivery_id = d.id ORDER BY c.id LIMIT 10000) waiting) >= ?)
                ORDER BY d.due_ms LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id
            """;

    private static final String WITH_PLACES =
            """
            SELECT d.*, t.output_format, coalesce(d.last_group, s.log_group) AS log_group,
                coalesce(d.last_resource_arn, t.resource_arn) AS resource_arn
            FROM logs.vended_delivery d
            LEFT JOIN logs.delivery_source s
                ON (s.account, s.region, s.name) = (d.account, d.region, d.source)
            LEFT JOIN logs.delivery_destination t
                ON (t.account, t.region, t.name) = (d.destination_account, d.region, d.destination)
            WHERE d.id = ?
            """;

    private final Database database;

    public PgVendedChunks(@Logs Database database) {
        this.database = database;
    }

    /// A delivery that this process works at.
    ///
    /// @param failures so far
    public record Claimed(
            Delivery delivery,
            DeliverySource source,
            DeliveryDestination destination,
            boolean deleted,
            int failures) {}

    /// Lines of some events.
    public record Chunk(long id, byte[] lines, int events, long createdMs) {}

    /// The deliveries of a group, as of an open transaction.
    public static List<CompiledDelivery> of(Connection connection, LogGroup group)
            throws SQLException {
        var tenant = group.tenant();
        try (var select = connection.prepareStatement(OF_GROUP)) {
            VendedRows.key(select, tenant, group.name());
            var found = new ArrayList<CompiledDelivery>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    var delivery = VendedRows.delivery(row);
                    var format = row.getString("output_format");
                    found.add(
                            new CompiledDelivery(
                                    delivery,
                                    source(delivery, group.name()),
                                    new DeliveryDestination(
                                            delivery.destinationTenant(),
                                            delivery.destination(),
                                            row.getString("resource_arn"),
                                            format == null
                                                    ? OutputFormat.JSON
                                                    : OutputFormat.fromValue(format),
                                            Map.of())));
                }
            }
            return List.copyOf(found);
        }
    }

    private static DeliverySource source(Delivery delivery, String logGroup) {
        return new DeliverySource(
                delivery.tenant(), delivery.source(), logGroup, DeliverySource.LOG_TYPE, Map.of());
    }

    /// Adds to what waits, in the transaction of what arrived.
    public static void add(Connection tx, String delivery, byte[] lines, int events, long nowMs)
            throws SQLException {
        try (var insert = tx.prepareStatement(ADD)) {
            insert.setString(1, delivery);
            insert.setBytes(2, lines);
            insert.setInt(3, events);
            insert.setLong(4, nowMs);
            insert.executeUpdate();
        }
    }

    /// Leases a delivery of which a file is due.
    ///
    /// @param beforeMs a first chunk that came before makes a file
    /// @param bytes so much makes a file
    public Optional<Claimed> claim(long nowMs, long untilMs, long beforeMs, long bytes) {
        return database.inTransaction(tx -> {
            String id;
            try (var claim = tx.prepareStatement(CLAIM)) {
                claim.setLong(1, untilMs);
                claim.setLong(2, nowMs);
                claim.setLong(3, nowMs);
                claim.setLong(4, beforeMs);
                claim.setLong(5, bytes);
                try (var row = claim.executeQuery()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    id = row.getString(1);
                }
            }
            try (var select = tx.prepareStatement(WITH_PLACES)) {
                select.setString(1, id);
                try (var row = select.executeQuery()) {
                    row.next();
                    var delivery = VendedRows.delivery(row);
                    return Optional.of(
                            new Claimed(
                                    delivery,
                                    source(delivery, row.getString("log_group")),
                                    new DeliveryDestination(
                                            delivery.destinationTenant(),
                                            delivery.destination(),
                                            row.getString("resource_arn"),
                                            null,
                                            Map.of()),
                                    row.getBoolean("deleted"),
                                    row.getInt("failures")));
                }
            }
        });
    }

    /// The oldest chunks, at least one if there is any.
    ///
    /// @param bytes of their lines, about
    public List<Chunk> first(String delivery, long bytes, int most) {
        return database.inTransaction(tx -> {
            try (var select =
                    tx.prepareStatement(
                            "SELECT * FROM logs.vended_chunk WHERE delivery_id = ? ORDER BY id"
                                    + " LIMIT ?")) {
                // Few at a time: a chunk may be as large as a call.
                select.setFetchSize(16);
                select.setString(1, delivery);
                select.setInt(2, most);
                var found = new ArrayList<Chunk>();
                var size = 0L;
                try (var row = select.executeQuery()) {
                    while (size < bytes && row.next()) {
                        var chunk =
                                new Chunk(
                                        row.getLong("id"),
                                        row.getBytes("lines"),
                                        row.getInt("events"),
                                        row.getLong("created_ms"));
                        found.add(chunk);
                        size += chunk.lines().length;
                    }
                }
                return found;
            }
        });
    }

    /// These are done with; the lease ends.
    public void done(String delivery, List<Chunk> chunks) {
        database.run(tx -> {
            delete(tx, delivery, chunks);
            settle(tx, delivery, 0, 0);
        });
    }

    /// These are done with; the lease goes on.
    public void sent(String delivery, List<Chunk> chunks) {
        database.run(tx -> delete(tx, delivery, chunks));
    }

    private static void delete(Connection tx, String delivery, List<Chunk> chunks)
            throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        "DELETE FROM logs.vended_chunk WHERE delivery_id = ? AND id = ANY (?)")) {
            delete.setString(1, delivery);
            delete.setArray(
                    2, tx.createArrayOf("bigint", chunks.stream().map(Chunk::id).toArray()));
            delete.executeUpdate();
        }
    }

    /// To be tried again.
    public void postpone(String delivery, int failures, long dueMs) {
        database.run(tx -> settle(tx, delivery, failures, dueMs));
    }

    private static void settle(Connection tx, String delivery, int failures, long dueMs)
            throws SQLException {
        try (var update =
                tx.prepareStatement(
                        "UPDATE logs.vended_delivery SET leased_until_ms = 0, failures = ?,"
                                + " due_ms = ? WHERE id = ?")) {
            update.setInt(1, failures);
            update.setLong(2, dueMs);
            update.setString(3, delivery);
            update.executeUpdate();
        }
    }

    /// A deleted delivery of which nothing waits any more.
    public void remove(String delivery) {
        database.run(tx -> {
            try (var delete =
                    tx.prepareStatement(
                            "DELETE FROM logs.vended_delivery WHERE id = ? AND deleted")) {
                delete.setString(1, delivery);
                delete.executeUpdate();
            }
        });
    }
}
