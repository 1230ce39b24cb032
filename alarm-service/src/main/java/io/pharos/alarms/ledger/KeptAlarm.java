package io.pharos.alarms.ledger;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

/// An alarm as it is kept.
///
/// @param version grows with every write to the alarm
public record KeptAlarm(AlarmKey key, long version, Alarm alarm) {
    public boolean isOnMetrics() {
        return alarm instanceof Alarm.OnMetrics;
    }

    /// @throws IllegalStateException for an alarm of another kind
    public MetricAlarm metric() {
        if (alarm instanceof Alarm.OnMetrics(var metric)) {
            return metric;
        }
        throw new IllegalStateException("not on metrics: " + key.arn());
    }
}
