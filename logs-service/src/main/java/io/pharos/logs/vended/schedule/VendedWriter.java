package io.pharos.logs.vended.schedule;

import io.pharos.kit.DatabaseException;
import io.pharos.kit.Loop;
import io.pharos.logs.destination.Target;
import io.pharos.logs.destination.http.Outlets;
import io.pharos.logs.export.http.Buckets;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.subscription.DeliveryRetry;
import io.pharos.logs.vended.ObjectKey;
import io.pharos.logs.vended.pg.PgVendedChunks;
import io.pharos.logs.vended.pg.PgVendedChunks.Chunk;
import io.pharos.logs.vended.pg.PgVendedChunks.Claimed;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestinationType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;

/// Writes files into buckets: when enough waits, or the first of it has waited long enough. At least once;
/// a file that may be there already is written again under the same key. Delivery streams get what
/// waits at once, in its order. What takes nothing is tried again for 24 hours.
@Singleton
public final class VendedWriter {
    private static final Logger LOG = Logger.getLogger(VendedWriter.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// Longer than one file takes.
    private static final long LEASE_MS = Duration.ofMinutes(1).toMillis();

    /// A file is made in memory.
    static final int MAX_BYTES = 128 << 20;

    /// Chunks of a file; the next one takes the rest.
    static final int MAX_CHUNKS = 10_000;

    private final PgVendedChunks chunks;
    private final Buckets buckets;
    private final Outlets outlets;
    private final LogMetrics metrics;
    private final InstantSource clock;
    private final long ageMs;
    private final long bytes;
    private final Loop loop = new Loop("logs-vended", PAUSE, this::writeAll);

    @Inject
    VendedWriter(
            PgVendedChunks chunks,
            Buckets buckets,
            Outlets outlets,
            LogMetrics metrics,
            Config config,
            InstantSource clock) {
        this(
                chunks,
                buckets,
                outlets,
                metrics,
                clock,
                config.getValue("pharos.logs.bucket-delivery.age", Duration.class),
                config.getValue("pharos.logs.bucket-delivery.bytes", Integer.class));
    }

    /// @param age of what waits, then it is written
    /// @param bytes before compression; then comes the next file
    public VendedWriter(
            PgVendedChunks chunks,
            Buckets buckets,
            Outlets outlets,
            LogMetrics metrics,
            InstantSource clock,
            Duration age,
            int bytes) {
        if (age.isNegative() || bytes < 1 || bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "pharos.logs.bucket-delivery.age is negative, or .bytes not 1 to " + MAX_BYTES);
        }
        this.chunks = chunks;
        this.buckets = buckets;
        this.outlets = outlets;
        this.metrics = metrics;
        this.clock = clock;
        this.ageMs = age.toMillis();
        this.bytes = bytes;
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    void stop(@Observes ShutdownEvent stopped) throws InterruptedException {
        loop.close();
    }

    private void writeAll() {
        while (!loop.isStopping() && writeOne()) {
            // The next one.
        }
    }

    /// Writes a file that is due.
    ///
    /// @return false when there is none
    public boolean writeOne() {
        var nowMs = clock.millis();
        var claimed = chunks.claim(nowMs, nowMs + LEASE_MS, nowMs - ageMs, bytes);
        claimed.ifPresent(this::write);
        return claimed.isPresent();
    }

    private void write(Claimed claimed) {
        var delivery = claimed.delivery();
        var waiting = chunks.first(delivery.id(), bytes, MAX_CHUNKS);
        if (waiting.isEmpty()) {
            if (claimed.deleted()) {
                chunks.remove(delivery.id());
            } else {
                chunks.postpone(delivery.id(), 0, 0);
            }
            return;
        }
        if (delivery.type() == DeliveryDestinationType.FH) {
            send(claimed, waiting);
        } else {
            put(claimed, waiting);
        }
    }

    private static LogMetrics.Route route(Claimed claimed) {
        var delivery = claimed.delivery();
        return new LogMetrics.Route(
                delivery.tenant(),
                claimed.source().logGroup(),
                delivery.id(),
                delivery.type().toString());
    }

    /// Into the delivery stream, until it takes no more.
    private void send(Claimed claimed, List<Chunk> waiting) {
        var id = claimed.delivery().id();
        var target = (Target.DeliveryStream) Target.parse(claimed.destination().resourceArn());
        var untilMs = clock.millis() + LEASE_MS / 2;
        var records = StreamRecords.of(waiting);
        for (var record : records.records()) {
            var outcome =
                    record.data().length == 0 // all of it was too long
                            ? new Outlets.Outcome.Delivered()
                            : outlets.send(Objects.requireNonNull(target), record.data());
            if (outcome instanceof Outlets.Outcome.Delivered) {
                metrics.forwarded(route(claimed), record.events(), record.data().length);
                chunks.sent(id, record.done());
                if (clock.millis() > untilMs) {
                    break; // the rest before another process takes it
                }
            } else {
                if (outcome instanceof Outlets.Outcome.Throttled) {
                    metrics.deliveryThrottling(route(claimed));
                }
                failed(claimed, record.oldestMs(), record.all(), String.valueOf(outcome));
                return;
            }
        }
        for (var i = 0; i < records.tooLong(); i++) {
            metrics.deliveryError(route(claimed));
        }
        chunks.postpone(id, 0, 0);
    }

    /// A file.
    private void put(Claimed claimed, List<Chunk> waiting) {
        var delivery = claimed.delivery();
        var first = waiting.getFirst();
        try {
            var file = file(waiting);
            buckets.put(
                    delivery.tenant().region(),
                    claimed.destination().bucket(),
                    ObjectKey.of(
                            claimed.source(),
                            claimed.destination(),
                            delivery,
                            first.id(),
                            first.createdMs()),
                    "application/gzip",
                    file);
            metrics.forwarded(
                    route(claimed), waiting.stream().mapToLong(Chunk::events).sum(), file.length);
            chunks.done(delivery.id(), waiting);
        } catch (DatabaseException away) {
            LOG.warnf("a file is written again: delivery=%s", delivery.id());
        } catch (SdkException failure) {
            failed(claimed, first.createdMs(), waiting, String.valueOf(failure.getMessage()));
        }
    }

    private void failed(Claimed claimed, long oldestMs, List<Chunk> chunks, String why) {
        var id = claimed.delivery().id();
        metrics.deliveryError(route(claimed));
        if (DeliveryRetry.isTooOld(oldestMs, clock.millis())) {
            LOG.errorf("log events are not delivered: delivery=%s reason=%s", id, why);
            this.chunks.done(id, chunks);
            return;
        }
        LOG.warnf("destination takes nothing: delivery=%s cause=%s", id, why);
        var failures = claimed.failures() + 1;
        this.chunks.postpone(id, failures, DeliveryRetry.nextMs(failures, clock.millis()));
    }

    private static byte[] file(List<Chunk> chunks) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            for (var chunk : chunks) {
                gzip.write(chunk.lines());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
