package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.MetricAlarms;
import io.pharos.alarms.evaluate.ContributorChange;
import io.pharos.alarms.evaluate.Verdict;
import io.pharos.alarms.ledger.AlarmFilter;
import io.pharos.alarms.ledger.HistoryFilter;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.alarms.ledger.KeptHistory;
import io.pharos.kit.Database;
import io.pharos.kit.ResourceTags;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.AlarmContributor;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/// Keeps alarms. Whatever happens to one is written in one transaction, see [AlarmWrites].
public final class AlarmLedger {
    /// A put that met another put of the same new name is tried again, now as an update.
    private static final int PUT_ATTEMPTS = 3;

    private final Database database;
    private final AlarmQuota quota;

    /// @param maxAlarms how many alarms a tenant may have
    public AlarmLedger(Database database, int maxAlarms) {
        this.database = database;
        this.quota = new AlarmQuota(maxAlarms);
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
        var writes = new AlarmWrites(tx);
        var kept = writes.lock(key);
        if (kept.isEmpty()) {
            var alarm = Alarm.of(MetricAlarms.create(key, request, now));
            return writes.create(key, alarm, request.tags(), quota, now);
        }
        if (!kept.get().isOnMetrics()) {
            throw AwsError.validation(
                    "AlarmName ["
                            + key.name()
                            + "] is already used by another alarm of a different type");
        }
        var before = kept.get().metric();
        var after = MetricAlarms.update(before, key, request, now);
        if (!after.equals(before)) {
            writes.reconfigure(kept.get(), Alarm.of(after), now);
        }
        return true;
    }

    /// Enables or disables actions; unknown names are left out, and so are alarms that are so already.
    public void enableActions(
            Tenant tenant, Collection<String> names, boolean enabled, Instant now) {
        database.run(tx -> {
            for (var name : new TreeSet<>(names)) {
                var writes = new AlarmWrites(tx);
                var kept = writes.lock(new AlarmKey(tenant, name));
                if (kept.isPresent() && kept.get().alarm().actionsEnabled() != enabled) {
                    var after = kept.get().alarm().withActionsEnabled(enabled, now);
                    writes.reconfigure(kept.get(), after, now);
                }
            }
        });
    }

    /// Deletes all that exist of `names`, or none; their history stays.
    ///
    /// @throws AwsError when a composite alarm depends on one of them, or two of them are composite
    public void delete(Tenant tenant, Collection<String> names, Instant now) {
        database.run(tx -> {
            var writes = new AlarmWrites(tx);
            var found = new ArrayList<KeptAlarm>();
            for (var name : new TreeSet<>(names)) {
                writes.lock(new AlarmKey(tenant, name)).ifPresent(found::add);
            }
            checkDeletable(tx, found);
            for (var kept : found) {
                writes.delete(kept, now);
            }
        });
    }

    private static void checkDeletable(Connection tx, List<KeptAlarm> found) throws SQLException {
        var composites = 0;
        for (var kept : found) {
            composites += kept.isOnMetrics() ? 0 : 1;
            if (new ChildRows(tx).hasParents(kept.key())) {
                throw AwsError.validation(
                        "Cannot delete "
                                + kept.key().name()
                                + " as there are composite alarm(s) depending on it.");
            }
        }
        if (composites > 1) {
            throw AwsError.validation("Only one composite alarm can be deleted at a time.");
        }
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
            var writes = new AlarmWrites(tx);
            writes.lockFamily(key);
            var kept = writes.lock(key);
            if (kept.isPresent() && kept.get().alarm().state() != state) {
                writes.changeState(kept.get(), state, reason, reasonData, now);
            }
            return kept.isPresent();
        });
    }

    /// Writes where an evaluation took an alarm.
    ///
    /// @param judged the alarm as it was evaluated
    /// @return the alarm as it is now; empty when it was no longer that one: the verdict is void
    public Optional<KeptAlarm> change(KeptAlarm judged, Verdict verdict, Instant now) {
        return database.inTransaction(tx -> {
            var writes = new AlarmWrites(tx);
            writes.lockFamily(judged.key());
            return writes.changeState(
                    judged, verdict.state(), verdict.reason(), verdict.reasonData(), now);
        });
    }

    /// As [#change], for an alarm on several series.
    ///
    /// @param verdict where the alarm itself goes; null when it stays
    public Optional<KeptAlarm> changeContributors(
            KeptAlarm judged,
            List<ContributorChange> changes,
            @Nullable Verdict verdict,
            Instant now) {
        return database.inTransaction(
                tx -> new AlarmWrites(tx).changeContributors(judged, changes, verdict, now));
    }

    /// Contributors in ALARM.
    public List<AlarmContributor> contributors(AlarmKey key) {
        return database.read(connection -> new ContributorRows(connection).list(key));
    }

    /// Writes how the last evaluation went, when it went another way than the one before.
    ///
    /// @param state as DescribeAlarms tells it; null when all was well
    /// @return the alarm as it is now
    public KeptAlarm noteEvaluation(KeptAlarm judged, @Nullable String state) {
        if (Objects.equals(judged.metric().evaluationStateAsString(), state)) {
            return judged;
        }
        var after = Alarm.of(judged.metric().toBuilder().evaluationState(state).build());
        return database.inTransaction(tx ->
                new AlarmRows(tx).update(judged, after)
                        ? new KeptAlarm(judged.key(), judged.version() + 1, after)
                        : judged);
    }

    public List<KeptAlarm> describe(Tenant tenant, AlarmFilter filter) {
        return database.read(connection -> new AlarmRows(connection).describe(tenant, filter));
    }

    /// Alarms that the rule of composite alarm `parent` names.
    ///
    /// @throws AwsError when `parent` is no composite alarm
    public List<KeptAlarm> children(Tenant tenant, String parent, String after, int limit) {
        return database.read(connection -> {
            var rows = new AlarmRows(connection);
            var kept = rows.find(new AlarmKey(tenant, parent));
            if (kept.isEmpty() || kept.get().isOnMetrics()) {
                throw AwsError.validation(
                        "ChildrenOfAlarmName [" + parent + "] is not a composite alarm");
            }
            return rows.children(tenant, parent, after, limit);
        });
    }

    /// Composite alarms that look at `child`.
    public List<KeptAlarm> parents(Tenant tenant, String child, String after, int limit) {
        return database.read(
                connection -> new AlarmRows(connection).parents(tenant, child, after, limit));
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
            if (rows.list(key).size() > ResourceTags.MAX_TAGS) {
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
