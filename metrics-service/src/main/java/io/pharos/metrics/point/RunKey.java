package io.pharos.metrics.point;

/// Which run.
///
/// @param level 0 for what a flush wrote, higher the more often it was merged; see [#SEALED]
/// @param run newer runs of a partition, resolution and bucket have higher numbers. Of seconds and
///     minutes it is the last offset of the partition that is inside
public record RunKey(int partition, Resolution resolution, long bucketS, int level, long run) {
    /// From this level on, runs are what remains of a bucket that is over.
    public static final int SEALED = 100;

    public boolean isSealed() {
        return level >= SEALED;
    }
}
