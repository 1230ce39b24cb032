package io.pharos.logs.cluster;

import io.pharos.logs.cluster.TextPattern.Severity;

import java.util.Optional;

/// What is usual for a pattern: how often it occurred in each of the periods so far, which weigh less
/// the longer they are ago. Immutable.
///
/// @param periods how many
/// @param mean of occurrences in a period
/// @param variance of them
public record Usual(long periods, double mean, double variance) {
    public static final Usual NOTHING = new Usual(0, 0, 0);

    /// Periods to know before something can be unusual.
    public static final int LEAST_PERIODS = 5;

    /// A score from which even a pattern without a bad word is of interest.
    static final double FAR = 0.9;

    private static final double WEIGHT = 1.0 / 48; // of the newest period, once there are many
    private static final double UNUSUAL = 4; // standard deviations
    private static final long FEWEST = 5; // occurrences

    /// With one more period. What is unusual counts as the most that is not: once is no habit.
    public Usual plus(long count) {
        var n = periods + 1;
        var weight = Math.max(WEIGHT, 1.0 / n);
        var taken = periods < LEAST_PERIODS ? count : Math.min(count, mean + UNUSUAL * spread());
        var distance = taken - mean;
        return new Usual(
                n,
                mean + weight * distance,
                (1 - weight) * (variance + weight * distance * distance));
    }

    private double spread() {
        return Math.max(1, Math.max(Math.sqrt(variance), Math.sqrt(mean)));
    }

    /// What is unusual about a period with so many occurrences.
    public Optional<Finding> judge(long count, Severity severity) {
        if (periods < LEAST_PERIODS) {
            return Optional.empty();
        }
        var distance = (count - mean) / spread();
        if (count >= FEWEST && distance >= UNUSUAL) {
            return Optional.of(
                    Finding.of(Finding.Kind.MORE, severity, score(distance), count, mean));
        }
        if (count == 0 && mean >= FEWEST && -distance >= UNUSUAL / 2) {
            return Optional.of(
                    Finding.of(Finding.Kind.GONE, severity, score(-distance), count, mean));
        }
        return Optional.empty();
    }

    /// A pattern that occurs the first time.
    public static Finding first(long count, Severity severity) {
        return Finding.of(Finding.Kind.NEW, severity, score(Math.sqrt(count) + 1), count, 0);
    }

    private static double score(double distance) {
        return Math.round(1000 * (1 - 1 / (1 + distance / UNUSUAL))) / 1000.0;
    }
}
