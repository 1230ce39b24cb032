package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.ActionReach;
import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.MetricAlarms;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Alarms as scaling policies deal with them: those that target tracking makes, and those that trigger
/// a policy. Every method works on the caller's transaction.
public final class PolicyAlarms {
    private final AlarmQuota quota;

    /// @param maxAlarms how many alarms a tenant may have
    public PolicyAlarms(int maxAlarms) {
        this.quota = new AlarmQuota(maxAlarms);
    }

    /// A new alarm, by PutMetricAlarm's own rules; its name is new.
    ///
    /// @throws LimitExceededException when the tenant has as many as it may
    public void create(Connection tx, Tenant tenant, PutMetricAlarmRequest request, Instant now)
            throws SQLException {
        MetricAlarms.check(request, tenant, ActionReach.NONE);
        var key = new AlarmKey(tenant, request.alarmName());
        var alarm = Alarm.of(MetricAlarms.create(key, request, now));
        if (!new AlarmWrites(tx).create(key, alarm, List.of(), quota, now)) {
            throw new IllegalStateException("alarm exists: " + key.name());
        }
    }

    /// Deletes all that exist of `names`, whatever depends on them.
    public void delete(Connection tx, Tenant tenant, Collection<String> names, Instant now)
            throws SQLException {
        var writes = new AlarmWrites(tx);
        for (var name : new TreeSet<>(names)) {
            var kept = writes.lock(new AlarmKey(tenant, name));
            if (kept.isPresent()) {
                writes.delete(kept.get(), now);
            }
        }
    }

    /// Names of the alarms that do `action` in some state, sorted.
    public List<String> withAction(Connection tx, Tenant tenant, String action)
            throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT name FROM alarms.alarm
                        WHERE account = ? AND region = ? AND ? = ANY (
                            ok_actions || alarm_actions || insufficient_data_actions)
                        ORDER BY name
                        """)) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, action);
            var names = new ArrayList<String>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
            return names;
        }
    }

    /// No alarm of the tenant does `action` any more.
    public void dropAction(Connection tx, Tenant tenant, String action, Instant now)
            throws SQLException {
        var writes = new AlarmWrites(tx);
        for (var name : withAction(tx, tenant, action)) {
            var kept = writes.lock(new AlarmKey(tenant, name));
            if (kept.filter(KeptAlarm::isOnMetrics).isPresent()) {
                var after = Alarm.of(without(kept.get().metric(), action, now));
                writes.reconfigure(kept.get(), after, now);
            }
        }
    }

    private static MetricAlarm without(MetricAlarm alarm, String action, Instant now) {
        return alarm.toBuilder()
                .okActions(without(alarm.okActions(), action))
                .alarmActions(without(alarm.alarmActions(), action))
                .insufficientDataActions(without(alarm.insufficientDataActions(), action))
                .alarmConfigurationUpdatedTimestamp(now)
                .build();
    }

    private static List<String> without(List<String> actions, String action) {
        return actions.stream().filter(one -> !one.equals(action)).toList();
    }
}
