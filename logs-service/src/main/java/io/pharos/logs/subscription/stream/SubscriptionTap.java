package io.pharos.logs.subscription.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.destination.DestinationArn;
import io.pharos.logs.destination.Target;
import io.pharos.logs.destination.pg.PgDestinations;
import io.pharos.logs.event.EventId;
import io.pharos.logs.filter.FieldSelection;
import io.pharos.logs.filter.pg.GroupFilters;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.ingest.stream.LogMetrics.Route;
import io.pharos.logs.subscription.CompiledSubscription;
import io.pharos.logs.subscription.SubscriptionEnvelope;
import io.pharos.logs.subscription.SubscriptionEnvelope.Packed;
import io.pharos.logs.subscription.SubscriptionEnvelope.Source;
import io.pharos.logs.subscription.SubscriptionFilter;
import io.pharos.logs.subscription.SubscriptionFilter.Distribution;
import io.pharos.logs.subscription.pg.PgAccountSubscriptions;
import io.pharos.logs.subscription.pg.PgDeliveries;
import io.pharos.logs.subscription.pg.PgSubscriptionFilters;
import io.pharos.stream.StreamTopic;

import jakarta.inject.Singleton;

import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Sends matching log events to the streams that subscribed, at least once: after a crash a record can
/// come again, with the same bytes, key and event ids.
@Singleton
public final class SubscriptionTap implements LogTap {
    private static final Logger LOG = Logger.getLogger(SubscriptionTap.class);

    /// Kinesis: characters of a partition key; names of log streams can be longer.
    private static final int MAX_KEY = 256;

    private final GroupFilters<CompiledSubscription> filters =
            new GroupFilters<>(SubscriptionTap::compiled);
    private final StreamProducer producer;
    private final Counter noStream;
    private final Counter tooLarge;
    private final LogMetrics metrics;
    private final InstantSource clock;

    public SubscriptionTap(
            StreamProducer producer,
            LogMetrics metrics,
            InstantSource clock,
            MeterRegistry meters) {
        this.clock = clock;
        this.producer = producer;
        this.metrics = metrics;
        this.noStream = meters.counter("pharos.logs.subscription.no.stream");
        this.tooLarge = meters.counter("pharos.logs.subscription.too.large");
    }

    @Override
    public void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival)
            throws SQLException {
        for (var subscription : filters.of(batch, arrival.group())) {
            if (subscription.filter().seesEventsOf(arrival.receivedMs())) {
                send(batch, cause, arrival, subscription);
            }
        }
    }

    private void send(
            StreamBatch batch,
            StreamRecord cause,
            LogArrival arrival,
            CompiledSubscription subscription)
            throws SQLException {
        var events =
                subscription.filter().onTransformed()
                        ? arrival.transformed().events()
                        : arrival.shown();
        var matching =
                subscription.matches(
                        events,
                        i ->
                                EventId.of(
                                        events.timestampMs(i),
                                        arrival.receivedMs(),
                                        cause.partition(),
                                        cause.offset(),
                                        i));
        if (matching.isEmpty()) {
            return;
        }
        var filter = subscription.filter();
        var target = subscription.target();
        var group = arrival.group();
        var route =
                new Route(
                        group.tenant(),
                        group.name(),
                        filter.name(),
                        target == null ? "Unknown" : target.type());
        if (target == null) {
            noStream.increment(); // AWS: a destination that is gone gets nothing
            batch.afterCommit(() -> metrics.deliveryError(route));
            return;
        }
        var records =
                SubscriptionEnvelope.pack(
                        new Source(
                                group.tenant().account(),
                                group.name(),
                                arrival.logStream(),
                                filter.name(),
                                subscription.isOfAccount()),
                        matching);
        var fitting = new ArrayList<Packed>();
        for (var packed : records) {
            if (packed.data().length > SubscriptionEnvelope.MAX_RECORD) {
                batch.afterCommit(() -> metrics.deliveryError(route));
                tooLarge.increment(); // one event that does not compress: no stream would take it
            } else {
                fitting.add(packed);
            }
        }
        if (target instanceof Target.Stream(var arn)) {
            derive(batch, cause, arrival, filter.distribution(), route, arn.topic(), fitting);
        } else if (!fitting.isEmpty()) {
            PgDeliveries.add(
                    batch.connection(),
                    route,
                    target.text(),
                    arrival.logStream(),
                    fitting,
                    clock.millis());
        }
    }

    private void derive(
            StreamBatch batch,
            StreamRecord cause,
            LogArrival arrival,
            Distribution distribution,
            Route route,
            String topic,
            List<Packed> records) {
        var shards = shards(topic);
        if (shards == 0) {
            noStream.increment(); // AWS: a stream that is gone gets nothing
            batch.afterCommit(() -> metrics.deliveryError(route));
            return;
        }
        for (var packed : records) {
            var key = key(distribution, arrival.logStream(), packed);
            batch.derive(
                    cause,
                    topic,
                    StreamTopic.partition(key, shards),
                    key.getBytes(StandardCharsets.UTF_8),
                    packed.data());
            var bytes = packed.data().length;
            var count = packed.count();
            batch.afterCommit(() -> metrics.forwarded(route, count, bytes));
        }
    }

    private int shards(String topic) {
        try {
            return producer.partitions(topic);
        } catch (UnknownTopicOrPartitionException gone) {
            return 0;
        }
    }

    /// The same after a replay.
    private static String key(Distribution distribution, String logStream, Packed packed) {
        return switch (distribution) {
            case ByLogStream -> logStream.length() <= MAX_KEY ? logStream : uuid(logStream);
            case Random -> uuid(packed.first().toString());
        };
    }

    private static String uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static List<CompiledSubscription> compiled(Connection connection, LogGroup group)
            throws SQLException {
        var compiled = new ArrayList<CompiledSubscription>();
        for (var filter : PgSubscriptionFilters.of(connection, group.id())) {
            add(compiled, connection, filter, false, group);
        }
        var policy = PgAccountSubscriptions.of(connection, group.tenant());
        if (group.isStandard() && policy.isPresent() && policy.get().covers(group.name())) {
            add(compiled, connection, policy.get().filter(), true, group);
        }
        return List.copyOf(compiled);
    }

    private static void add(
            List<CompiledSubscription> compiled,
            Connection connection,
            SubscriptionFilter filter,
            boolean ofAccount,
            LogGroup group)
            throws SQLException {
        try {
            if (!FieldSelection.covers(filter.fieldSelection(), group.tenant())) {
                return;
            }
            compiled.add(
                    new CompiledSubscription(
                            filter,
                            target(connection, filter.destinationArn(), group),
                            ofAccount,
                            group.tenant(),
                            group.name()));
        } catch (RuntimeException unreadable) { // events must pass whatever the filter
            LOG.errorf(
                    unreadable,
                    "subscription filter is skipped group=%s filter=%s",
                    group.name(),
                    filter.name());
        }
    }

    /// Null when a logical destination is gone, or admits the account no longer.
    private static @Nullable Target target(Connection connection, String arn, LogGroup group)
            throws SQLException {
        var logical = DestinationArn.parse(arn);
        if (logical == null) {
            return Target.parse(arn);
        }
        var destination = PgDestinations.find(connection, logical);
        return destination.isPresent() && destination.get().admits(group.tenant().account())
                ? Target.parse(destination.get().targetArn())
                : null;
    }
}
