package io.pharos.alarms.evaluate;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// The state an alarm goes to, and why in AWS's words.
///
/// @param reasonData JSON object text
public record Verdict(StateValue state, String reason, String reasonData) {}
