package io.pharos.alarms.ledger.pg;

import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/// How many alarms of all kinds a tenant may have. Counting takes longer the more there are, so it is
/// not done for every new one: of what is free when it is counted, a sixteenth may be taken without
/// counting again. That is exact near the limit, and leaves room for fifteen others that count as well.
final class AlarmQuota {
    private static final int SHARE = 16;

    /// Tenants remembered; then all are forgotten.
    private static final int MAX_TENANTS = 10_000;

    private final int most;
    private final Map<Tenant, Integer> free = new HashMap<>();

    AlarmQuota(int most) {
        this.most = most;
    }

    /// Lets one more be made.
    ///
    /// @throws LimitExceededException when there are as many as there may be
    void take(Connection tx, Tenant tenant) throws SQLException {
        if (isFree(tenant)) {
            return;
        }
        var left = most - new AlarmRows(tx).count(tenant);
        if (left <= 0) {
            throw LimitExceededException.builder()
                    .message("The maximum limit of " + most + " alarms has been reached.")
                    .build();
        }
        synchronized (free) {
            if (free.size() >= MAX_TENANTS) {
                free.clear();
            }
            free.put(tenant, left / SHARE);
        }
    }

    private boolean isFree(Tenant tenant) {
        synchronized (free) {
            var left = free.getOrDefault(tenant, 0);
            if (left == 0) {
                return false;
            }
            free.put(tenant, left - 1);
            return true;
        }
    }
}
