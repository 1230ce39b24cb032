package io.pharos.metrics.anomaly;

import io.pharos.metrics.anomaly.TrainingRules.Range;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/// The configuration of a detector as it was put.
///
/// @param timezone null: UTC
/// @param periodicSpikes null: false
public record Configuration(
        List<Excluded> excluded, @Nullable String timezone, @Nullable Boolean periodicSpikes) {
    public static final Configuration DEFAULT = new Configuration(List.of(), null, null);

    /// The end is not part of it.
    public record Excluded(Instant start, Instant end) {}

    public Configuration {
        excluded = List.copyOf(excluded);
    }

    public TrainingRules rules() {
        return new TrainingRules(
                excluded.stream().map(Configuration::range).toList(),
                timezone == null ? ZoneOffset.UTC : ZoneId.of(timezone),
                Boolean.TRUE.equals(periodicSpikes));
    }

    /// A second that begins in the range is in it.
    private static Range range(Excluded excluded) {
        return new Range(ceiling(excluded.start()), ceiling(excluded.end()));
    }

    private static long ceiling(Instant time) {
        return time.plus(Duration.ofNanos(999_999_999)).getEpochSecond();
    }
}
