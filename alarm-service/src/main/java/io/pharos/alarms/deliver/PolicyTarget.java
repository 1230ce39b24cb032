package io.pharos.alarms.deliver;

import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.alarms.ledger.PendingAction;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.MuteLedger;
import io.pharos.alarms.scaling.pg.PolicyLedger;
import io.pharos.wire.AwsError;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;

import java.time.Duration;
import java.time.Instant;

/// Executes scaling policies: when the alarm's state changes, and once a minute for as long as the alarm
/// stays in that state. History tells of the first time, and of each later one that changed a capacity.
public final class PolicyTarget implements ActionTarget {
    static final Duration EVERY = Duration.ofMinutes(1);

    private final AlarmLedger alarms;
    private final MuteLedger mutes;
    private final PolicyLedger policies;
    private final BreachingValues values;

    public PolicyTarget(
            AlarmLedger alarms, MuteLedger mutes, PolicyLedger policies, BreachingValues values) {
        this.alarms = alarms;
        this.mutes = mutes;
        this.policies = policies;
        this.values = values;
    }

    @Override
    public Answer perform(PendingAction action, Instant now) {
        var kept = alarms.find(action.alarm());
        if (kept.isEmpty() || !isStill(kept.get(), action)) {
            return new Answer.Over();
        }
        if (mutes.window(action.alarm(), now).isPresent()) {
            // Nothing is repeated meanwhile.
            return new Answer.Again(now.plus(EVERY), false, null);
        }
        var justChanged = now.isBefore(action.changedAt().plus(EVERY));
        // An attempt that did not end may have been the first: nobody was told.
        var first = justChanged || action.attempts() > 1;
        var due = now.plus(EVERY);
        try {
            var breach = values.of(kept.get(), justChanged, now);
            var decision = policies.trigger(action.alarm(), action.arn(), breach, now);
            return new Answer.Again(due, first || decision.changes(), null);
        } catch (AwsError refused) {
            return new Answer.Again(due, first, refused.getMessage());
        } catch (AutoScalingException refused) {
            return new Answer.Again(
                    due,
                    first,
                    refused.awsErrorDetails() == null
                            ? refused.getMessage()
                            : refused.awsErrorDetails().errorMessage());
        } catch (SdkException away) {
            // The metric can not be read: at the next turn.
            return new Answer.Again(due, first, away.getMessage());
        }
    }

    /// Whether the alarm is in the state the action tells of ever since, and still to act.
    private static boolean isStill(KeptAlarm kept, PendingAction action) {
        var alarm = kept.alarm();
        return kept.isOnMetrics()
                && alarm.actionsEnabled()
                && alarm.stateTransitioned().toEpochMilli() == action.changedAt().toEpochMilli()
                && alarm.actions().contains(action.arn());
    }
}
