package io.pharos.events.delivery.stream;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.events.bus.BusName;
import io.pharos.events.config.Events;
import io.pharos.events.delivery.Delivery;
import io.pharos.events.delivery.pg.PgDeliveries;
import io.pharos.events.delivery.pg.PgRuleSets;
import io.pharos.events.delivery.schedule.DeliveryWorkers;
import io.pharos.events.rule.RuleName;
import io.pharos.kit.Database;
import io.pharos.kit.PoisonRecordException;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamConsumers;
import io.pharos.stream.BusEvent;
import io.pharos.stream.BusEvents;
import io.pharos.stream.Topic;
import io.pharos.wire.Tenant;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// From the buses into the outbox: what an event sets off commits together with the position, and is
/// handed to the workers at once.
@Singleton
public final class BusConsumer {
    public static final String NAME = "bus-events";

    private static final Logger LOG = Logger.getLogger(BusConsumer.class);
    private static final Duration LINGER = Duration.ofMillis(2);
    private static final int MAX_BYTES = 4 << 20;

    private final StreamConsumers consumers;
    private final Database database;
    private final PgRuleSets ruleSets;
    private final DeliveryWorkers workers;
    private final EventMetrics metrics;
    private final InstantSource clock;

    public BusConsumer(
            StreamConsumers consumers,
            @Events Database database,
            PgRuleSets ruleSets,
            DeliveryWorkers workers,
            EventMetrics metrics,
            InstantSource clock) {
        this.consumers = consumers;
        this.database = database;
        this.ruleSets = ruleSets;
        this.workers = workers;
        this.metrics = metrics;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        start();
    }

    public void start() {
        consumers.start(
                new StreamConsumers.Subscription(
                        NAME,
                        Set.of(Topic.BUS_EVENTS.topicName()),
                        database,
                        "events",
                        LINGER,
                        MAX_BYTES,
                        this::take));
    }

    private void take(StreamBatch batch) throws SQLException {
        var events = new LinkedHashMap<BusName, List<BusEvent>>();
        for (var record : batch.records()) {
            try {
                for (var event : BusEvents.parseFrom(record.value()).getEventsList()) {
                    var bus =
                            new BusName(
                                    new Tenant(event.getAccount(), event.getRegion()),
                                    event.getBus());
                    events.computeIfAbsent(bus, _ -> new ArrayList<>()).add(event);
                }
            } catch (InvalidProtocolBufferException | IllegalArgumentException unreadable) {
                throw new PoisonRecordException(record, "not bus events", unreadable);
            }
        }
        var deliveries = new ArrayList<Delivery>();
        var matched = new ArrayList<Set<RuleName>>();
        ruleSets.current(batch.connection(), events.keySet())
                .forEach((bus, rules) -> {
                    for (var event : events.getOrDefault(bus, List.of())) {
                        try {
                            var own = rules.deliveries(event);
                            deliveries.addAll(own);
                            if (!own.isEmpty()) {
                                matched.add(
                                        own.stream()
                                                .map(Delivery::rule)
                                                .collect(Collectors.toSet()));
                            }
                        } catch (IllegalArgumentException | StackOverflowError tooDeep) {
                            // AWS does not process such events either.
                            LOG.warnf(
                                    "event is not matched: id=%s bus=%s", event.getId(), bus.arn());
                        }
                    }
                });
        if (!deliveries.isEmpty()) {
            var leased = PgDeliveries.insert(batch.connection(), deliveries, clock.instant());
            batch.afterCommit(() -> {
                workers.hand(leased);
                matched.forEach(metrics::matched);
            });
        }
    }
}
