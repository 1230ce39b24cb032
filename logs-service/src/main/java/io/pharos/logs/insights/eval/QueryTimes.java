package io.pharos.logs.insights.eval;

/// The times that a query knows, in milliseconds since 1970.
///
/// @param startMs inclusive
/// @param endMs inclusive
/// @param nowMs when it was started
public record QueryTimes(long startMs, long endMs, long nowMs) {}
