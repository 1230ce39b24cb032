package io.pharos.kit.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.wire.Tenant;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Pharos's own health under the namespace `Pharos`, in the installation's account and region: the lag of
/// its streams, records that went to the dead letters, the time of a flush and whatever else its meters
/// `pharos.…` tell, the same as Prometheus can scrape. `pharos.stream.lag` of `consumer=logs` becomes
/// `StreamLag` with the dimension `Consumer`.
@Singleton
final class Health {
    static final String NAMESPACE = "Pharos";

    private static final String PREFIX = "pharos.";

    /// `AWS/Usage` tells these, by account.
    private static final String CALLS = "pharos.calls";

    private final OwnMetrics metrics;
    private final MeterRegistry meters;
    private final Tenant home;
    private final Map<Meter.Id, Reading> readings = new HashMap<>();

    Health(OwnMetrics metrics, MeterRegistry meters, Config config) {
        this.metrics = metrics;
        this.meters = meters;
        this.home =
                new Tenant(
                        config.getOptionalValue("pharos.account", String.class)
                                .orElse("000000000000"),
                        config.getValue("pharos.own-metrics.region", String.class));
    }

    /// What a meter said before.
    private record Reading(double count, double total) {
        static final Reading NONE = new Reading(0, 0);
    }

    void start(@Observes StartupEvent started) {
        metrics.ask(_ -> read());
    }

    /// On the one thread that sends.
    void read() {
        for (var meter : meters.getMeters()) {
            var id = meter.getId();
            if (!id.getName().startsWith(PREFIX) || id.getName().startsWith(CALLS)) {
                continue;
            }
            switch (meter) {
                case Gauge gauge -> {
                    if (Double.isFinite(gauge.value())) {
                        metrics.add(metric(id, unit(id)), gauge.value());
                    }
                }
                case Counter counter -> {
                    var more = counter.count() - readings(id).count();
                    if (more > 0) {
                        metrics.add(metric(id, "Count"), more);
                        readings.put(id, new Reading(counter.count(), 0));
                    }
                }
                case Timer timer -> read(timer);
                default -> {
                    // We have no other kinds.
                }
            }
        }
    }

    /// The longest is that of the last minutes; of the shortest no more is known than the average.
    private void read(Timer timer) {
        var before = readings(timer.getId());
        var total = timer.totalTime(TimeUnit.MILLISECONDS);
        var count = timer.count() - before.count();
        if (count <= 0) {
            return;
        }
        var sum = total - before.total();
        var average = sum / count;
        var longest = Math.max(average, timer.max(TimeUnit.MILLISECONDS));
        metrics.add(metric(timer.getId(), "Milliseconds"), count, sum, average, longest);
        readings.put(timer.getId(), new Reading(timer.count(), total));
    }

    private Reading readings(Meter.Id id) {
        return readings.getOrDefault(id, Reading.NONE);
    }

    private static String unit(Meter.Id id) {
        return "bytes".equals(id.getBaseUnit()) ? "Bytes" : "Count";
    }

    private OwnMetric metric(Meter.Id id, String unit) {
        var dimensions =
                Dimensions.of(
                        id.getTags().stream()
                                .filter(tag -> !tag.getValue().isBlank())
                                .map(tag -> new Dimension(camel(tag.getKey()), tag.getValue()))
                                .toList());
        return new OwnMetric(
                home, NAMESPACE, camel(id.getName().substring(PREFIX.length())), unit, dimensions);
    }

    /// `stream.lag` as `StreamLag`.
    static String camel(String name) {
        var text = new StringBuilder(name.length());
        for (var word : name.split("[._-]")) {
            if (!word.isEmpty()) {
                text.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
            }
        }
        return text.toString();
    }
}
