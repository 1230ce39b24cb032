package io.pharos.alarms.mute;

import java.time.Instant;

/// A time in which a rule mutes.
///
/// @param ruleArn the rule's
/// @param start when it began
/// @param end when it ends, not muted any more
public record MuteWindow(String ruleArn, Instant start, Instant end) {}
