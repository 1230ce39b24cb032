package io.pharos.metrics.anomaly;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/// What a detector's configuration says of its training.
///
/// @param excluded times that are not learnt from
/// @param zone where hours and days are counted; an hour of a day stays the same when its clocks change
/// @param periodicSpikes high values that come now and then are no anomalies
public record TrainingRules(List<Range> excluded, ZoneId zone, boolean periodicSpikes) {
    public static final TrainingRules DEFAULT = new TrainingRules(List.of(), ZoneOffset.UTC, false);

    /// Seconds since the epoch; the end is not part of it.
    public record Range(long fromS, long toS) {}

    public TrainingRules {
        excluded = List.copyOf(excluded);
    }

    boolean isExcluded(long timeS) {
        for (var range : excluded) {
            if (timeS >= range.fromS() && timeS < range.toS()) {
                return true;
            }
        }
        return false;
    }
}
