package io.pharos.ingest.metric.api;

import io.pharos.ingest.metric.ColumnRecords;
import io.pharos.ingest.metric.PlainScan;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.http.HotPath;
import io.pharos.stream.Topic;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Caller;
import io.pharos.wire.Protocol;
import io.pharos.wire.Route;
import io.pharos.wire.WireRequest;

import jakarta.inject.Singleton;

import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;

import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// PutMetricData from JSON straight into records of `metric-data`, for plain requests; see [PlainScan].
@Singleton
final class PutMetricDataHotPath implements HotPath {
    /// Scans kept for the next request; more are made when more requests are read at once.
    private static final int KEPT_SCANS = 8;

    private final StreamProducer stream;
    private final AwsWire wire = new AwsWire();
    private final ArrayBlockingQueue<PlainScan> scans = new ArrayBlockingQueue<>(KEPT_SCANS);

    PutMetricDataHotPath(StreamProducer stream) {
        this.stream = stream;
    }

    @Override
    public String action() {
        return "cloudwatch:PutMetricData";
    }

    private record Addressed(int partition, byte[] record) {}

    @Override
    public Optional<Supplier<SdkResponse>> read(Route route, WireRequest request, Caller caller) {
        if (route.protocol() != Protocol.JSON_1_0 && route.protocol() != Protocol.JSON_1_1) {
            return Optional.empty();
        }
        var json = wire.body(request);
        var receivedMs = caller.receivedAt().toEpochMilli();
        var kept = scans.poll();
        var scan = kept == null ? new PlainScan() : kept;
        try {
            if (!scan.read(json, json.length, receivedMs)) {
                return Optional.empty();
            }
            var records = new ArrayList<Addressed>();
            var partitions = stream.partitions(Topic.METRIC_DATA.topicName());
            ColumnRecords.pack(
                    scan,
                    caller.tenant(),
                    receivedMs,
                    partitions,
                    (partition, record) -> records.add(new Addressed(partition, record)));
            return Optional.of(() -> {
                var sent = new ArrayList<CompletableFuture<?>>(records.size());
                for (var one : records) {
                    sent.add(
                            stream.send(
                                    Topic.METRIC_DATA.topicName(),
                                    one.partition(),
                                    null,
                                    one.record()));
                }
                sent.forEach(CompletableFuture::join);
                return PutMetricDataResponse.builder().build();
            });
        } finally {
            scan.forget();
            scans.offer(scan);
        }
    }
}
