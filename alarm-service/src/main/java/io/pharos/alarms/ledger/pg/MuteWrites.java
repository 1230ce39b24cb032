package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmActions;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.Contributor;
import io.pharos.alarms.announce.HistoryItem;
import io.pharos.alarms.evaluate.ContributorChange;
import io.pharos.alarms.evaluate.Verdict;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.alarms.mute.MuteRule;
import io.pharos.alarms.mute.MuteWindow;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What mute rules do to the actions of an alarm. All of it is in the transaction of the alarm's
/// change, and the alarm is locked whenever they are done in the end: they are done once, by whichever
/// process. Every method works on the caller's transaction.
final class MuteWrites {
    private final Connection tx;
    private final MutedRows muted;

    MuteWrites(Connection tx) {
        this.tx = tx;
        this.muted = new MutedRows(tx);
    }

    /// The window that mutes an alarm; of several the one that ends last. Its rule does not change
    /// until the transaction ends.
    Optional<MuteWindow> window(AlarmKey key, Instant now) throws SQLException {
        return last(new MuteRuleRows(tx).hold(key), now);
    }

    static Optional<MuteWindow> last(List<MuteRule> rules, Instant now) {
        return rules.stream()
                .flatMap(rule -> rule.windowAt(now).stream())
                .max(Comparator.comparing(MuteWindow::end));
    }

    /// The alarm went to another state in a window: nothing is done, unless it is still there when the
    /// window ends.
    void hold(KeptAlarm before, Alarm after, MuteWindow window, Instant now) throws SQLException {
        if (!after.actionsEnabled()) {
            return;
        }
        var key = before.key();
        var data = Objects.requireNonNullElse(after.stateReasonData(), "");
        hold(
                key,
                null,
                before.alarm().state(),
                new Verdict(after.state(), after.stateReason(), data),
                window,
                after.stateUpdated());
        for (var arn : after.actions()) {
            if (!isOfSeries(after, arn)) {
                new HistoryRows(tx)
                        .add(HistoryItem.muted(key, after.type(), null, arn, window, now));
            }
        }
    }

    /// As [#hold], for a series of an alarm on several.
    void hold(KeptAlarm kept, ContributorChange change, MuteWindow window, Instant now)
            throws SQLException {
        var key = kept.key();
        var verdict = change.verdict();
        var former = verdict.state() == StateValue.ALARM ? StateValue.OK : StateValue.ALARM;
        hold(key, change.contributor(), former, verdict, window, now);
        for (var arn : kept.alarm().actions(verdict.state())) {
            if (AlarmActions.isOfContributors(arn)) {
                var type = kept.alarm().type();
                new HistoryRows(tx)
                        .add(HistoryItem.muted(key, type, change.contributor(), arn, window, now));
            }
        }
    }

    private void hold(
            AlarmKey key,
            @Nullable Contributor contributor,
            StateValue former,
            Verdict verdict,
            MuteWindow window,
            Instant changed)
            throws SQLException {
        var told = muted.find(key, contributor).map(MutedRows.Muted::former).orElse(former);
        if (told == verdict.state()) {
            // Back where it was: there is nothing to tell.
            muted.remove(key, contributor);
            return;
        }
        muted.put(key, new MutedRows.Muted(contributor, told, verdict, changed, window.end()));
    }

    /// What a locked alarm does when its window may have ended, and before it changes after it: the
    /// actions it has now, once.
    void release(KeptAlarm kept, Instant now) throws SQLException {
        var held = muted.list(kept.key());
        if (held.isEmpty()) {
            return; // nothing was held, or another process was first
        }
        var window = window(kept.key(), now);
        for (var one : held) {
            if (window.isPresent()) {
                muted.put(
                        kept.key(),
                        new MutedRows.Muted(
                                one.contributor(),
                                one.former(),
                                one.verdict(),
                                one.changed(),
                                window.get().end()));
            } else {
                muted.remove(kept.key(), one.contributor());
                release(kept, one, now);
            }
        }
    }

    private void release(KeptAlarm kept, MutedRows.Muted one, Instant now) throws SQLException {
        var end = one.end().isBefore(now) ? one.end() : now;
        var writes = new AlarmWrites(tx);
        var contributor = one.contributor();
        if (contributor != null) {
            var change = new ContributorChange(contributor, one.verdict());
            writes.actOnContributor(kept, change, end, one.changed(), now);
            return;
        }
        var alarm = kept.alarm();
        // A composite alarm whose actions are held back otherwise does them when those are
        // released.
        if (alarm.state() == one.verdict().state() && !AlarmWrites.isSuppressed(alarm)) {
            var former =
                    alarm.withState(one.former(), alarm.stateReason(), null, alarm.stateUpdated());
            writes.act(new KeptAlarm(kept.key(), kept.version(), former), alarm, end, now);
        }
    }

    /// Whether an alarm on several series has this action for each of them.
    private static boolean isOfSeries(Alarm alarm, String arn) {
        return AlarmWrites.isOnSeveral(alarm) && AlarmActions.isOfContributors(arn);
    }
}
