package io.pharos.alarms.alarm;

import java.util.Arrays;

/// How a datapoint is held against the threshold or the band: exact comparison of doubles.
public enum Comparison {
    GREATER_OR_EQUAL("GreaterThanOrEqualToThreshold", "greater than or equal to"),
    GREATER("GreaterThanThreshold", "greater than"),
    LESS("LessThanThreshold", "less than"),
    LESS_OR_EQUAL("LessThanOrEqualToThreshold", "less than or equal to"),
    OUTSIDE(
            "LessThanLowerOrGreaterThanUpperThreshold",
            "less than the lower or greater than the upper"),
    BELOW("LessThanLowerThreshold", "less than the lower"),
    ABOVE("GreaterThanUpperThreshold", "greater than the upper");

    private final String wireName;
    private final String words;

    Comparison(String wireName, String words) {
        this.wireName = wireName;
        this.words = words;
    }

    /// @throws IllegalArgumentException for a name that is none
    public static Comparison of(String wireName) {
        return Arrays.stream(values())
                .filter(comparison -> comparison.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(wireName));
    }

    /// Whether it compares against a band.
    public boolean isOfBand() {
        return compareTo(OUTSIDE) >= 0;
    }

    public boolean breaches(double value, double threshold) {
        return breaches(value, threshold, threshold);
    }

    /// @param lower the threshold, or the lower end of the band
    /// @param upper the threshold again, or the upper end of the band
    public boolean breaches(double value, double lower, double upper) {
        return switch (this) {
            case GREATER_OR_EQUAL -> value >= lower;
            case GREATER -> value > lower;
            case LESS -> value < lower;
            case LESS_OR_EQUAL -> value <= lower;
            case OUTSIDE -> value < lower || value > upper;
            case BELOW -> value < lower;
            case ABOVE -> value > upper;
        };
    }

    /// As reasons say it: `greater than or equal to`.
    public String words() {
        return words;
    }
}
