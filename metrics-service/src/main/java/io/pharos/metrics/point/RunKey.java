package io.pharos.metrics.point;

/// Which run.
///
/// @param level 0 for what a flush wrote, higher the more often it was merged
/// @param run the last offset of the partition that is inside; newer runs have higher numbers
public record RunKey(int partition, Resolution resolution, long bucketS, int level, long run) {}
