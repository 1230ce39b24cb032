package io.pharos.logs.group;

/// A log group with what is counted about it.
///
/// @param storedBytes messages plus 26 bytes each, of what has been stored and not yet removed
public record DescribedLogGroup(LogGroup group, long storedBytes, int metricFilterCount) {}
