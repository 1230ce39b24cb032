package io.pharos.logs.subscription.pg;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.filter.pg.FilterChanges;
import io.pharos.logs.subscription.AccountSubscription;
import io.pharos.logs.subscription.SubscriptionFilter;
import io.pharos.logs.subscription.SubscriptionFilter.Distribution;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// Account-level subscription filters in `logs.account_subscription`: AWS has one of an account and region.
@Singleton
public final class PgAccountSubscriptions {
    private static final String SELECT =
            "SELECT * FROM logs.account_subscription WHERE account = ? AND region = ?";

    private static final String UPSERT =
            """
            INSERT INTO logs.account_subscription AS s (account, region, name, document, criteria,
                pattern, destination_arn, role_arn, distribution, excluded, updated_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (account, region) DO UPDATE SET
                document = excluded.document,
                criteria = excluded.criteria,
                pattern = excluded.pattern,
                destination_arn = excluded.destination_arn,
                role_arn = excluded.role_arn,
                distribution = excluded.distribution,
                excluded = excluded.excluded,
                updated_ms = excluded.updated_ms
            WHERE s.name = excluded.name
            """;

    private final Database database;

    public PgAccountSubscriptions(@Logs Database database) {
        this.database = database;
    }

    /// @throws RuntimeException AWS's error when there is one of another name
    public void put(Tenant tenant, AccountSubscription policy) {
        database.run(tx -> {
            FilterChanges.announce(tx);
            var filter = policy.filter();
            try (var upsert = tx.prepareStatement(UPSERT)) {
                upsert.setString(1, tenant.account());
                upsert.setString(2, tenant.region());
                upsert.setString(3, filter.name());
                upsert.setString(4, policy.document());
                upsert.setString(5, policy.criteria());
                upsert.setString(6, filter.pattern());
                upsert.setString(7, filter.destinationArn());
                upsert.setString(8, filter.roleArn());
                upsert.setString(9, filter.distribution().name());
                upsert.setArray(10, tx.createArrayOf("text", policy.excluded().toArray()));
                upsert.setLong(11, filter.createdMs());
                if (upsert.executeUpdate() == 0) {
                    throw LogsError.limitExceeded();
                }
            }
        });
    }

    /// @return false when there is none of this name
    public boolean delete(Tenant tenant, String name) {
        return database.inTransaction(tx -> {
            FilterChanges.announce(tx);
            try (var delete =
                    tx.prepareStatement(
                            "DELETE FROM logs.account_subscription WHERE account = ? AND region = ?"
                                    + " AND name = ?")) {
                delete.setString(1, tenant.account());
                delete.setString(2, tenant.region());
                delete.setString(3, name);
                return delete.executeUpdate() > 0;
            }
        });
    }

    public Optional<AccountSubscription> find(Tenant tenant) {
        return database.read(connection -> of(connection, tenant));
    }

    /// The same as of an open transaction.
    public static Optional<AccountSubscription> of(Connection connection, Tenant tenant)
            throws SQLException {
        try (var select = connection.prepareStatement(SELECT)) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                var filter =
                        new SubscriptionFilter(
                                row.getString("name"),
                                row.getString("pattern"),
                                row.getString("destination_arn"),
                                row.getString("role_arn"),
                                Distribution.valueOf(row.getString("distribution")),
                                List.of(),
                                row.getLong("updated_ms"));
                return Optional.of(
                        new AccountSubscription(
                                row.getString("document"),
                                row.getString("criteria"),
                                filter,
                                List.of((String[]) row.getArray("excluded").getArray())));
            }
        }
    }
}
