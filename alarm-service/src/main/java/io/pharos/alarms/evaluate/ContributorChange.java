package io.pharos.alarms.evaluate;

import io.pharos.alarms.alarm.Contributor;

/// A series of an alarm on several goes to another state.
public record ContributorChange(Contributor contributor, Verdict verdict) {}
