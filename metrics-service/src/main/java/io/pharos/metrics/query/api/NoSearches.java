package io.pharos.metrics.query.api;

import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.Searches;
import io.pharos.wire.Tenant;
import io.quarkus.arc.DefaultBean;

import jakarta.inject.Singleton;

import java.time.Instant;

/// Refuses, where no other bean searches.
@Singleton
@DefaultBean
public final class NoSearches implements Searches {
    @Override
    public Found search(Tenant tenant, String query, Instant now) {
        throw new ExpressionError("SEARCH is not supported here");
    }

    @Override
    public boolean isGrouped(String sql) {
        throw new ExpressionError("Metrics Insights queries are not supported here");
    }

    @Override
    public Selected select(Tenant tenant, String sql, PeriodGrid grid, Instant now) {
        throw new ExpressionError("Metrics Insights queries are not supported here");
    }
}
