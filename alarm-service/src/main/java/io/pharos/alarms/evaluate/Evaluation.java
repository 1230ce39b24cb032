package io.pharos.alarms.evaluate;

import io.pharos.alarms.alarm.AlarmRule;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Instant;
import java.util.Optional;

/// Decides an alarm's state from its window. Pure, so live evaluation, replay and tests share it.
///
/// Only the newest N datapoints that exist in the window count; a full set of N never consults
/// TreatMissingData. AWS: "Configuring how CloudWatch alarms treat missing data".
public final class Evaluation {
    private final AlarmRule rule;
    private final Window window;

    /// How many datapoints count, and how many of those breach.
    private final int size;

    private final int bad;

    /// Index into the window of the oldest that counts.
    private final int oldest;

    private final boolean hasLowSamples;

    private Evaluation(AlarmRule rule, Window window) {
        this.rule = rule;
        this.window = window;
        var samples = rule.lowSampleFloor() > 0 ? window.sampleCounts() : null;
        var found = 0;
        var breaching = 0;
        var last = -1;
        var isLow = false;
        for (var i = 0; i < window.size() && found < rule.evaluationPeriods(); i++) {
            if (!window.isMissing(i)) {
                found++;
                last = i;
                breaching += window.breaches(rule, i) ? 1 : 0;
                isLow |= samples != null && samples[i] < rule.lowSampleFloor();
            }
        }
        this.size = found;
        this.bad = breaching;
        this.oldest = last;
        this.hasLowSamples = isLow;
    }

    /// Indexes into the window of the datapoints that count, newest first.
    private int[] counted() {
        var found = new int[size];
        var at = 0;
        for (var i = 0; i <= oldest; i++) {
            if (!window.isMissing(i)) {
                found[at++] = i;
            }
        }
        return found;
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
        var reason = new Reason(rule, window, evaluation.counted(), after);
        return Optional.of(new Verdict(after, reason.text(), reason.data(now)));
    }

    /// The reason of one series among several: only the newest datapoint is told.
    public static String contributorReason(AlarmRule rule, Window window, StateValue after) {
        var evaluation = new Evaluation(rule, window);
        return new Reason(rule, window, evaluation.counted(), after).contributorText();
    }

    private StateValue decide(StateValue before) {
        var n = rule.evaluationPeriods();
        var m = rule.breachesToAlarm();
        var good = size - bad;
        if (hasLowSamples) {
            return before;
        }
        if (bad >= m) {
            return StateValue.ALARM;
        }
        if (size == n || good >= rule.goodToBeOk()) {
            return StateValue.OK;
        }
        return switch (rule.missingData()) {
            case IGNORE -> good > 0 ? StateValue.OK : before;
            case BREACHING -> bad + n - size >= m ? StateValue.ALARM : StateValue.OK;
            case NOT_BREACHING -> StateValue.OK;
            case MISSING -> decideMissing(before, good);
        };
    }

    /// Nothing known is INSUFFICIENT_DATA. A breach that nothing good followed becomes an alarm once
    /// the oldest is M periods old: the missing ones could only have been breaches or nothing.
    private StateValue decideMissing(StateValue before, int good) {
        if (size == 0) {
            return StateValue.INSUFFICIENT_DATA;
        }
        if (good > 0) {
            return StateValue.OK;
        }
        return oldest + 1 >= rule.breachesToAlarm() ? StateValue.ALARM : before;
    }
}
