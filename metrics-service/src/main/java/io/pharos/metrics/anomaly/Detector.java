package io.pharos.metrics.anomaly;

import io.pharos.metrics.query.BandSubject;
import io.pharos.wire.Tenant;

/// An anomaly detector: what it is about and how it is to learn.
///
/// @param queries the `MetricDataQueries` it was made from, as JSON; empty for a single metric
/// @param periodS of its first model; others follow as bands of other periods are asked for
public record Detector(
        Tenant tenant,
        BandSubject subject,
        String queries,
        Configuration configuration,
        int periodS) {
    /// AWS: detectors of an account in a region.
    public static final int MAX_DETECTORS = 500;

    /// Periods that one detector learns.
    public static final int MAX_PERIODS = 6;

    /// Where no metric says another.
    public static final int DEFAULT_PERIOD = 300;

    public boolean isMath() {
        return !subject.isMetric();
    }
}
