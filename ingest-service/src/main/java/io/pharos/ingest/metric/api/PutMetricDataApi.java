package io.pharos.ingest.metric.api;

import io.pharos.ingest.entity.EntityDefect;
import io.pharos.ingest.entity.EntityRules;
import io.pharos.ingest.metric.MetricBatches;
import io.pharos.kit.StreamProducer;
import io.pharos.metric.Datum;
import io.pharos.metric.Dimension;
import io.pharos.metric.PutMetricDataRules;
import io.pharos.metric.RefusedMetricData;
import io.pharos.stream.Topic;
import io.pharos.wire.AwsError;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Entity;
import software.amazon.awssdk.services.cloudwatch.model.EntityMetricData;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.MissingRequiredParameterException;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// PutMetricData: all or nothing, answered once Kafka has every datum. What entities say of where a
/// metric comes from is checked and not kept: it is no part of a metric's identity.
@Singleton
final class PutMetricDataApi implements CloudWatchClient {
    private final StreamProducer stream;

    PutMetricDataApi(StreamProducer stream) {
        this.stream = stream;
    }

    @Override
    public PutMetricDataResponse putMetricData(PutMetricDataRequest request) {
        var caller = Caller.current();
        var receivedMs = caller.receivedAt().toEpochMilli();
        var plain = datums(request.metricData());
        var entities = new ArrayList<List<Datum>>();
        request.entityMetricData().forEach(entity -> entities.add(datums(entity.metricData())));
        try {
            PutMetricDataRules.check(
                    request.namespace(),
                    plain,
                    entities,
                    request.strictEntityValidation(),
                    receivedMs);
        } catch (RefusedMetricData refused) {
            throw shown(refused);
        }
        var defect = defect(request);
        if (defect.isPresent() && request.strictEntityValidation()) {
            throw InvalidParameterValueException.builder().message(defect.get().toString()).build();
        }
        var all = new ArrayList<>(plain);
        entities.forEach(all::addAll);
        append(caller, Objects.requireNonNull(request.namespace()), all, receivedMs);
        return response(defect);
    }

    /// Of the first entity that has one.
    private static Optional<EntityDefect> defect(PutMetricDataRequest request) {
        return request.entityMetricData().stream()
                .map(EntityMetricData::entity)
                .map(entity -> entity == null ? Entity.builder().build() : entity)
                .flatMap(entity ->
                        EntityRules.check(
                                entity.keyAttributes(),
                                entity.attributes(),
                                EntityRules.MAX_METRIC_VALUE)
                                .stream())
                .findFirst();
    }

    /// AWS: without strict validation metrics are taken, and a header says what is wrong.
    private static PutMetricDataResponse response(Optional<EntityDefect> defect) {
        var response = PutMetricDataResponse.builder();
        defect.ifPresent(wrong ->
                response.sdkHttpResponse(
                        SdkHttpResponse.builder()
                                .putHeader(AwsWire.FAILURE_MESSAGE, wrong.errorType())
                                .build()));
        return (PutMetricDataResponse) response.build();
    }

    private void append(Caller caller, String namespace, List<Datum> datums, long receivedMs) {
        var topic = Topic.METRIC_DATA.topicName();
        var batches =
                MetricBatches.pack(
                        caller.tenant(), namespace, datums, receivedMs, stream.partitions(topic));
        var sent = new ArrayList<CompletableFuture<?>>();
        batches.forEach((partition, batch) ->
                sent.add(stream.send(topic, partition, null, batch.toByteArray())));
        sent.forEach(CompletableFuture::join);
    }

    private static List<Datum> datums(List<MetricDatum> sent) {
        return sent.stream().map(PutMetricDataApi::datum).toList();
    }

    private static Datum datum(MetricDatum sent) {
        var set = sent.statisticValues();
        return new Datum(
                sent.metricName(),
                sent.dimensions().stream().map(d -> new Dimension(d.name(), d.value())).toList(),
                millis(sent.timestamp()),
                sent.value(),
                sent.hasValues() ? array(sent.values()) : null,
                sent.hasCounts() ? array(sent.counts()) : null,
                set == null
                        ? null
                        : new Datum.Set(set.sampleCount(), set.sum(), set.minimum(), set.maximum()),
                sent.unitAsString(),
                sent.storageResolution());
    }

    private static @Nullable Long millis(@Nullable Instant at) {
        return at == null ? null : at.toEpochMilli();
    }

    private static double[] array(List<Double> numbers) {
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static RuntimeException shown(RefusedMetricData refused) {
        return switch (refused.kind()) {
            case MISSING_PARAMETER ->
                    MissingRequiredParameterException.builder()
                            .message(refused.getMessage())
                            .build();
            case INVALID_VALUE ->
                    InvalidParameterValueException.builder().message(refused.getMessage()).build();
            case INVALID_COMBINATION ->
                    InvalidParameterCombinationException.builder()
                            .message(refused.getMessage())
                            .build();
            case VALIDATION ->
                    AwsError.validation(Objects.requireNonNullElse(refused.getMessage(), ""));
        };
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
