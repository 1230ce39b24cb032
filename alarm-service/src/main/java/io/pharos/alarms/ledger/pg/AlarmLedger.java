package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmActions;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AlarmTags;
import io.pharos.alarms.alarm.MetricAlarms;
import io.pharos.alarms.announce.AlarmEvent;
import io.pharos.alarms.announce.HistoryItem;
import io.pharos.alarms.evaluate.Verdict;
import io.pharos.alarms.ledger.AlarmFilter;
import io.pharos.alarms.ledger.HistoryFilter;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.alarms.ledger.KeptHistory;
import io.pharos.kit.Database;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Keeps alarms. Whatever happens to one is written in one transaction: the alarm, its history, what
/// is to be sent because of it, and its name in the feed of changes.
public final class AlarmLedger {
    /// A put that met another put of the same new name is tried again, now as an update.
    private static final int PUT_ATTEMPTS = 3;

    private final Database database;
    private final int maxAlarms;

    /// @param maxAlarms how many alarms a tenant may have
    public AlarmLedger(Database database, int maxAlarms) {
        this.database = database;
        this.maxAlarms = maxAlarms;
    }

    /// Creates or replaces an alarm; its parameters have passed [MetricAlarms#check]. An identical
    /// put does nothing at all. Tags count at creation only.
    public void put(AlarmKey key, PutMetricAlarmRequest request, Instant now) {
        for (var attempt = 0; attempt < PUT_ATTEMPTS; attempt++) {
            if (database.inTransaction(tx -> put(tx, key, request, now))) {
                return;
            }
        }
        throw new IllegalStateException("alarm is put and deleted too often at once");
    }

    private boolean put(Connection tx, AlarmKey key, PutMetricAlarmRequest request, Instant now)
            throws SQLException {
        var alarms = new AlarmRows(tx);
        var kept = alarms.lock(key);
        if (kept.isEmpty()) {
            return create(tx, key, request, now);
        }
        var before = kept.get().alarm();
        var after = MetricAlarms.update(before, key, request, now);
        if (!after.equals(before)) {
            reconfigure(tx, kept.get(), after, now);
        }
        return true;
    }

    private boolean create(Connection tx, AlarmKey key, PutMetricAlarmRequest request, Instant now)
            throws SQLException {
        var alarms = new AlarmRows(tx);
        if (alarms.count(key.tenant()) >= maxAlarms) {
            throw LimitExceededException.builder()
                    .message("The maximum limit of " + maxAlarms + " alarms has been reached.")
                    .build();
        }
        var alarm = MetricAlarms.create(key, request, now);
        if (!alarms.insert(key, alarm)) {
            return false;
        }
        new TagRows(tx).put(key, request.tags());
        new HistoryRows(tx).add(HistoryItem.created(key, alarm, now));
        new OutboxRows(tx).addEvent(AlarmEvent.created(key, alarm, now));
        new ChangeRows(tx).add(key, now);
        return true;
    }

    private static void reconfigure(Connection tx, KeptAlarm kept, MetricAlarm after, Instant now)
            throws SQLException {
        var key = kept.key();
        new AlarmRows(tx).update(kept, after);
        new HistoryRows(tx).add(HistoryItem.updated(key, kept.alarm(), after, now));
        new OutboxRows(tx).addEvent(AlarmEvent.updated(key, kept.alarm(), after, now));
        new ChangeRows(tx).add(key, now);
    }

    /// Enables or disables actions; unknown names are left out, and so are alarms that are so already.
    public void enableActions(
            Tenant tenant, Collection<String> names, boolean enabled, Instant now) {
        database.run(tx -> {
            for (var name : new TreeSet<>(names)) {
                var kept = new AlarmRows(tx).lock(new AlarmKey(tenant, name));
                if (kept.isPresent() && kept.get().alarm().actionsEnabled() != enabled) {
                    var after =
                            kept.get().alarm().toBuilder()
                                    .actionsEnabled(enabled)
                                    .alarmConfigurationUpdatedTimestamp(now)
                                    .build();
                    reconfigure(tx, kept.get(), after, now);
                }
            }
        });
    }

    /// Deletes all that exist of `names`; their history stays.
    public void delete(Tenant tenant, Collection<String> names, Instant now) {
        database.run(tx -> {
            for (var name : new TreeSet<>(names)) {
                var key = new AlarmKey(tenant, name);
                var kept = new AlarmRows(tx).lock(key);
                if (kept.isPresent()) {
                    new AlarmRows(tx).delete(key);
                    new TagRows(tx).removeAll(key);
                    var alarm = kept.get().alarm();
                    new HistoryRows(tx).add(HistoryItem.deleted(key, alarm, now));
                    new OutboxRows(tx).addEvent(AlarmEvent.deleted(key, alarm, now));
                    new ChangeRows(tx).add(key, now);
                }
            }
        });
    }

    /// SetAlarmState: the same value again does nothing, not even to the reason.
    ///
    /// @return false when there is no such alarm
    public boolean setState(
            AlarmKey key,
            StateValue state,
            String reason,
            @Nullable String reasonData,
            Instant now) {
        return database.inTransaction(tx -> {
            var kept = new AlarmRows(tx).lock(key);
            if (kept.isPresent() && kept.get().alarm().stateValue() != state) {
                changeState(tx, kept.get(), state, reason, reasonData, now);
            }
            return kept.isPresent();
        });
    }

    /// Writes where an evaluation took an alarm.
    ///
    /// @param judged the alarm as it was evaluated
    /// @return the alarm as it is now; empty when it was no longer that one: the verdict is void
    public Optional<KeptAlarm> change(KeptAlarm judged, Verdict verdict, Instant now) {
        return database.inTransaction(tx ->
                changeState(
                        tx, judged, verdict.state(), verdict.reason(), verdict.reasonData(), now));
    }

    private static Optional<KeptAlarm> changeState(
            Connection tx,
            KeptAlarm kept,
            StateValue state,
            String reason,
            @Nullable String reasonData,
            Instant now)
            throws SQLException {
        var after =
                kept.alarm().toBuilder()
                        .stateValue(state)
                        .stateReason(reason)
                        .stateReasonData(reasonData)
                        .stateUpdatedTimestamp(now)
                        .stateTransitionedTimestamp(now)
                        .build();
        if (!new AlarmRows(tx).update(kept, after)) {
            return Optional.empty();
        }
        var key = kept.key();
        new HistoryRows(tx).add(HistoryItem.stateChanged(key, kept.alarm(), after, now));
        var outbox = new OutboxRows(tx);
        outbox.addEvent(AlarmEvent.stateChanged(key, kept.alarm(), after, now));
        if (after.actionsEnabled()) {
            for (var arn : AlarmActions.of(after)) {
                outbox.addAction(kept, after, arn, now);
            }
        }
        new ChangeRows(tx).add(key, now);
        return Optional.of(new KeptAlarm(key, kept.version() + 1, after));
    }

    public List<KeptAlarm> describe(Tenant tenant, AlarmFilter filter) {
        return database.read(connection -> new AlarmRows(connection).describe(tenant, filter));
    }

    public List<KeptAlarm> onMetric(
            Tenant tenant, String namespace, String metricName, Collection<Dimension> dimensions) {
        return database.read(connection ->
                new AlarmRows(connection).onMetric(tenant, namespace, metricName, dimensions));
    }

    public List<KeptHistory> history(Tenant tenant, HistoryFilter filter) {
        return database.read(connection -> new HistoryRows(connection).describe(tenant, filter));
    }

    public Optional<KeptAlarm> find(AlarmKey key) {
        return database.read(connection -> new AlarmRows(connection).find(key));
    }

    /// @throws ResourceNotFoundException when there is no such alarm
    public void tag(AlarmKey key, List<Tag> tags) {
        database.run(tx -> {
            requireAlarm(tx, key);
            var rows = new TagRows(tx);
            rows.put(key, tags);
            if (rows.list(key).size() > AlarmTags.MAX_TAGS) {
                throw LimitExceededException.builder()
                        .message("A resource may have at most 50 tags.")
                        .build();
            }
        });
    }

    /// @throws ResourceNotFoundException when there is no such alarm
    public void untag(AlarmKey key, List<String> tagKeys) {
        database.run(tx -> {
            requireAlarm(tx, key);
            new TagRows(tx).remove(key, tagKeys);
        });
    }

    /// @throws ResourceNotFoundException when there is no such alarm
    public List<Tag> tags(AlarmKey key) {
        return database.inTransaction(tx -> {
            requireAlarm(tx, key);
            return new TagRows(tx).list(key);
        });
    }

    /// Deletes history from before `oldest`.
    public void purgeHistory(Instant oldest) {
        database.run(tx -> {
            try (var delete =
                    tx.prepareStatement("DELETE FROM alarms.alarm_history WHERE at_ms < ?")) {
                delete.setLong(1, oldest.toEpochMilli());
                delete.executeUpdate();
            }
        });
    }

    private static void requireAlarm(Connection tx, AlarmKey key) throws SQLException {
        if (new AlarmRows(tx).lock(key).isEmpty()) {
            throw ResourceNotFoundException.builder().build();
        }
    }
}
