package io.pharos.metrics.config;

import org.eclipse.microprofile.config.Config;

import java.time.Duration;

/// How metrics-service is paced; the keys are told in its README.
///
/// @param cachedSeries series known without SQL
/// @param flush how long a flush gathers samples; bounds how late a datapoint is readable
/// @param compactEvery pause between turns of the compactor
public record MetricsSettings(int cachedSeries, Duration flush, Duration compactEvery) {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    public MetricsSettings {
        if (cachedSeries < 1) {
            throw new IllegalArgumentException("pharos.metrics.series-cache must be at least 1");
        }
        check("pharos.metrics.flush-ms", flush);
        check("pharos.metrics.compact-every-ms", compactEvery);
    }

    private static void check(String key, Duration value) {
        if (!value.isPositive() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(key + " must be 1 to " + LONGEST.toMillis());
        }
    }

    static MetricsSettings from(Config config) {
        return new MetricsSettings(
                config.getValue("pharos.metrics.series-cache", Integer.class),
                Duration.ofMillis(config.getValue("pharos.metrics.flush-ms", Long.class)),
                Duration.ofMillis(config.getValue("pharos.metrics.compact-every-ms", Long.class)));
    }
}
