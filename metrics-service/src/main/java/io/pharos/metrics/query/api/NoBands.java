package io.pharos.metrics.query.api;

import io.pharos.metrics.query.BandSubject;
import io.pharos.metrics.query.Bands;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.wire.Tenant;
import io.quarkus.arc.DefaultBean;

import jakarta.inject.Singleton;

import java.time.Instant;

/// Knows nothing, where no other bean learns.
@Singleton
@DefaultBean
public final class NoBands implements Bands {
    @Override
    public Band band(
            Tenant tenant, BandSubject subject, PeriodGrid grid, double width, Instant now) {
        return Band.NONE;
    }
}
