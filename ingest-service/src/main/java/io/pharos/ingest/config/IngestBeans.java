package io.pharos.ingest.config;

import io.agroal.api.AgroalDataSource;
import io.pharos.ingest.access.AccessConfig;
import io.pharos.ingest.access.pg.PgAccessKeys;
import io.pharos.ingest.access.pg.PgApiKeys;
import io.pharos.ingest.access.pg.PgUsers;
import io.pharos.kit.Database;
import io.pharos.kit.SecretSeal;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import java.time.InstantSource;

/// Makes the beans, and the first access key once the tables are there.
@Singleton
final class IngestBeans {
    @Produces
    @Singleton
    AccessConfig accessConfig(Config config) {
        return AccessConfig.from(config);
    }

    @Produces
    @Singleton
    SecretSeal seal(Config config) {
        return new SecretSeal(
                config.getValue("pharos.internal.secret", String.class), "access keys");
    }

    @Produces
    @Singleton
    PgAccessKeys keys(@DataSource("ingest") AgroalDataSource ingest, SecretSeal seal) {
        return new PgAccessKeys(new Database(ingest), seal);
    }

    @Produces
    @Singleton
    PgApiKeys apiKeys(@DataSource("ingest") AgroalDataSource ingest) {
        return new PgApiKeys(new Database(ingest));
    }

    @Produces
    @Singleton
    PgUsers users(@DataSource("ingest") AgroalDataSource ingest, SecretSeal seal) {
        return new PgUsers(new Database(ingest), seal);
    }

    void makeFirstKey(
            @Observes StartupEvent start,
            AccessConfig config,
            PgAccessKeys keys,
            InstantSource clock) {
        config.accessKeyId()
                .ifPresent(id ->
                        keys.ensureRoot(
                                config.account(),
                                id,
                                config.secretAccessKey().orElseThrow(),
                                clock.instant()));
    }
}
