package io.pharos.logs.subscription.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.event.EventId;
import io.pharos.logs.filter.pg.GroupFilters;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.subscription.CompiledSubscription;
import io.pharos.logs.subscription.SubscriptionEnvelope;
import io.pharos.logs.subscription.SubscriptionEnvelope.Packed;
import io.pharos.logs.subscription.SubscriptionFilter.Distribution;
import io.pharos.logs.subscription.pg.PgSubscriptionFilters;
import io.pharos.stream.StreamTopic;

import jakarta.inject.Singleton;

import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
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

    public SubscriptionTap(StreamProducer producer, LogMetrics metrics, MeterRegistry meters) {
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
            CompiledSubscription subscription) {
        var events = arrival.events();
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
        var topic = filter.destination().topic();
        var shards = shards(topic);
        if (shards == 0) {
            noStream.increment(); // AWS: a stream that is gone gets nothing
            batch.afterCommit(() -> metrics.deliveryError(arrival.group(), filter.name()));
            return;
        }
        var group = arrival.group();
        var owner = group.tenant().account();
        for (var packed :
                SubscriptionEnvelope.pack(
                        owner, group.name(), arrival.logStream(), filter.name(), matching)) {
            if (packed.data().length > SubscriptionEnvelope.MAX_RECORD) {
                batch.afterCommit(() -> metrics.deliveryError(group, filter.name()));
                tooLarge.increment(); // one event that does not compress: no stream would take it
                continue;
            }
            var key = key(filter.distribution(), arrival.logStream(), packed);
            batch.derive(
                    cause,
                    topic,
                    StreamTopic.partition(key, shards),
                    key.getBytes(StandardCharsets.UTF_8),
                    packed.data());
            var bytes = packed.data().length;
            var count = packed.count();
            batch.afterCommit(() -> metrics.forwarded(group, filter.name(), count, bytes));
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
            try {
                compiled.add(new CompiledSubscription(filter, group.tenant(), group.name()));
            } catch (RuntimeException unreadable) { // events must pass whatever the filter
                LOG.errorf(
                        unreadable,
                        "subscription filter is skipped group=%s filter=%s",
                        group.name(),
                        filter.name());
            }
        }
        return List.copyOf(compiled);
    }
}
