package io.pharos.alarms.scaling.pg;

import io.pharos.wire.KeptShape;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.autoscaling.model.LaunchConfiguration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Table `alarms.launch_configuration`. Every method works on the caller's transaction.
final class LaunchConfigurationRows {
    private final Connection tx;

    LaunchConfigurationRows(Connection tx) {
        this.tx = tx;
    }

    boolean insert(Tenant tenant, LaunchConfiguration configuration) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.launch_configuration
                            (account, region, name, body, created_ms)
                        VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)) {
            insert.setString(1, tenant.account());
            insert.setString(2, tenant.region());
            insert.setString(3, configuration.launchConfigurationName());
            insert.setString(4, KeptShape.write(configuration));
            insert.setLong(5, configuration.createdTime().toEpochMilli());
            return insert.executeUpdate() == 1;
        }
    }

    Optional<LaunchConfiguration> find(Tenant tenant, String name) throws SQLException {
        return list(tenant, List.of(name), "").stream().findFirst();
    }

    /// By name.
    ///
    /// @param names empty for all
    List<LaunchConfiguration> list(Tenant tenant, List<String> names, String after)
            throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT body FROM alarms.launch_configuration
                        WHERE account = ? AND region = ? AND name > ?
                            AND (cardinality(?::text[]) = 0 OR name = ANY(?::text[]))
                        ORDER BY name
                        """)) {
            var wanted = tx.createArrayOf("text", names.toArray());
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, after);
            select.setArray(4, wanted);
            select.setArray(5, wanted);
            var found = new ArrayList<LaunchConfiguration>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(KeptShape.read(row.getString(1), LaunchConfiguration.builder()));
                }
            }
            return found;
        }
    }

    boolean delete(Tenant tenant, String name) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.launch_configuration
                        WHERE account = ? AND region = ? AND name = ?
                        """)) {
            delete.setString(1, tenant.account());
            delete.setString(2, tenant.region());
            delete.setString(3, name);
            return delete.executeUpdate() == 1;
        }
    }
}
