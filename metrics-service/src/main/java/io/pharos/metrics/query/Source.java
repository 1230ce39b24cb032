package io.pharos.metrics.query;

import io.pharos.metrics.query.Labels.Unlabelled;

import org.jspecify.annotations.Nullable;

/// What a time series of an answer tells of.
///
/// @param metric null when it is no metric but the result of an expression or a group of a query
/// @param label its own, dynamic parts included; null for an automatic one
/// @param name what it is called without a label when it is no metric
public record Source(@Nullable Unlabelled metric, @Nullable String label, String name) {}
