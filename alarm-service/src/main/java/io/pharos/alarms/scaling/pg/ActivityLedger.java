package io.pharos.alarms.scaling.pg;

import io.pharos.kit.Database;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.Activity;

import java.util.List;
import java.util.UUID;

/// Activities, running and over.
public final class ActivityLedger {
    private final Database database;

    public ActivityLedger(Database database) {
        this.database = database;
    }

    /// An activity and its place among all.
    public record Placed(long position, Activity activity) {}

    /// Newest first.
    ///
    /// @param group null for all
    /// @param ids empty for all
    /// @param before where the page before ended; null for the first
    public List<Placed> list(
            Tenant tenant,
            @Nullable String group,
            List<UUID> ids,
            boolean ofDeletedGroups,
            @Nullable Long before,
            int limit) {
        return database.read(connection ->
                new ActivityRows(connection)
                        .list(tenant, group, ids, ofDeletedGroups, before, limit));
    }
}
