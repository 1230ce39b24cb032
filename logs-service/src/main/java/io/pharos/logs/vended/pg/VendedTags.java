package io.pharos.logs.vended.pg;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.group.TaggedResources;
import io.pharos.logs.vended.Delivery;
import io.pharos.logs.vended.DeliveryDestination;
import io.pharos.logs.vended.DeliverySource;
import io.pharos.wire.Tenant;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Tags of sources, destinations and deliveries.
final class VendedTags implements TaggedResources {
    private static final int MAX_TAGS = 50;

    private final Database database;
    private final String prefix;
    private final String table;
    private final String column;

    private VendedTags(Database database, String prefix, String table, String column) {
        this.database = database;
        this.prefix = prefix;
        this.table = table;
        this.column = column;
    }

    static final class Beans {
        @Produces
        @Singleton
        TaggedResources sources(@Logs Database database) {
            return new VendedTags(
                    database, DeliverySource.RESOURCE, "logs.delivery_source", "name");
        }

        @Produces
        @Singleton
        TaggedResources destinations(@Logs Database database) {
            return new VendedTags(
                    database, DeliveryDestination.RESOURCE, "logs.delivery_destination", "name");
        }

        @Produces
        @Singleton
        TaggedResources deliveries(@Logs Database database) {
            return new VendedTags(database, Delivery.RESOURCE, "logs.vended_delivery", "id");
        }
    }

    @Override
    public String prefix() {
        return prefix;
    }

    @Override
    public boolean tag(Tenant tenant, String arn, Map<String, String> tags) {
        return retag(tenant, arn, tags, List.of());
    }

    @Override
    public void untag(Tenant tenant, String arn, Collection<String> keys) {
        retag(tenant, arn, Map.of(), keys);
    }

    private boolean retag(
            Tenant tenant, String arn, Map<String, String> added, Collection<String> removed) {
        return database.inTransaction(tx -> {
            var tags = tags(tx, tenant, arn, " FOR UPDATE");
            tags.keySet().removeAll(removed);
            tags.putAll(added);
            if (tags.size() > MAX_TAGS) {
                return false;
            }
            try (var update =
                    tx.prepareStatement(
                            "UPDATE "
                                    + table
                                    + " SET tags = ?::jsonb WHERE account = ? AND region = ? AND "
                                    + column
                                    + " = ?")) {
                update.setString(1, VendedRows.json(tags));
                update.setString(2, tenant.account());
                update.setString(3, tenant.region());
                update.setString(4, name(tenant, arn));
                update.executeUpdate();
            }
            return true;
        });
    }

    @Override
    public Map<String, String> tags(Tenant tenant, String arn) {
        return database.read(connection -> tags(connection, tenant, arn, ""));
    }

    private Map<String, String> tags(
            Connection connection, Tenant tenant, String arn, String locking) throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "SELECT tags FROM "
                                + table
                                + " WHERE account = ? AND region = ? AND "
                                + column
                                + " = ?"
                                + locking)) {
            VendedRows.key(select, tenant, name(tenant, arn));
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    throw none();
                }
                return VendedRows.tags(row);
            }
        }
    }

    private String name(Tenant tenant, String arn) {
        var start = tenant.arn("logs", prefix);
        if (!arn.startsWith(start)) {
            throw none();
        }
        return arn.substring(start.length());
    }

    private static RuntimeException none() {
        return LogsError.notFound("The specified resource does not exist.");
    }
}
