package io.pharos.metrics.point;

/// How finely points are kept. Samples of high resolution are kept by second and, so that the finer
/// tier can go after three hours, by minute as well.
public enum Resolution {
    SECOND(1, 1_800),
    MINUTE(60, 10_800);

    private final int seconds;
    private final int bucketSeconds;

    Resolution(int seconds, int bucketSeconds) {
        this.seconds = seconds;
        this.bucketSeconds = bucketSeconds;
    }

    public int seconds() {
        return seconds;
    }

    /// The span of time whose points share runs.
    public int bucketSeconds() {
        return bucketSeconds;
    }

    public long bucketOf(long startS) {
        return Math.floorDiv(startS, bucketSeconds) * bucketSeconds;
    }

    public long periodOf(long timestampMs) {
        return Math.floorDiv(timestampMs, seconds * 1_000L) * seconds;
    }

    /// @throws IllegalArgumentException unless 1 or 60
    public static Resolution ofSeconds(int seconds) {
        return switch (seconds) {
            case 1 -> SECOND;
            case 60 -> MINUTE;
            default -> throw new IllegalArgumentException("no such resolution: " + seconds);
        };
    }
}
