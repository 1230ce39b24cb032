package io.pharos.alarms.evaluate;

import io.pharos.alarms.alarm.AlarmRule;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// Decides an alarm's state from its window. Pure, so live evaluation, replay and tests share it.
///
/// Only the newest N datapoints that exist in the window count; a full set of N never consults
/// TreatMissingData. AWS: "Configuring how CloudWatch alarms treat missing data".
public final class Evaluation {
    private final AlarmRule rule;
    private final Window window;

    /// Indexes into the window of the datapoints that count, newest first.
    private final int[] counted;

    private final int bad;

    private Evaluation(AlarmRule rule, Window window) {
        this.rule = rule;
        this.window = window;
        var found = new int[rule.evaluationPeriods()];
        var size = 0;
        var breaching = 0;
        for (var i = 0; i < window.size() && size < found.length; i++) {
            if (!window.isMissing(i)) {
                found[size++] = i;
                breaching += window.breaches(rule, i) ? 1 : 0;
            }
        }
        this.counted = Arrays.copyOf(found, size);
        this.bad = breaching;
    }

    /// @param before the state the alarm is in
    /// @param now when the window was read; it stands in the reason data
    /// @return where the alarm goes and why; empty when its state stays, and then its reason does too
    public static Optional<Verdict> of(
            AlarmRule rule, Window window, StateValue before, Instant now) {
        var evaluation = new Evaluation(rule, window);
        var after = evaluation.decide(before);
        if (after == before) {
            return Optional.empty();
        }
        var reason = new Reason(rule, window, evaluation.counted, after);
        return Optional.of(new Verdict(after, reason.text(), reason.data(now)));
    }

    /// The reason of one series among several: only the newest datapoint is told.
    public static String contributorReason(AlarmRule rule, Window window, StateValue after) {
        var evaluation = new Evaluation(rule, window);
        return new Reason(rule, window, evaluation.counted, after).contributorText();
    }

    private StateValue decide(StateValue before) {
        var n = rule.evaluationPeriods();
        var m = rule.breachesToAlarm();
        var good = counted.length - bad;
        if (hasLowSamples()) {
            return before;
        }
        if (bad >= m) {
            return StateValue.ALARM;
        }
        if (counted.length == n || good >= rule.goodToBeOk()) {
            return StateValue.OK;
        }
        return switch (rule.missingData()) {
            case IGNORE -> good > 0 ? StateValue.OK : before;
            case BREACHING -> bad + n - counted.length >= m ? StateValue.ALARM : StateValue.OK;
            case NOT_BREACHING -> StateValue.OK;
            case MISSING -> decideMissing(before, good);
        };
    }

    /// Nothing known is INSUFFICIENT_DATA. A breach that nothing good followed becomes an alarm once
    /// the oldest is M periods old: the missing ones could only have been breaches or nothing.
    private StateValue decideMissing(StateValue before, int good) {
        if (counted.length == 0) {
            return StateValue.INSUFFICIENT_DATA;
        }
        if (good > 0) {
            return StateValue.OK;
        }
        var oldestAge = counted[counted.length - 1] + 1;
        return oldestAge >= rule.breachesToAlarm() ? StateValue.ALARM : before;
    }

    private boolean hasLowSamples() {
        var samples = window.sampleCounts();
        if (rule.lowSampleFloor() > 0 && samples != null) {
            for (var index : counted) {
                if (samples[index] < rule.lowSampleFloor()) {
                    return true;
                }
            }
        }
        return false;
    }
}
