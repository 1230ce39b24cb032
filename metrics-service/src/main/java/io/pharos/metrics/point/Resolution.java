package io.pharos.metrics.point;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// How finely points are kept, and for how long: AWS's four tiers. Samples of high resolution are kept
/// by second and, so that the finer tier can go after three hours, by minute as well. Minutes become
/// five minutes and those hours when their time is over: a point of a minute or more is in one tier.
public enum Resolution {
    SECOND(1, Duration.ofMinutes(30), Duration.ofHours(3)),
    MINUTE(60, Duration.ofHours(12), Duration.ofDays(15)),
    FIVE_MINUTES(300, Duration.ofDays(5), Duration.ofDays(63)),
    HOUR(3_600, Duration.ofDays(30), Duration.ofDays(455));

    private final int seconds;
    private final int bucketSeconds;
    private final Duration kept;

    Resolution(int seconds, Duration bucket, Duration kept) {
        this.seconds = seconds;
        this.bucketSeconds = Math.toIntExact(bucket.toSeconds());
        this.kept = kept;
    }

    public int seconds() {
        return seconds;
    }

    /// The span of time whose points share runs. A bucket lies in one of the next coarser resolution.
    public int bucketSeconds() {
        return bucketSeconds;
    }

    /// How long a point is read in this resolution, at least.
    public Duration kept() {
        return kept;
    }

    /// What points become when they were kept long enough; null: nothing. Seconds have their minutes
    /// from the start.
    public @Nullable Resolution coarser() {
        return switch (this) {
            case MINUTE -> FIVE_MINUTES;
            case FIVE_MINUTES -> HOUR;
            case SECOND, HOUR -> null;
        };
    }

    public long bucketOf(long startS) {
        return Math.floorDiv(startS, bucketSeconds) * bucketSeconds;
    }

    public long periodOf(long timestampMs) {
        return Math.floorDiv(timestampMs, seconds * 1_000L) * seconds;
    }

    /// Which period of its bucket starts then.
    int periodIn(long bucketS, long startS) {
        return (int) ((startS - bucketS) / seconds);
    }

    /// @throws IllegalArgumentException unless there is such a tier
    public static Resolution ofSeconds(int seconds) {
        for (var resolution : values()) {
            if (resolution.seconds == seconds) {
                return resolution;
            }
        }
        throw new IllegalArgumentException("no such resolution: " + seconds);
    }
}
