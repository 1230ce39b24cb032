package io.pharos.alarms.scaling;

import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;

import java.util.List;

/// A policy as it is kept.
///
/// @param policy without its alarms
/// @param alarms names of those that target tracking made
/// @param wanted the capacity it last asked for, at `wantedMs`
public record KeptPolicy(ScalingPolicy policy, List<String> alarms, int wanted, long wantedMs) {}
