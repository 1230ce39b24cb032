package io.pharos.logs.vended.pg;

import io.pharos.kit.Database;
import io.pharos.kit.DatabaseException;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.filter.pg.FilterChanges;
import io.pharos.logs.vended.Delivery;
import io.pharos.logs.vended.DeliveryDestination;
import io.pharos.logs.vended.DeliveryLayout;
import io.pharos.logs.vended.DeliverySource;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.ConflictException;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sources, destinations and deliveries. Whoever keeps deliveries in memory learns of each change.
@Singleton
public final class PgVended {
    private static final String PUT_SOURCE =
            """
            INSERT INTO logs.delivery_source (account, region, name, log_group, log_type, tags)
            VALUES (?, ?, ?, ?, ?, ?::jsonb)
            ON CONFLICT (account, region, name) DO UPDATE SET tags = logs.delivery_source.tags
            RETURNING *
            """;

    private static final String PUT_DESTINATION =
            """
            INSERT INTO logs.delivery_destination
                (account, region, name, resource_arn, output_format, tags)
            VALUES (?, ?, ?, ?, ?, ?::jsonb)
            ON CONFLICT (account, region, name) DO UPDATE SET
                resource_arn = excluded.resource_arn, output_format = excluded.output_format
            RETURNING *
            """;

    private static final String CREATE =
            """
            INSERT INTO logs.vended_delivery (account, region, id, source, destination, record_fields,
                field_delimiter, suffix_path, hive, tags, created_ms, destination_account,
                destination_type)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)
            """;

    private static final String LAYOUT =
            """
            UPDATE logs.vended_delivery
            SET record_fields = ?, field_delimiter = ?, suffix_path = ?, hive = ? WHERE id = ?
            """;

    private static final String DELETE =
            """
            UPDATE logs.vended_delivery d
            SET deleted = true, last_group = s.log_group, last_resource_arn = t.resource_arn
            FROM logs.delivery_source s, logs.delivery_destination t
            WHERE (s.account, s.region, s.name) = (d.account, d.region, d.source)
                AND (t.account, t.region, t.name) = (d.destination_account, d.region, d.destination)
                AND d.account = ? AND d.region = ? AND d.id = ? AND NOT d.deleted
            """;

    private static final String OF_DESTINATION =
            "destination_account = ? AND region = ? AND destination = ?";

    private final Database database;

    public PgVended(@Logs Database database) {
        this.database = database;
    }

    @FunctionalInterface
    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    // ---- sources ----

    /// @throws RuntimeException AWS's error when another source has the log group, or this one another
    public DeliverySource put(DeliverySource wanted) {
        try {
            return database.inTransaction(tx -> {
                try (var upsert = tx.prepareStatement(PUT_SOURCE)) {
                    VendedRows.key(upsert, wanted.tenant(), wanted.name());
                    upsert.setString(4, wanted.logGroup());
                    upsert.setString(5, wanted.logType());
                    upsert.setString(6, VendedRows.json(wanted.tags()));
                    try (var row = upsert.executeQuery()) {
                        row.next();
                        var put = VendedRows.source(row);
                        if (!put.logGroup().equals(wanted.logGroup())) {
                            throw conflict("The delivery source is of another resource.");
                        }
                        return put;
                    }
                }
            });
        } catch (DatabaseException failure) {
            if (failure.isUniqueViolation()) {
                throw conflict("The resource has a delivery source already.");
            }
            throw failure;
        }
    }

    /// @throws RuntimeException AWS's error when there is none
    public DeliverySource source(Tenant tenant, String name) {
        return find("logs.delivery_source", tenant, name, VendedRows::source)
                .orElseThrow(() -> missing("Delivery Source"));
    }

    public List<DeliverySource> sources(Tenant tenant, String after, int limit) {
        return page("logs.delivery_source", "name", "", tenant, after, limit, VendedRows::source);
    }

    /// @throws RuntimeException AWS's error when there is none, or a delivery uses it
    public void deleteSource(Tenant tenant, String name) {
        delete(
                tenant,
                name,
                "account = ? AND region = ? AND source = ?",
                "logs.delivery_source",
                "Delivery Source");
    }

    // ---- destinations ----

    public DeliveryDestination put(DeliveryDestination wanted) {
        return database.inTransaction(tx -> {
            FilterChanges.announce(tx);
            requireType(tx, wanted);
            try (var upsert = tx.prepareStatement(PUT_DESTINATION)) {
                VendedRows.key(upsert, wanted.tenant(), wanted.name());
                var format = wanted.outputFormat();
                upsert.setString(4, wanted.resourceArn());
                upsert.setString(5, format == null ? null : format.toString());
                upsert.setString(6, VendedRows.json(wanted.tags()));
                try (var row = upsert.executeQuery()) {
                    row.next();
                    return VendedRows.destination(row);
                }
            }
        });
    }

    /// What goes to a destination goes to one of its type.
    private static void requireType(Connection tx, DeliveryDestination wanted) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT 1 FROM logs.vended_delivery WHERE "
                                + OF_DESTINATION
                                + " AND destination_type <> ? AND NOT deleted")) {
            VendedRows.key(select, wanted.tenant(), wanted.name());
            select.setString(4, wanted.type().toString());
            try (var row = select.executeQuery()) {
                if (row.next()) {
                    throw conflict("Deliveries use the Delivery Destination as another type.");
                }
            }
        }
    }

    /// @throws RuntimeException AWS's error when there is none
    public DeliveryDestination destination(Tenant tenant, String name) {
        return find("logs.delivery_destination", tenant, name, VendedRows::destination)
                .orElseThrow(() -> missing("Delivery Destination"));
    }

    public List<DeliveryDestination> destinations(Tenant tenant, String after, int limit) {
        return page(
                "logs.delivery_destination",
                "name",
                "",
                tenant,
                after,
                limit,
                VendedRows::destination);
    }

    /// @throws RuntimeException AWS's error when there is none, or a delivery uses it
    public void deleteDestination(Tenant tenant, String name) {
        delete(tenant, name, OF_DESTINATION, "logs.delivery_destination", "Delivery Destination");
    }

    /// Who may deliver there; empty: nobody else.
    ///
    /// @throws RuntimeException AWS's error when there is no such destination
    public Optional<String> policy(Tenant tenant, String name) {
        return find(
                        "logs.delivery_destination",
                        tenant,
                        name,
                        row -> Optional.ofNullable(row.getString("policy")))
                .orElseThrow(() -> missing("Delivery Destination"));
    }

    /// @param policy null: none any more
    /// @throws RuntimeException AWS's error when there is no such destination
    public void setPolicy(Tenant tenant, String name, @Nullable String policy) {
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            "UPDATE logs.delivery_destination SET policy = ?"
                                    + " WHERE account = ? AND region = ? AND name = ?")) {
                update.setString(1, policy);
                update.setString(2, tenant.account());
                update.setString(3, tenant.region());
                update.setString(4, name);
                if (update.executeUpdate() == 0) {
                    throw missing("Delivery Destination");
                }
            }
        });
    }

    // ---- deliveries ----

    /// @throws RuntimeException AWS's error when source or destination is gone, or there is one already
    public void create(Delivery delivery) {
        try {
            database.run(tx -> {
                FilterChanges.announce(tx);
                hold(tx, "logs.delivery_source", delivery.tenant(), delivery.source());
                hold(
                        tx,
                        "logs.delivery_destination",
                        delivery.destinationTenant(),
                        delivery.destination());
                var layout = delivery.layout();
                try (var insert = tx.prepareStatement(CREATE)) {
                    VendedRows.key(insert, delivery.tenant(), delivery.id());
                    insert.setString(4, delivery.source());
                    insert.setString(5, delivery.destination());
                    insert.setArray(6, tx.createArrayOf("text", layout.fields().toArray()));
                    insert.setString(7, layout.delimiter());
                    insert.setString(8, layout.suffixPath());
                    insert.setBoolean(9, layout.hive());
                    insert.setString(10, VendedRows.json(delivery.tags()));
                    insert.setLong(11, delivery.createdMs());
                    insert.setString(12, delivery.destinationAccount());
                    insert.setString(13, delivery.type().toString());
                    insert.executeUpdate();
                }
            });
        } catch (DatabaseException failure) {
            if (failure.isUniqueViolation()) {
                throw conflict("A delivery of this source to this destination exists already.");
            }
            throw failure;
        }
    }

    /// @throws RuntimeException AWS's error when it is gone
    private static void hold(Connection tx, String table, Tenant tenant, String name)
            throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT 1 FROM "
                                + table
                                + " WHERE account = ? AND region = ? AND name = ? FOR SHARE")) {
            VendedRows.key(select, tenant, name);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    throw missing(
                            table.endsWith("source") ? "Delivery Source" : "Delivery Destination");
                }
            }
        }
    }

    /// @throws RuntimeException AWS's error when there is none
    public Delivery delivery(Tenant tenant, String id) {
        return database.<Optional<Delivery>>read(
                        connection -> {
                            try (var select =
                                    connection.prepareStatement(
                                            "SELECT * FROM logs.vended_delivery WHERE account = ?"
                                                    + " AND region = ? AND id = ? AND NOT deleted")) {
                                VendedRows.key(select, tenant, id);
                                try (var row = select.executeQuery()) {
                                    return row.next()
                                            ? Optional.of(VendedRows.delivery(row))
                                            : Optional.empty();
                                }
                            }
                        })
                .orElseThrow(() -> missing("Delivery"));
    }

    public List<Delivery> deliveries(Tenant tenant, String after, int limit) {
        return page(
                "logs.vended_delivery",
                "id",
                " AND NOT deleted",
                tenant,
                after,
                limit,
                VendedRows::delivery);
    }

    public void change(Delivery delivery, DeliveryLayout layout) {
        database.run(tx -> {
            FilterChanges.announce(tx);
            try (var update = tx.prepareStatement(LAYOUT)) {
                update.setArray(1, tx.createArrayOf("text", layout.fields().toArray()));
                update.setString(2, layout.delimiter());
                update.setString(3, layout.suffixPath());
                update.setBoolean(4, layout.hive());
                update.setString(5, delivery.id());
                update.executeUpdate();
            }
        });
    }

    /// What came before is delivered all the same.
    ///
    /// @throws RuntimeException AWS's error when there is none
    public void deleteDelivery(Tenant tenant, String id) {
        database.run(tx -> {
            FilterChanges.announce(tx);
            try (var update = tx.prepareStatement(DELETE)) {
                VendedRows.key(update, tenant, id);
                if (update.executeUpdate() == 0) {
                    throw missing("Delivery");
                }
            }
        });
    }

    // ---- what they have in common ----

    private <T> Optional<T> find(String table, Tenant tenant, String name, Row<T> mapped) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT * FROM "
                                    + table
                                    + " WHERE account = ? AND region = ? AND name = ?")) {
                VendedRows.key(select, tenant, name);
                try (var row = select.executeQuery()) {
                    return row.next() ? Optional.of(mapped.of(row)) : Optional.<T>empty();
                }
            }
        });
    }

    private <T> List<T> page(
            String table,
            String order,
            String condition,
            Tenant tenant,
            String after,
            int limit,
            Row<T> mapped) {
        var sql =
                "SELECT * FROM "
                        + table
                        + " WHERE account = ? AND region = ? AND "
                        + order
                        + " > ?"
                        + condition
                        + " ORDER BY "
                        + order
                        + " LIMIT ?";
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                VendedRows.key(select, tenant, after);
                select.setInt(4, limit);
                var found = new ArrayList<T>();
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(mapped.of(row));
                    }
                }
                return found;
            }
        });
    }

    private void delete(Tenant tenant, String name, String users, String table, String what) {
        database.run(tx -> {
            try (var lock =
                    tx.prepareStatement(
                            "SELECT 1 FROM "
                                    + table
                                    + " WHERE account = ? AND region = ? AND name = ? FOR UPDATE")) {
                VendedRows.key(lock, tenant, name);
                try (var row = lock.executeQuery()) {
                    if (!row.next()) {
                        throw missing(what);
                    }
                }
            }
            try (var used =
                    tx.prepareStatement(
                            "SELECT bool_or(NOT deleted) FROM logs.vended_delivery WHERE "
                                    + users)) {
                VendedRows.key(used, tenant, name);
                try (var row = used.executeQuery()) {
                    row.next();
                    if (row.getBoolean(1)) {
                        throw conflict("Cannot delete the " + what + ": a delivery is using it.");
                    }
                }
            }
            try (var delete =
                    tx.prepareStatement(
                            "DELETE FROM "
                                    + table
                                    + " WHERE account = ? AND region = ? AND name = ?")) {
                VendedRows.key(delete, tenant, name);
                delete.executeUpdate();
            }
        });
    }

    private static RuntimeException missing(String what) {
        return LogsError.notFound("Requested " + what + " does not exist in this account.");
    }

    private static RuntimeException conflict(String message) {
        return ConflictException.builder().message(message).build();
    }
}
