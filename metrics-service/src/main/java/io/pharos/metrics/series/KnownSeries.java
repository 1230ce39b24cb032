package io.pharos.metrics.series;

/// A series with its number.
///
/// @param lastSeenMs when the index last heard of it; coarse
public record KnownSeries(long id, Series series, long lastSeenMs) {}
