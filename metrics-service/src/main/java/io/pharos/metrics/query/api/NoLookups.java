package io.pharos.metrics.query.api;

import io.pharos.metrics.query.Bands;
import io.pharos.metrics.query.Lookups;
import io.pharos.metrics.query.Searches;
import io.pharos.metrics.query.ServiceQuotas;

/// Where expressions find nothing.
public final class NoLookups {
    /// Nothing at all.
    public static final Lookups ALL = with(new NoSearches(), new NoBands());

    private NoLookups() {}

    /// Nothing but these.
    public static Lookups with(Searches searches, Bands bands) {
        return new Lookups(
                searches, bands, new NoFunctions(), ServiceQuotas.NONE, new NoInsightRules());
    }
}
