package io.pharos.alarms.scaling;

/// What a metric said when a policy was triggered.
///
/// @param value the metric's
/// @param threshold the alarm's
/// @param upwards whether the alarm watches for too much, not for too little
public record Reading(double value, double threshold, boolean upwards) {}
