package io.pharos.alarms.config;

import io.agroal.api.AgroalDataSource;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.pharos.alarms.ledger.pg.PolicyAlarms;
import io.pharos.alarms.scaling.GroupMetrics;
import io.pharos.alarms.scaling.driver.Bookkeeping;
import io.pharos.alarms.scaling.driver.CapacityDriver;
import io.pharos.alarms.scaling.driver.KubernetesDriver;
import io.pharos.alarms.scaling.driver.WebhookDriver;
import io.pharos.alarms.scaling.pg.ActivityLedger;
import io.pharos.alarms.scaling.pg.GroupLedger;
import io.pharos.alarms.scaling.pg.InstanceLedger;
import io.pharos.alarms.scaling.pg.LaunchConfigurationLedger;
import io.pharos.alarms.scaling.pg.LifecycleLedger;
import io.pharos.alarms.scaling.pg.NotificationLedger;
import io.pharos.alarms.scaling.pg.PolicyLedger;
import io.pharos.alarms.scaling.pg.Reconciler;
import io.pharos.alarms.scaling.pg.ScheduleLedger;
import io.pharos.alarms.scaling.schedule.ScalingKeeper;
import io.pharos.kit.Database;
import io.pharos.kit.metric.OwnMetric;
import io.pharos.kit.metric.OwnMetrics;
import io.quarkus.agroal.DataSource;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import java.security.SecureRandom;
import java.time.InstantSource;

/// The beans of Auto Scaling that are plain Java.
@Singleton
final class ScalingBeans {
    private static final int CONNECT_LIMIT_MS = 2_000;
    private static final int ANSWER_LIMIT_MS = 10_000;

    @Produces
    @Singleton
    ScalingSettings settings(Config config) {
        return ScalingSettings.from(config);
    }

    @Produces
    @Singleton
    PolicyAlarms policyAlarms(AlarmSettings settings) {
        return new PolicyAlarms(settings.maxAlarms());
    }

    @Produces
    @Singleton
    GroupLedger groups(
            @DataSource("alarms") AgroalDataSource source,
            PolicyAlarms alarms,
            ScalingSettings settings) {
        return new GroupLedger(new Database(source), alarms, settings.maxGroups());
    }

    @Produces
    @Singleton
    PolicyLedger policies(@DataSource("alarms") AgroalDataSource source, PolicyAlarms alarms) {
        return new PolicyLedger(new Database(source), alarms);
    }

    @Produces
    @Singleton
    ScheduleLedger schedules(@DataSource("alarms") AgroalDataSource source) {
        return new ScheduleLedger(new Database(source));
    }

    @Produces
    @Singleton
    LaunchConfigurationLedger launchConfigurations(
            @DataSource("alarms") AgroalDataSource source, ScalingSettings settings) {
        return new LaunchConfigurationLedger(
                new Database(source), settings.maxLaunchConfigurations());
    }

    @Produces
    @Singleton
    ActivityLedger activities(@DataSource("alarms") AgroalDataSource source) {
        return new ActivityLedger(new Database(source));
    }

    @Produces
    @Singleton
    NotificationLedger notifications(@DataSource("alarms") AgroalDataSource source) {
        return new NotificationLedger(new Database(source));
    }

    @Produces
    @Singleton
    InstanceLedger instances(@DataSource("alarms") AgroalDataSource source) {
        return new InstanceLedger(new Database(source));
    }

    @Produces
    @Singleton
    LifecycleLedger hooks(@DataSource("alarms") AgroalDataSource source) {
        return new LifecycleLedger(new Database(source));
    }

    @Produces
    @Singleton
    CapacityDriver driver(ScalingSettings settings) {
        return switch (settings.driver()) {
            case "none" -> new Bookkeeping(settings.pace());
            case "webhook" ->
                    new WebhookDriver(
                            settings.webhook()
                                    .orElseThrow(() ->
                                            new IllegalArgumentException(
                                                    "pharos.scaling.webhook is not set")),
                            settings.deadline());
            case "kubernetes" ->
                    new KubernetesDriver(cluster(settings.kubernetes()), settings.deadline());
            default ->
                    throw new IllegalArgumentException(
                            "pharos.scaling.driver is none of none, webhook, kubernetes: "
                                    + settings.driver());
        };
    }

    void stop(@Disposes CapacityDriver driver) throws Exception {
        if (driver instanceof AutoCloseable connected) {
            connected.close();
        }
    }

    /// The keeper asks again; the client does not.
    private static KubernetesClient cluster(ScalingSettings.Kubernetes settings) {
        var given =
                settings.url().isPresent()
                        ? new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                                .withMasterUrl(settings.url().get())
                        : new ConfigBuilder();
        settings.token().ifPresent(given::withOauthToken);
        settings.certificates().ifPresent(given::withCaCertFile);
        return new KubernetesClientBuilder()
                .withConfig(
                        given.withConnectionTimeout(CONNECT_LIMIT_MS)
                                .withRequestTimeout(ANSWER_LIMIT_MS)
                                .withRequestRetryBackoffLimit(0)
                                .build())
                .build();
    }

    @Produces
    @Singleton
    ScalingKeeper keeper(
            @DataSource("alarms") AgroalDataSource source,
            GroupLedger groups,
            ScheduleLedger schedules,
            CapacityDriver driver,
            OwnMetrics metrics,
            InstantSource clock) {
        var reconciler = new Reconciler(new Database(source), groups, driver, new SecureRandom());
        return new ScalingKeeper(
                reconciler,
                groups,
                schedules,
                (group, metric, value) ->
                        metrics.add(
                                OwnMetric.of(
                                        group.tenant(),
                                        GroupMetrics.NAMESPACE,
                                        metric,
                                        "None",
                                        "AutoScalingGroupName",
                                        group.name()),
                                value),
                clock,
                new BoundedExecutor("alarms-group-", ScalingKeeper.MAX_CONCURRENT));
    }
}
