package io.pharos.events.config;

import io.agroal.api.AgroalDataSource;
import io.pharos.kit.Database;
import io.quarkus.agroal.DataSource;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

final class EventsBeans {
    @Produces
    @Singleton
    @Events
    Database database(@DataSource("events") AgroalDataSource dataSource) {
        return new Database(dataSource);
    }
}
