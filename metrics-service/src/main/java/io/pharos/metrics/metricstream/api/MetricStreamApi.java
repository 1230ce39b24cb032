package io.pharos.metrics.metricstream.api;

import io.pharos.kit.ResourceTags;
import io.pharos.kit.StreamProducer;
import io.pharos.metrics.metricstream.MetricStream;
import io.pharos.metrics.metricstream.http.FirehoseSender;
import io.pharos.metrics.metricstream.pg.PgMetricStreams;
import io.pharos.metrics.metricstream.pg.StreamMarks;
import io.pharos.metrics.resource.NameToken;
import io.pharos.stream.StreamTopic;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DeleteMetricStreamRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteMetricStreamResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStreamRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStreamResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricStreamsRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricStreamsResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricStreamEntry;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricStreamRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricStreamResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.StartMetricStreamsRequest;
import software.amazon.awssdk.services.cloudwatch.model.StartMetricStreamsResponse;
import software.amazon.awssdk.services.cloudwatch.model.StopMetricStreamsRequest;
import software.amazon.awssdk.services.cloudwatch.model.StopMetricStreamsResponse;

import java.time.Instant;
import java.util.List;

/// Metric streams. AWS: a put keeps the state of what it replaces, a new stream runs; there is no
/// back-fill.
@Singleton
public final class MetricStreamApi implements CloudWatchClient {
    static final int MAX_PAGE = 500;

    private final PgMetricStreams streams;
    private final StreamMarks marks;
    private final StreamProducer producer;
    private final FirehoseSender firehose;

    @Inject
    public MetricStreamApi(
            PgMetricStreams streams,
            StreamMarks marks,
            StreamProducer producer,
            FirehoseSender firehose) {
        this.streams = streams;
        this.marks = marks;
        this.producer = producer;
        this.firehose = firehose;
    }

    @Override
    public PutMetricStreamResponse putMetricStream(PutMetricStreamRequest request) {
        var tenant = tenant();
        var destination = MetricStreamRules.check(request, tenant);
        var tags = ResourceTags.of(Constraints.check(), request.tags());
        if (destination.isFirehose()) {
            if (!firehose.isConfigured()) {
                throw noDestination(request);
            }
        } else if (!hasTopic(
                StreamTopic.of(tenant.account(), tenant.region(), destination.name()))) {
            throw noDestination(request);
        }
        streams.put(tenant, request, tags, now());
        marks.refresh();
        return PutMetricStreamResponse.builder()
                .arn(MetricStream.arn(tenant, request.name()))
                .build();
    }

    private boolean hasTopic(String topic) {
        try {
            return producer.partitions(topic) > 0;
        } catch (UnknownTopicOrPartitionException missing) {
            return false;
        }
    }

    private static InvalidParameterValueException noDestination(PutMetricStreamRequest request) {
        return InvalidParameterValueException.builder()
                .message("The destination " + request.firehoseArn() + " does not exist.")
                .build();
    }

    @Override
    public GetMetricStreamResponse getMetricStream(GetMetricStreamRequest request) {
        checkName(request.name());
        var stream =
                streams.find(tenant(), request.name())
                        .orElseThrow(() ->
                                ResourceNotFoundException.builder()
                                        .message(
                                                "Metric stream "
                                                        + request.name()
                                                        + " does not exist.")
                                        .build());
        var definition = stream.definition();
        return GetMetricStreamResponse.builder()
                .arn(stream.arn())
                .name(stream.name())
                .includeFilters(definition.hasIncludeFilters() ? definition.includeFilters() : null)
                .excludeFilters(definition.hasExcludeFilters() ? definition.excludeFilters() : null)
                .firehoseArn(definition.firehoseArn())
                .roleArn(definition.roleArn())
                .state(stream.state())
                .creationDate(Instant.ofEpochMilli(stream.createdMs()))
                .lastUpdateDate(Instant.ofEpochMilli(stream.updatedMs()))
                .outputFormat(definition.outputFormat())
                .statisticsConfigurations(
                        definition.hasStatisticsConfigurations()
                                ? definition.statisticsConfigurations()
                                : null)
                .includeLinkedAccountsMetrics(false)
                .build();
    }

    @Override
    public ListMetricStreamsResponse listMetricStreams(ListMetricStreamsRequest request) {
        Constraints.check().range("maxResults", request.maxResults(), 1, MAX_PAGE).orThrow();
        var limit = request.maxResults() == null ? MAX_PAGE : request.maxResults();
        var after =
                request.nextToken() == null
                        ? ""
                        : NameToken.parse(request.nextToken())
                                .orElseThrow(() -> InvalidNextTokenException.builder().build());
        var found = streams.list(tenant(), after, limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        return ListMetricStreamsResponse.builder()
                .entries(page.stream().map(MetricStreamApi::entry).toList())
                .nextToken(found.size() > limit ? NameToken.after(page.getLast().name()) : null)
                .build();
    }

    private static MetricStreamEntry entry(MetricStream stream) {
        return MetricStreamEntry.builder()
                .arn(stream.arn())
                .name(stream.name())
                .firehoseArn(stream.definition().firehoseArn())
                .state(stream.state())
                .creationDate(Instant.ofEpochMilli(stream.createdMs()))
                .lastUpdateDate(Instant.ofEpochMilli(stream.updatedMs()))
                .outputFormat(stream.definition().outputFormat())
                .build();
    }

    /// Missing ones are fine.
    @Override
    public DeleteMetricStreamResponse deleteMetricStream(DeleteMetricStreamRequest request) {
        checkName(request.name());
        streams.delete(tenant(), request.name());
        marks.refresh();
        return DeleteMetricStreamResponse.builder().build();
    }

    @Override
    public StartMetricStreamsResponse startMetricStreams(StartMetricStreamsRequest request) {
        setRunning(request.hasNames() ? request.names() : null, true);
        return StartMetricStreamsResponse.builder().build();
    }

    @Override
    public StopMetricStreamsResponse stopMetricStreams(StopMetricStreamsRequest request) {
        setRunning(request.hasNames() ? request.names() : null, false);
        return StopMetricStreamsResponse.builder().build();
    }

    private void setRunning(@Nullable List<String> names, boolean isRunning) {
        Constraints.check().required("names", names).size("names", names, 0, MAX_PAGE).orThrow();
        if (names != null) {
            streams.setRunning(tenant(), names, isRunning, now());
            marks.refresh();
        }
    }

    private static void checkName(@Nullable String name) {
        Constraints.check().required("name", name).length("name", name, 1, 255).orThrow();
    }

    private static Tenant tenant() {
        return Caller.current().tenant();
    }

    private static long now() {
        return Caller.current().receivedAt().toEpochMilli();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
