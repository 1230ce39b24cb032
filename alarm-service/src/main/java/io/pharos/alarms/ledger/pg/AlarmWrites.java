package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmActions;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AlarmQueries;
import io.pharos.alarms.announce.ActionMessage;
import io.pharos.alarms.announce.AlarmEvent;
import io.pharos.alarms.announce.HistoryItem;
import io.pharos.alarms.evaluate.ContributorChange;
import io.pharos.alarms.evaluate.Verdict;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.alarms.mute.MuteWindow;

import org.jspecify.annotations.Nullable;

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

    /// @param quota how many alarms a tenant may have
    /// @return false when an alarm of this name came to be at the same time
    boolean create(AlarmKey key, Alarm alarm, List<Tag> tags, AlarmQuota quota, Instant now)
            throws SQLException {
        var alarms = new AlarmRows(tx);
        quota.take(tx, key.tenant());
        if (!alarms.insert(key, alarm)) {
            return false;
        }
        new TagRows(tx).put(key, tags);
        new HistoryRows(tx).add(HistoryItem.created(key, alarm, children(key, alarm), now));
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
        new HistoryRows(tx)
                .add(HistoryItem.updated(key, kept.alarm(), after, children(key, after), now));
        if (kept.isOnMetrics() && !sameQueries(kept.alarm(), after)) {
            // What was a contributor of the queries before is none of these.
            new ContributorRows(tx).removeAll(key);
            new MutedRows(tx).removeContributors(key);
        }
        new OutboxRows(tx).addEvent(AlarmEvent.updated(key, kept.alarm(), after, now));
        new ChangeRows(tx).add(key, now);
        return new KeptAlarm(key, kept.version() + 1, after);
    }

    private static boolean sameQueries(Alarm one, Alarm other) {
        return one instanceof Alarm.OnMetrics(var before)
                && other instanceof Alarm.OnMetrics(var after)
                && before.metrics().equals(after.metrics());
    }

    /// Locks the alarm and the composite alarms that may change with it: to be called before one whose
    /// state changes is locked.
    public void lockFamily(AlarmKey key) throws SQLException {
        new CompositeWrites(tx).lockFamily(key);
    }

    /// The value of the state changes, and with it composite alarms that look at it.
    ///
    /// @return the alarm as it is now; empty when it was no longer `kept`, and then nothing is written
    public Optional<KeptAlarm> changeState(
            KeptAlarm kept,
            StateValue state,
            String reason,
            @Nullable String reasonData,
            Instant now)
            throws SQLException {
        var changed = writeState(kept, state, reason, reasonData, now);
        if (changed.isPresent()) {
            new CompositeWrites(tx).settle(changed.get(), now);
        }
        return changed;
    }

    /// Only this alarm's part of [#changeState].
    Optional<KeptAlarm> writeState(
            KeptAlarm kept,
            StateValue state,
            String reason,
            @Nullable String reasonData,
            Instant now)
            throws SQLException {
        var key = kept.key();
        var after = kept.alarm().withState(state, reason, reasonData, now);
        if (after instanceof Alarm.OnAlarms(var composite)) {
            var former = kept.alarm().state();
            after = Alarm.of(new CompositeWrites(tx).begin(key, former, composite, now));
        }
        if (!new AlarmRows(tx).update(kept, after)) {
            return Optional.empty();
        }
        new HistoryRows(tx).add(HistoryItem.stateChanged(key, kept.alarm(), after, now));
        var mute = new MuteWrites(tx).window(key, now);
        new OutboxRows(tx)
                .addEvent(
                        AlarmEvent.stateChanged(key, kept.alarm(), after, mute.orElse(null), now));
        actOrHold(kept, after, mute.orElse(null), now);
        new ChangeRows(tx).add(key, now);
        return Optional.of(new KeptAlarm(key, kept.version() + 1, after));
    }

    /// AWS: a mute rule comes before a suppressor.
    private void actOrHold(KeptAlarm before, Alarm after, @Nullable MuteWindow mute, Instant now)
            throws SQLException {
        var mutes = new MuteWrites(tx);
        if (mute != null) {
            mutes.hold(before, after, mute, now);
            return;
        }
        mutes.release(before, now);
        if (!isSuppressed(after)) {
            act(before, after, null, now);
        }
    }

    static boolean isSuppressed(Alarm alarm) {
        return alarm instanceof Alarm.OnAlarms(var composite)
                && composite.actionsSuppressedBy() != null;
    }

    /// A locked composite alarm's actions are held back by something else, or no longer.
    ///
    /// @param former the state that the alarm left when they began to be held back
    /// @param acts whether they are done now
    void suppressionChanged(
            KeptAlarm kept, StateValue former, Alarm after, boolean acts, Instant now)
            throws SQLException {
        var key = kept.key();
        new AlarmRows(tx).update(kept, after);
        var mute = new MuteWrites(tx).window(key, now).orElse(null);
        new OutboxRows(tx).addEvent(AlarmEvent.stateChanged(key, kept.alarm(), after, mute, now));
        // What a mute rule holds back as well is done when that ends.
        if (acts && (mute == null || new MutedRows(tx).find(key, null).isEmpty())) {
            var alarm = kept.alarm();
            var before = alarm.withState(former, alarm.stateReason(), null, alarm.stateUpdated());
            actOrHold(new KeptAlarm(key, kept.version(), before), after, mute, now);
        }
        new ChangeRows(tx).add(key, now);
    }

    /// Series of an alarm on several change, and with them perhaps the alarm.
    ///
    /// @return the alarm as it is now; empty when it was no longer `kept`, and then nothing is written
    Optional<KeptAlarm> changeContributors(
            KeptAlarm kept, List<ContributorChange> changes, @Nullable Verdict verdict, Instant now)
            throws SQLException {
        var after = Optional.of(kept);
        if (verdict != null) {
            var data = verdict.reasonData().isEmpty() ? null : verdict.reasonData();
            after = changeState(kept, verdict.state(), verdict.reason(), data, now);
        } else if (new AlarmRows(tx).update(kept, kept.alarm())) {
            // Nothing changes but the version: that fences other evaluators.
            new ChangeRows(tx).add(kept.key(), now);
            after = Optional.of(new KeptAlarm(kept.key(), kept.version() + 1, kept.alarm()));
        } else {
            after = Optional.empty();
        }
        if (after.isPresent()) {
            var mute = new MuteWrites(tx).window(kept.key(), now).orElse(null);
            if (mute == null && after.get().alarm().actionsEnabled()) {
                new MuteWrites(tx).release(after.get(), now);
            }
            for (var change : changes) {
                changeContributor(after.get(), change, mute, now);
            }
        }
        return after;
    }

    private void changeContributor(
            KeptAlarm kept, ContributorChange change, @Nullable MuteWindow mute, Instant now)
            throws SQLException {
        var key = kept.key();
        new ContributorRows(tx).put(key, change, now);
        new HistoryRows(tx).add(HistoryItem.contributorChanged(key, change, now));
        new OutboxRows(tx).addEvent(AlarmEvent.contributorChanged(key, kept.alarm(), change, now));
        if (!kept.alarm().actionsEnabled()) {
            return;
        }
        if (mute == null) {
            actOnContributor(kept, change, null, now, now);
        } else {
            new MuteWrites(tx).hold(kept, change, mute, now);
        }
    }

    /// What is told of one series.
    ///
    /// @param muteEnd the end of the window that held it back; null when none did
    /// @param changed when the series changed
    void actOnContributor(
            KeptAlarm kept,
            ContributorChange change,
            @Nullable Instant muteEnd,
            Instant changed,
            Instant now)
            throws SQLException {
        var alarm = kept.alarm();
        if (!alarm.actionsEnabled()) {
            return;
        }
        for (var arn : alarm.actions(change.verdict().state())) {
            if (AlarmActions.isOfContributors(arn)) {
                new OutboxRows(tx)
                        .addAction(
                                kept.key(),
                                alarm.type(),
                                change.contributor(),
                                ActionMessage.contributorChanged(
                                        arn, kept.key(), alarm, change, muteEnd != null, changed),
                                arn,
                                muteEnd,
                                changed,
                                now);
            }
        }
    }

    static boolean isOnSeveral(Alarm alarm) {
        return alarm instanceof Alarm.OnMetrics(var metric)
                && metric.hasMetrics()
                && AlarmQueries.of(metric).isOnSeveralSeries();
    }

    /// The one place where actions are decided on: those of the state the alarm is in now.
    ///
    /// @param before the alarm before it went there
    /// @param muteEnd the end of the window that held them back; null when none did
    void act(KeptAlarm before, Alarm after, @Nullable Instant muteEnd, Instant now)
            throws SQLException {
        if (!after.actionsEnabled()) {
            return;
        }
        var isOnSeveral = isOnSeveral(after);
        for (var arn : after.actions()) {
            if (isOnSeveral && AlarmActions.isOfContributors(arn)) {
                continue; // told of each series
            }
            new OutboxRows(tx)
                    .addAction(
                            before.key(),
                            after.type(),
                            null,
                            ActionMessage.stateChanged(
                                    arn, before.key(), before.alarm(), after, muteEnd != null),
                            arn,
                            muteEnd,
                            after.stateUpdated(),
                            now);
        }
    }

    /// Deletes a locked alarm; its history stays.
    void delete(KeptAlarm kept, Instant now) throws SQLException {
        var key = kept.key();
        new AlarmRows(tx).delete(key);
        new TagRows(tx).removeAll(key);
        var children = children(key, kept.alarm());
        new ChildRows(tx).removeAll(key);
        new SuppressionRows(tx).remove(key);
        new HistoryRows(tx).add(HistoryItem.deleted(key, kept.alarm(), children, now));
        new ContributorRows(tx).removeAll(key);
        new MutedRows(tx).removeAll(key);
        new OutboxRows(tx).addEvent(AlarmEvent.deleted(key, kept.alarm(), now));
        new ChangeRows(tx).add(key, now);
    }

    private List<Alarm> children(AlarmKey key, Alarm alarm) throws SQLException {
        return alarm instanceof Alarm.OnAlarms
                ? new AlarmRows(tx)
                        .children(key.tenant(), key.name(), "", Integer.MAX_VALUE).stream()
                                .map(KeptAlarm::alarm)
                                .toList()
                : List.of();
    }
}
