package io.pharos.events.config;

import io.agroal.api.AgroalDataSource;
import io.pharos.kit.Database;
import io.pharos.kit.SecretSeal;
import io.quarkus.agroal.DataSource;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

final class EventsBeans {
    @Produces
    @Singleton
    @Events
    Database database(@DataSource("events") AgroalDataSource dataSource) {
        return new Database(dataSource);
    }

    /// Of the connections' secrets.
    @Produces
    @Singleton
    @Events
    SecretSeal seal(Config config) {
        return new SecretSeal(
                config.getValue("pharos.internal.secret", String.class), "connections");
    }
}
