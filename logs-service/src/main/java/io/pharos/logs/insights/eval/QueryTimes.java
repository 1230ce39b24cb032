package io.pharos.logs.insights.eval;

/// When and where a query looks; times are in milliseconds since 1970.
///
/// @param startMs inclusive
/// @param endMs inclusive
/// @param nowMs when it was started
public record QueryTimes(long startMs, long endMs, long nowMs, String region) {}
