package io.pharos.ingest.sample.stream;

import io.pharos.ingest.metric.MetricBatches;
import io.pharos.ingest.sample.SampleSet;
import io.pharos.kit.StreamProducer;
import io.pharos.metric.Datum;
import io.pharos.stream.Topic;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Samples to `metric-data`; returns once Kafka has them all.
@Singleton
public final class SampleAppender {
    /// Requests that are taken apart at a time: each may be many times as large in memory as it was on
    /// the wire.
    static final int MAX_AT_ONCE = 8;

    /// Datums of one pack, so that its records stay far below Kafka's largest.
    static final int MAX_DATUMS = 5_000;

    static final long MAX_CHARACTERS = 4L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Semaphore permits = new Semaphore(MAX_AT_ONCE, true);
    private final StreamProducer stream;

    SampleAppender(StreamProducer stream) {
        this.stream = stream;
    }

    /// Runs what takes a request apart, not too many at a time.
    ///
    /// @throws AwsError throttling, when too many wait
    public <T> T within(Supplier<T> work) {
        try {
            if (!permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw AwsError.throttling("Rate exceeded");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AwsError.throttling("Rate exceeded");
        }
        try {
            return work.get();
        } finally {
            permits.release();
        }
    }

    /// @throws AwsError throttling or 503, when Kafka did not take all of them
    public void append(Caller caller, String namespace, SampleSet samples) {
        var sends = new ArrayList<CompletableFuture<StreamProducer.Appended>>();
        var datums = samples.datums();
        var from = 0;
        var characters = 0L;
        for (var i = 0; i < datums.size(); i++) {
            characters += characters(datums.get(i));
            if (i + 1 - from == MAX_DATUMS || characters > MAX_CHARACTERS) {
                send(caller, namespace, datums.subList(from, i + 1), sends);
                from = i + 1;
                characters = 0;
            }
        }
        send(caller, namespace, datums.subList(from, datums.size()), sends);
        StreamProducer.await(sends);
    }

    private static long characters(Datum datum) {
        var characters = 0L;
        for (var dimension : datum.dimensions()) {
            characters += dimension.name().length() + dimension.value().length();
        }
        return characters;
    }

    private void send(
            Caller caller,
            String namespace,
            List<Datum> datums,
            List<CompletableFuture<StreamProducer.Appended>> sends) {
        if (datums.isEmpty()) {
            return;
        }
        var topic = Topic.METRIC_DATA.topicName();
        var receivedMs = caller.receivedAt().toEpochMilli();
        MetricBatches.pack(caller.tenant(), namespace, datums, receivedMs, stream.partitions(topic))
                .forEach((partition, batch) ->
                        sends.add(stream.send(topic, partition, null, batch.toByteArray())));
    }
}
