package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.announce.AlarmEvent;
import io.pharos.alarms.announce.HistoryItem;
import io.pharos.alarms.announce.Notification;
import io.pharos.alarms.ledger.KeptAlarm;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the change of an alarm of any kind writes: the alarm, its history, what is to be sent because
/// of it, and its name in the feed of changes. Every method works on the caller's transaction.
public final class AlarmWrites {
    private final Connection tx;

    public AlarmWrites(Connection tx) {
        this.tx = tx;
    }

    /// Holds the alarm until the transaction ends, so that nobody else changes it. Whoever locks
    /// several locks them by name, the smallest first.
    public Optional<KeptAlarm> lock(AlarmKey key) throws SQLException {
        return new AlarmRows(tx).lock(key);
    }

    /// @param maxAlarms how many alarms of all kinds a tenant may have
    /// @return false when an alarm of this name came to be at the same time
    public boolean create(AlarmKey key, Alarm alarm, List<Tag> tags, int maxAlarms, Instant now)
            throws SQLException {
        var alarms = new AlarmRows(tx);
        if (alarms.count(key.tenant()) >= maxAlarms) {
            throw LimitExceededException.builder()
                    .message("The maximum limit of " + maxAlarms + " alarms has been reached.")
                    .build();
        }
        if (!alarms.insert(key, alarm)) {
            return false;
        }
        new TagRows(tx).put(key, tags);
        new HistoryRows(tx).add(HistoryItem.created(key, alarm, now));
        new OutboxRows(tx).addEvent(AlarmEvent.created(key, alarm, now));
        new ChangeRows(tx).add(key, now);
        return true;
    }

    /// The configuration of a locked alarm changes, not its state.
    ///
    /// @return the alarm as it is now
    public KeptAlarm reconfigure(KeptAlarm kept, Alarm after, Instant now) throws SQLException {
        var key = kept.key();
        new AlarmRows(tx).update(kept, after);
        new HistoryRows(tx).add(HistoryItem.updated(key, kept.alarm(), after, now));
        new OutboxRows(tx).addEvent(AlarmEvent.updated(key, kept.alarm(), after, now));
        new ChangeRows(tx).add(key, now);
        return new KeptAlarm(key, kept.version() + 1, after);
    }

    /// The value of the state changes.
    ///
    /// @return the alarm as it is now; empty when it was no longer `kept`, and then nothing is written
    public Optional<KeptAlarm> changeState(
            KeptAlarm kept,
            StateValue state,
            String reason,
            @Nullable String reasonData,
            Instant now)
            throws SQLException {
        var after = kept.alarm().withState(state, reason, reasonData, now);
        if (!new AlarmRows(tx).update(kept, after)) {
            return Optional.empty();
        }
        var key = kept.key();
        new HistoryRows(tx).add(HistoryItem.stateChanged(key, kept.alarm(), after, now));
        new OutboxRows(tx).addEvent(AlarmEvent.stateChanged(key, kept.alarm(), after, now));
        act(kept, after, now);
        new ChangeRows(tx).add(key, now);
        return Optional.of(new KeptAlarm(key, kept.version() + 1, after));
    }

    /// The one place where actions are decided on: those of the state the alarm is in now.
    ///
    /// @param before the alarm before it went there
    public void act(KeptAlarm before, Alarm after, Instant now) throws SQLException {
        if (!after.actionsEnabled()) {
            return;
        }
        for (var arn : after.actions()) {
            new OutboxRows(tx)
                    .addAction(
                            before.key(),
                            after.type(),
                            null,
                            Notification.stateChanged(before.key(), before.alarm(), after),
                            arn,
                            after.stateUpdated(),
                            now);
        }
    }

    /// Deletes a locked alarm; its history stays.
    void delete(KeptAlarm kept, Instant now) throws SQLException {
        var key = kept.key();
        new AlarmRows(tx).delete(key);
        new TagRows(tx).removeAll(key);
        new ChildRows(tx).removeAll(key);
        new HistoryRows(tx).add(HistoryItem.deleted(key, kept.alarm(), now));
        new OutboxRows(tx).addEvent(AlarmEvent.deleted(key, kept.alarm(), now));
        new ChangeRows(tx).add(key, now);
    }
}
