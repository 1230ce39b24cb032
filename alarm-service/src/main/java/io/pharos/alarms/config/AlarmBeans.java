package io.pharos.alarms.config;

import io.agroal.api.AgroalDataSource;
import io.pharos.alarms.alarm.ActionReach;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.CompositeLedger;
import io.pharos.alarms.ledger.pg.MuteLedger;
import io.pharos.alarms.query.MetricAnswers;
import io.pharos.kit.Database;
import io.pharos.kit.OwnerClients;
import io.quarkus.agroal.DataSource;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

/// The beans of alarm-service that are plain Java.
@Singleton
final class AlarmBeans {
    /// How this service is named to the owner of topics: as AWS names it.
    static final String SERVICE = "cloudwatch.amazonaws.com";

    @Produces
    @Singleton
    AlarmSettings settings(Config config) {
        return AlarmSettings.from(config);
    }

    @Produces
    @Singleton
    ActionReach reach(AlarmSettings settings) {
        return settings.reach();
    }

    @Produces
    @Singleton
    AlarmLedger ledger(@DataSource("alarms") AgroalDataSource source, AlarmSettings settings) {
        return new AlarmLedger(new Database(source), settings.maxAlarms());
    }

    @Produces
    @Singleton
    CompositeLedger composites(
            @DataSource("alarms") AgroalDataSource source, AlarmSettings settings) {
        return new CompositeLedger(new Database(source), settings.maxAlarms());
    }

    @Produces
    @Singleton
    MuteLedger mutes(@DataSource("alarms") AgroalDataSource source) {
        return new MuteLedger(new Database(source));
    }

    @Produces
    @Singleton
    MetricAnswers metrics(OwnerClients owners) {
        return new MetricAnswers(
                tenant -> owners.client(CloudWatchClient.class, tenant, "alarms.amazonaws.com"));
    }
}
