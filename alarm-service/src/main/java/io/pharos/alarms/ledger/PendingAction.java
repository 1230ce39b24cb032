package io.pharos.alarms.ledger;

import io.pharos.alarms.alarm.AlarmKey;

import java.time.Instant;
import java.util.UUID;

/// An action still to be done.
///
/// @param id the message's, the same at every attempt
/// @param message for MessageStructure `json`
/// @param changedAt when the state changed that it tells of
/// @param attempts this one included
public record PendingAction(
        UUID id,
        AlarmKey alarm,
        String arn,
        String subject,
        String message,
        Instant changedAt,
        int attempts) {}
