package io.pharos.metrics.query;

import io.pharos.wire.Tenant;

import java.time.Instant;

/// What `ANOMALY_DETECTION_BAND` looks up: what is expected of a metric, learnt beforehand.
public interface Bands {
    /// AWS: periods of a metric with a band.
    int MIN_PERIOD = 60;

    int MAX_PERIOD = 3_600;

    /// The band over the periods of a grid, those to come included. Nothing is trained here: while
    /// nothing is known, there are no points.
    ///
    /// @param width in standard deviations, positive
    Band band(Tenant tenant, BandSubject subject, PeriodGrid grid, double width, Instant now);

    /// @param timesS starts of periods, ascending, seconds since the epoch
    /// @param lower as many as `timesS`, finite
    /// @param upper as many as `timesS`, finite, nowhere below `lower`
    record Band(long[] timesS, double[] lower, double[] upper) {
        /// Nothing is known.
        public static final Band NONE = new Band(new long[0], new double[0], new double[0]);
    }
}
