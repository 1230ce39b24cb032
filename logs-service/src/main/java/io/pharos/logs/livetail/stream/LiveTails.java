package io.pharos.logs.livetail.stream;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.KafkaConnection;
import io.pharos.logs.LogsError;
import io.pharos.logs.ingest.ArrivalView;
import io.pharos.logs.ingest.stream.CurrentViews;
import io.pharos.logs.livetail.LiveTailFilter;
import io.pharos.logs.livetail.LiveTailSession;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;
import io.quarkus.runtime.ShutdownEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.LiveTailSessionLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.SessionStreamingException;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseStream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The sessions of this process. While there is one, a consumer of its own reads the end of every
/// partition of `log-events`, beside the one that stores them: a line is shown before it is stored.
@Singleton
public final class LiveTails {
    /// AWS: sessions of an account and region.
    static final int MAX_OF_TENANT = 15;

    /// Of this process: bounds what waits for slow clients.
    static final int MAX_SESSIONS = 200;

    private static final Logger LOG = Logger.getLogger(LiveTails.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final int FETCH_BYTES = 4 << 20;

    /// The front door's clock may be behind this one.
    private static final long CLOCK_SKEW_MS = 2_000;

    /// Further behind, what was missed is passed over.
    private static final long MAX_LAG_MS = 30_000;

    private record Group(Tenant owner, String name) {}

    private final Map<String, Object> settings;
    private final CurrentViews views;
    private final InstantSource clock;
    private final List<LiveTailSession> sessions = new ArrayList<>();
    private @Nullable Reading reading;
    private boolean stopping;

    public LiveTails(KafkaConnection kafka, CurrentViews views, InstantSource clock) {
        this.views = views;
        this.clock = clock;
        settings = new HashMap<>(kafka.settings());
        settings.put("client.id", "pharos-live-tail");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "latest");
        settings.put("allow.auto.create.topics", false);
        settings.put("max.partition.fetch.bytes", FETCH_BYTES);
        settings.put("default.api.timeout.ms", (int) START_LIMIT.toMillis());
        settings.put("request.timeout.ms", (int) START_LIMIT.toMillis());
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
    }

    /// Opens a session that sees every event received from now on.
    ///
    /// @throws RuntimeException AWS's error when there are too many, or Kafka does not answer
    public LiveTailSession open(
            LiveTailFilter filter, StartLiveTailResponseStream first, long nowMs) {
        var opened = new LiveTailSession[1];
        Reading reader;
        synchronized (this) {
            var ofTenant =
                    sessions.stream()
                            .filter(s -> s.filter().tenant().equals(filter.tenant()))
                            .count();
            if (ofTenant >= MAX_OF_TENANT || sessions.size() >= MAX_SESSIONS) {
                throw LogsError.limitExceeded();
            }
            if (stopping) {
                throw unavailable();
            }
            opened[0] =
                    new LiveTailSession(
                            filter,
                            first,
                            nowMs,
                            ThreadLocalRandom.current(),
                            () -> close(opened[0]));
            sessions.add(opened[0]);
            if (reading == null) {
                reading = new Reading();
                Thread.ofPlatform().name("live-tail").daemon().start(reading);
            }
            reader = reading;
        }
        try {
            reader.atEnd.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return opened[0];
        } catch (ExecutionException | TimeoutException away) {
            close(opened[0]);
            throw unavailable();
        } catch (InterruptedException interrupted) {
            close(opened[0]);
            Thread.currentThread().interrupt();
            throw unavailable();
        }
    }

    private static AwsError unavailable() {
        return new AwsError(
                "ServiceUnavailableException", 500, "The service cannot complete the request.");
    }

    private synchronized void close(LiveTailSession session) {
        sessions.remove(session);
    }

    /// How many there are.
    public synchronized int count() {
        return sessions.size();
    }

    private synchronized List<LiveTailSession> current() {
        return List.copyOf(sessions);
    }

    void stop(@Observes ShutdownEvent stopped) {
        synchronized (this) {
            stopping = true;
        }
        failAll(SessionStreamingException.builder().message("The server is stopping.").build());
    }

    private void failAll(Throwable why) {
        current().forEach(session -> session.fail(why));
    }

    /// From the first session until there is none.
    private final class Reading implements Runnable {
        final CompletableFuture<Void> atEnd = new CompletableFuture<>();

        @Override
        public void run() {
            try (var consumer = new KafkaConsumer<byte[], byte[]>(settings)) {
                var topic = Topic.LOG_EVENTS.topicName();
                var partitions =
                        consumer.partitionsFor(topic).stream()
                                .map(p -> new TopicPartition(topic, p.partition()))
                                .toList();
                consumer.assign(partitions);
                toEnd(consumer);
                atEnd.complete(null);
                while (goOn()) {
                    show(consumer);
                }
            } catch (RuntimeException failure) {
                LOG.warnf(failure, "live tail ends");
                var sessionsOfOld = current();
                synchronized (LiveTails.this) {
                    if (reading == this) {
                        reading = null;
                    }
                }
                atEnd.completeExceptionally(failure);
                sessionsOfOld.forEach(s ->
                        s.fail(
                                SessionStreamingException.builder()
                                        .message("An unknown error occurred.")
                                        .build()));
            }
        }

        private void toEnd(KafkaConsumer<byte[], byte[]> consumer) {
            consumer.seekToEnd(consumer.assignment());
            // Asks for the ends now rather than at the next poll.
            consumer.assignment().forEach(consumer::position);
        }

        private boolean goOn() {
            synchronized (LiveTails.this) {
                if (sessions.isEmpty()) {
                    reading = null;
                    return false;
                }
                return true;
            }
        }

        private void show(KafkaConsumer<byte[], byte[]> consumer) {
            var records = consumer.poll(POLL);
            var tailing = current();
            var shown = new HashMap<Group, ArrivalView>();
            var behind = false;
            for (var record : records) {
                if (clock.millis() - record.timestamp() > MAX_LAG_MS) {
                    behind = true;
                    break;
                }
                dispatch(record, tailing, shown);
            }
            if (behind) {
                toEnd(consumer);
                tailing.forEach(LiveTailSession::skipped);
            }
            var nowMs = clock.millis();
            tailing.forEach(session -> session.advance(nowMs));
        }
    }

    /// @param shown views by group, as of this poll
    private void dispatch(
            ConsumerRecord<byte[], byte[]> record,
            List<LiveTailSession> sessions,
            Map<Group, ArrivalView> shown) {
        var near = sessions.stream().filter(s -> mayWant(s.filter(), record.key())).toList();
        if (near.isEmpty()) {
            return;
        }
        try {
            var batch = LogBatch.parseFrom(record.value());
            var owner = new Tenant(batch.getAccount(), batch.getRegion());
            var wanting =
                    near.stream()
                            .filter(s ->
                                    s.filter()
                                            .wants(
                                                    owner,
                                                    batch.getLogGroup(),
                                                    batch.getLogStream()))
                            .filter(s -> batch.getReceivedMs() >= s.startedMs() - CLOCK_SKEW_MS)
                            .toList();
            if (!wanting.isEmpty()) {
                var view =
                        shown.computeIfAbsent(
                                new Group(owner, batch.getLogGroup()),
                                group -> views.now(group.owner(), group.name()));
                match(batch, view.shown(LogBatchCodec.open(batch), batch.getReceivedMs()), wanting);
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException unreadable) {
            // The consumer that stores it tells.
        }
    }

    /// By the key alone: most records are of other tenants and groups.
    private static boolean mayWant(LiveTailFilter filter, byte @Nullable [] key) {
        if (key == null) {
            return true;
        }
        for (var group : filter.arns().keySet()) {
            var prefix =
                    String.join("/", filter.tenant().account(), filter.tenant().region(), group, "")
                            .getBytes(StandardCharsets.UTF_8);
            if (key.length >= prefix.length
                    && Arrays.equals(prefix, 0, prefix.length, key, 0, prefix.length)) {
                return true;
            }
        }
        return false;
    }

    private static void match(LogBatch batch, PackedEvents events, List<LiveTailSession> wanting) {
        for (var i = 0; i < events.count(); i++) {
            var message = events.message(i);
            for (var session : wanting) {
                var filter = session.filter();
                if (filter.pattern().matches(message)) {
                    session.add(
                            LiveTailSessionLogEvent.builder()
                                    .logStreamName(batch.getLogStream())
                                    .logGroupIdentifier(filter.arns().get(batch.getLogGroup()))
                                    .message(message)
                                    .timestamp(events.timestampMs(i))
                                    .ingestionTime(batch.getReceivedMs())
                                    .build());
                }
            }
        }
    }
}
