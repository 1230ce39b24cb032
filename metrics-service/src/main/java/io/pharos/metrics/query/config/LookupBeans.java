package io.pharos.metrics.query.config;

import io.pharos.metrics.query.Bands;
import io.pharos.metrics.query.Functions;
import io.pharos.metrics.query.InsightRules;
import io.pharos.metrics.query.Lookups;
import io.pharos.metrics.query.Searches;
import io.pharos.metrics.query.ServiceQuotas;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

final class LookupBeans {
    @Produces
    @Singleton
    Lookups lookups(
            Searches searches,
            Bands bands,
            Functions functions,
            InsightRules rules,
            Config config) {
        var quotas = config.getOptionalValue(ServiceQuotas.KEY, String.class);
        return new Lookups(
                searches,
                bands,
                functions,
                quotas.map(ServiceQuotas::parse).orElse(ServiceQuotas.NONE),
                rules);
    }
}
