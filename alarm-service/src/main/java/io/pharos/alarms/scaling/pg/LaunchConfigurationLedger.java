package io.pharos.alarms.scaling.pg;

import io.pharos.kit.Database;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.autoscaling.model.AlreadyExistsException;
import software.amazon.awssdk.services.autoscaling.model.LaunchConfiguration;
import software.amazon.awssdk.services.autoscaling.model.LimitExceededException;
import software.amazon.awssdk.services.autoscaling.model.ResourceInUseException;

import java.util.List;

/// Launch configurations: made once, never changed, kept while a group uses them.
public final class LaunchConfigurationLedger {
    private final Database database;
    private final int maxConfigurations;

    /// @param maxConfigurations how many a tenant may have
    public LaunchConfigurationLedger(Database database, int maxConfigurations) {
        this.database = database;
        this.maxConfigurations = maxConfigurations;
    }

    public void create(Tenant tenant, LaunchConfiguration configuration) {
        database.run(tx -> {
            var rows = new LaunchConfigurationRows(tx);
            var name = configuration.launchConfigurationName();
            if (rows.find(tenant, name).isPresent()) {
                throw exists(name);
            }
            if (rows.list(tenant, List.of(), "").size() >= maxConfigurations) {
                throw LimitExceededException.builder()
                        .message(
                                "You may not have more than "
                                        + maxConfigurations
                                        + " launch configurations.")
                        .build();
            }
            if (!rows.insert(tenant, configuration)) {
                throw exists(name);
            }
        });
    }

    private static AlreadyExistsException exists(String name) {
        return AlreadyExistsException.builder()
                .message(
                        "Launch Configuration by this name already exists - A launch configuration"
                                + " already exists with the name "
                                + name)
                .build();
    }

    /// By name.
    ///
    /// @param names empty for all
    public List<LaunchConfiguration> list(Tenant tenant, List<String> names, String after) {
        return database.read(
                connection -> new LaunchConfigurationRows(connection).list(tenant, names, after));
    }

    public void delete(Tenant tenant, String name) {
        database.run(tx -> {
            if (new GroupRows(tx).isUsed(tenant, name)) {
                throw ResourceInUseException.builder()
                        .message(
                                "Cannot delete launch configuration "
                                        + name
                                        + " because it is attached to an AutoScalingGroup")
                        .build();
            }
            if (!new LaunchConfigurationRows(tx).delete(tenant, name)) {
                throw AwsError.validation(
                        "Launch configuration name not found - Launch configuration "
                                + name
                                + " not found");
            }
        });
    }
}
