package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.composite.CompositeAlarms;
import io.pharos.alarms.composite.RuleParser;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.kit.Database;
import io.pharos.wire.AwsError;

import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatch.model.PutCompositeAlarmRequest;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Composite alarms as they are put, and the actions that were held back for a time.
public final class CompositeLedger {
    /// AWS's quota of composite alarms that look at one alarm.
    static final int MAX_PARENTS = 150;

    private static final int PUT_ATTEMPTS = 3;
    private static final int RELEASES = 100;

    private final Database database;
    private final AlarmQuota quota;

    /// @param maxAlarms how many alarms of all kinds a tenant may have
    public CompositeLedger(Database database, int maxAlarms) {
        this.database = database;
        this.quota = new AlarmQuota(maxAlarms);
    }

    /// Somebody else created the alarm meanwhile.
    private static final class CreatedMeanwhile extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /// Creates or replaces a composite alarm and decides it. An identical put does nothing at all.
    ///
    /// @param relations what [CompositeAlarms#check] found in `request`
    /// @throws AwsError when it looks at alarms that do not exist
    public void put(
            AlarmKey key,
            PutCompositeAlarmRequest request,
            CompositeAlarms.Relations relations,
            Instant now) {
        for (var attempt = 0; attempt < PUT_ATTEMPTS; attempt++) {
            try {
                database.run(tx -> put(tx, key, request, relations, now));
                return;
            } catch (CreatedMeanwhile _) {
                // Now it is an update.
            }
        }
        throw new IllegalStateException("alarm is put and deleted too often at once");
    }

    private void put(
            Connection tx,
            AlarmKey key,
            PutCompositeAlarmRequest request,
            CompositeAlarms.Relations relations,
            Instant now)
            throws SQLException {
        // Children are locked too: none is deleted or changes while their parent comes to be.
        var names = new TreeSet<>(relations.all());
        names.add(key.name());
        new ChildRows(tx).above(key).forEach(edge -> names.add(edge.parent()));
        var found = new AlarmRows(tx).lockAll(key.tenant(), names);
        requireAll(key, relations, found);
        checkParents(tx, key, relations);
        var kept = new AlarmRows(tx).find(key);
        if (kept.isEmpty()) {
            create(tx, key, request, relations, now);
        } else if (kept.get().alarm() instanceof Alarm.OnAlarms(var before)) {
            var after = CompositeAlarms.update(before, key, request, now);
            if (!after.equals(before)) {
                update(tx, kept.get(), before, after, relations, now);
            }
        } else {
            throw AwsError.validation(
                    "AlarmName ["
                            + key.name()
                            + "] is already used by another alarm of a different type");
        }
    }

    private static void requireAll(
            AlarmKey key, CompositeAlarms.Relations relations, List<String> found) {
        var missing = new TreeSet<>(relations.rule());
        found.forEach(missing::remove);
        require(key, missing, "alarm rule");
        var suppressor = relations.suppressor();
        if (suppressor != null && !found.contains(suppressor)) {
            require(key, new TreeSet<>(List.of(suppressor)), "actions suppressor");
        }
    }

    private static void require(AlarmKey key, TreeSet<String> missing, String where) {
        if (!missing.isEmpty()) {
            throw AwsError.validation(
                    missing.stream()
                            .map(name -> new AlarmKey(key.tenant(), name).arn())
                            .collect(
                                    Collectors.joining(
                                            ", ",
                                            "Could not save the composite alarm as alarms [",
                                            "] in the " + where + " do not exist")));
        }
    }

    private static void checkParents(
            Connection tx, AlarmKey key, CompositeAlarms.Relations relations) throws SQLException {
        var crowded = new ChildRows(tx).crowded(key, relations.all(), MAX_PARENTS);
        if (!crowded.isEmpty()) {
            throw LimitExceededException.builder()
                    .message(
                            "An alarm can be part of at most "
                                    + MAX_PARENTS
                                    + " composite alarms: "
                                    + crowded)
                    .build();
        }
    }

    private void create(
            Connection tx,
            AlarmKey key,
            PutCompositeAlarmRequest request,
            CompositeAlarms.Relations relations,
            Instant now)
            throws SQLException {
        relate(tx, key, relations);
        var writes = new AlarmWrites(tx);
        var alarm = Alarm.of(CompositeAlarms.create(key, request, now));
        if (!writes.create(key, alarm, request.tags(), quota, now)) {
            throw new CreatedMeanwhile();
        }
        var kept = new AlarmRows(tx).find(key).orElseThrow();
        var decision =
                new CompositeWrites(tx).decide(key.tenant(), RuleParser.parse(request.alarmRule()));
        writes.changeState(
                kept, decision.state(), decision.whenCreated(key), decision.reasonData(), now);
    }

    private static void update(
            Connection tx,
            KeptAlarm kept,
            CompositeAlarm before,
            CompositeAlarm after,
            CompositeAlarms.Relations relations,
            Instant now)
            throws SQLException {
        var key = kept.key();
        relate(tx, key, relations);
        if (!CompositeAlarms.hasSameSuppressor(before, after)) {
            new SuppressionRows(tx).remove(key);
        }
        var writes = new AlarmWrites(tx);
        var updated = writes.reconfigure(kept, Alarm.of(after), now);
        var decision =
                new CompositeWrites(tx).decide(key.tenant(), RuleParser.parse(after.alarmRule()));
        if (decision.state() != after.stateValue()) {
            writes.changeState(
                    updated,
                    decision.state(),
                    decision.whenUpdated(key),
                    decision.reasonData(),
                    now);
        }
    }

    private static void relate(Connection tx, AlarmKey key, CompositeAlarms.Relations relations)
            throws SQLException {
        var suppressor = relations.suppressor();
        new ChildRows(tx)
                .replace(
                        key,
                        relations.rule(),
                        suppressor == null ? List.of() : List.of(suppressor));
    }

    /// Does the actions that were held back until `now`, each in a transaction of its own.
    ///
    /// @return how many alarms were looked at; as many as a batch has means there may be more
    public int releaseDue(Instant now) {
        var due = database.read(connection -> new SuppressionRows(connection).due(now, RELEASES));
        for (var key : due) {
            database.run(tx -> {
                var kept = new AlarmRows(tx).lock(key);
                if (kept.isPresent() && kept.get().alarm() instanceof Alarm.OnAlarms(var alarm)) {
                    new CompositeWrites(tx).release(kept.get(), alarm, now);
                }
            });
        }
        return due.size();
    }
}
