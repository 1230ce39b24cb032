package io.pharos.metrics.anomaly.pg;

import io.pharos.metrics.anomaly.Configuration;
import io.pharos.metrics.anomaly.Detector;
import io.pharos.metrics.anomaly.SeasonalModel;
import io.pharos.metrics.query.BandSubject;
import io.pharos.metrics.query.Bands;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.time.Instant;
import java.util.Arrays;

/// Bands from what detectors learnt. A period that a detector did not learn yet is learnt once it is asked
/// for. AWS: an alarm on a band makes the detector when there is none, and again when it was deleted; so
/// alarm-service has it made by asking for the band.
@Singleton
public final class PgBands implements Bands {
    /// How alarm-service names itself when it calls.
    static final String ALARMS = "alarms.amazonaws.com";

    private final PgDetectors detectors;

    @Inject
    public PgBands(PgDetectors detectors) {
        this.detectors = detectors;
    }

    @Override
    public Band band(
            Tenant tenant, BandSubject subject, PeriodGrid grid, double width, Instant now) {
        var known = detectors.learnt(tenant, subject, grid.periodS());
        if (known.isEmpty()) {
            if (isForAlarm()) {
                detectors.put(
                        new Detector(tenant, subject, "", Configuration.DEFAULT, grid.periodS()),
                        now.toEpochMilli());
            }
            return Band.NONE;
        }
        var learnt = known.get();
        if (!learnt.isWanted()) {
            detectors.want(learnt.detector(), grid.periodS(), now.toEpochMilli());
            return Band.NONE;
        }
        detectors.used(learnt, grid.periodS(), now.toEpochMilli());
        var bytes = learnt.model();
        return bytes == null
                ? Band.NONE
                : SeasonalModel.read(bytes)
                        .map(model -> band(model, grid, width))
                        .orElse(Band.NONE);
    }

    private static boolean isForAlarm() {
        return Caller.SCOPE.isBound() && Caller.current().sourceIp().equals(ALARMS);
    }

    private static Band band(SeasonalModel model, PeriodGrid grid, double width) {
        var times = new long[Math.toIntExact(grid.count())];
        for (var i = 0; i < times.length; i++) {
            times[i] = grid.startOf(i);
        }
        var edges = model.band(times, width);
        var count = 0;
        for (var i = 0; i < times.length; i++) {
            if (Double.isFinite(edges[0][i]) && Double.isFinite(edges[1][i])) {
                times[count] = times[i];
                edges[0][count] = edges[0][i];
                edges[1][count++] = edges[1][i];
            }
        }
        return new Band(
                Arrays.copyOf(times, count),
                Arrays.copyOf(edges[0], count),
                Arrays.copyOf(edges[1], count));
    }
}
