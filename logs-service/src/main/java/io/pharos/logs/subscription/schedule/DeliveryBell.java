package io.pharos.logs.subscription.schedule;

import io.agroal.api.AgroalDataSource;
import io.pharos.kit.Doorbell;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.util.Map;

/// Tells [DeliveryWorkers] at once what was committed to be delivered, by whichever process.
@Singleton
final class DeliveryBell {
    private final Doorbell bell;

    DeliveryBell(@DataSource("logs") AgroalDataSource source, DeliveryWorkers workers) {
        this.bell = new Doorbell(source, "pharos_logs", Map.of("delivery", workers::ring));
    }

    void start(@Observes StartupEvent started) {
        bell.start();
    }

    void stop(@Observes ShutdownEvent stopped) throws InterruptedException {
        bell.close();
    }
}
