package io.pharos.metrics.config;

import io.agroal.api.AgroalDataSource;
import io.pharos.kit.Database;
import io.quarkus.agroal.DataSource;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

final class MetricsBeans {
    @Produces
    @Singleton
    @Metrics
    Database database(@DataSource("metrics") AgroalDataSource dataSource) {
        return new Database(dataSource);
    }

    @Produces
    @Singleton
    MetricsSettings settings(Config config) {
        return MetricsSettings.from(config);
    }
}
