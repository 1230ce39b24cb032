package io.pharos.logs.config;

import io.agroal.api.AgroalDataSource;
import io.pharos.kit.Database;
import io.quarkus.agroal.DataSource;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

final class LogsBeans {
    @Produces
    @Singleton
    @Logs
    Database database(@DataSource("logs") AgroalDataSource dataSource) {
        return new Database(dataSource);
    }

    @Produces
    @Singleton
    LogsConfig config(Config config) {
        return LogsConfig.from(config);
    }
}
