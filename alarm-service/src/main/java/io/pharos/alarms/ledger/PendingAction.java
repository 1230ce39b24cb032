package io.pharos.alarms.ledger;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.Contributor;
import io.pharos.alarms.announce.HistoryItem;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.AlarmType;

import java.time.Instant;
import java.util.UUID;

/// An action still to be done.
///
/// @param id the message's, the same at every attempt
/// @param contributor the series that changed, for an alarm on several
/// @param message for a topic, the one for MessageStructure `json`; for another target, its JSON
/// @param changedAt when the state changed that it tells of
/// @param muteEnd the end of the window in which a mute rule held it back; null when none did
/// @param attempts this one included
public record PendingAction(
        UUID id,
        AlarmKey alarm,
        AlarmType alarmType,
        @Nullable Contributor contributor,
        String arn,
        String subject,
        String message,
        Instant changedAt,
        @Nullable Instant muteEnd,
        int attempts) {

    /// Whether it tells of something else, a group's activity: no alarm's history has it then.
    public boolean isOfNoAlarm() {
        return alarm.name().isEmpty();
    }

    /// The line of history that tells of it.
    ///
    /// @param error why it was not done; null when it was
    public HistoryItem history(@Nullable String error, Instant now) {
        return HistoryItem.action(
                alarm, alarmType, contributor, arn, changedAt, message, muteEnd, error, now);
    }
}
