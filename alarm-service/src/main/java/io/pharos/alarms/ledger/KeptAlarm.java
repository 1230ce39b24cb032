package io.pharos.alarms.ledger;

import io.pharos.alarms.alarm.AlarmKey;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

/// An alarm as it is kept.
///
/// @param version grows with every write to the alarm
public record KeptAlarm(AlarmKey key, long version, MetricAlarm alarm) {}
