package io.pharos.metrics.series;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which series are wanted; names are exact. AWS: a dimension filter is met by every metric that has
/// that dimension, whatever others it has.
///
/// @param dimensionNames dimensions whose value does not matter
/// @param seenSinceMs only series that had samples since
/// @param afterId only what comes after the series of this number: the next page; 0 for the first
public record SeriesFilter(
        String account,
        String region,
        Optional<String> namespace,
        Optional<String> metricName,
        Set<String> dimensionNames,
        Map<String, String> dimensions,
        long seenSinceMs,
        long afterId) {}
