package io.pharos.metrics.anomaly.api;

import io.pharos.metrics.anomaly.Configuration;
import io.pharos.metrics.anomaly.Detector;
import io.pharos.metrics.anomaly.pg.PgDetectors;
import io.pharos.metrics.anomaly.pg.PgDetectors.Entry;
import io.pharos.metrics.anomaly.pg.PgDetectors.Filter;
import io.pharos.metrics.query.api.MetricConstraints;
import io.pharos.metrics.resource.NameToken;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AnomalyDetector;
import software.amazon.awssdk.services.cloudwatch.model.AnomalyDetectorConfiguration;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAnomalyDetectorRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAnomalyDetectorResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAnomalyDetectorsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAnomalyDetectorsResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MetricMathAnomalyDetector;
import software.amazon.awssdk.services.cloudwatch.model.PutAnomalyDetectorRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutAnomalyDetectorResponse;
import software.amazon.awssdk.services.cloudwatch.model.Range;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/// Anomaly detectors. AWS: a put makes one or replaces its configuration; training follows by itself.
@Singleton
public final class AnomalyDetectorApi implements CloudWatchClient {
    static final int MAX_PAGE = 100;
    static final int DEFAULT_PAGE = 10;
    static final int MAX_RANGES = 10;
    static final int MAX_TIMEZONE = 50;
    private static final List<String> TYPES = List.of("SINGLE_METRIC", "METRIC_MATH");

    private final PgDetectors detectors;

    @Inject
    public AnomalyDetectorApi(PgDetectors detectors) {
        this.detectors = detectors;
    }

    @Override
    public PutAnomalyDetectorResponse putAnomalyDetector(PutAnomalyDetectorRequest request) {
        var top =
                new SingleMetric(
                        "",
                        null,
                        request.namespace(),
                        request.metricName(),
                        request.dimensions(),
                        request.stat());
        var configuration = configuration(request);
        var single = request.singleMetricAnomalyDetector();
        var detector =
                detector(
                        top,
                        single == null ? null : SingleMetric.of(single),
                        request.metricMathAnomalyDetector(),
                        configuration);
        if (!detectors.put(detector, Caller.current().receivedAt().toEpochMilli())) {
            // The SDK's exception of that name is another one, LimitExceededFault.
            throw new AwsError(
                    "LimitExceededException",
                    400,
                    "The maximum number of anomaly detectors ("
                            + Detector.MAX_DETECTORS
                            + ") has been reached.");
        }
        return PutAnomalyDetectorResponse.builder().build();
    }

    private static Detector detector(
            SingleMetric top,
            @Nullable SingleMetric single,
            @Nullable MetricMathAnomalyDetector math,
            Configuration configuration) {
        var ways = (top.isNothing() ? 0 : 1) + (single == null ? 0 : 1) + (math == null ? 0 : 1);
        if (ways != 1) {
            throw InvalidParameterCombinationException.builder()
                    .message(
                            "Exactly one of SingleMetricAnomalyDetector and"
                                    + " MetricMathAnomalyDetector must be specified.")
                    .build();
        }
        var caller = Caller.current();
        if (math != null) {
            var checked = MathDetector.check(math, caller);
            return new Detector(
                    caller.tenant(),
                    checked.subject(),
                    MathDetector.write(math.metricDataQueries()),
                    configuration,
                    checked.periodS());
        }
        return new Detector(
                caller.tenant(),
                (single == null ? top : single).subject(caller.tenant()),
                "",
                configuration,
                Detector.DEFAULT_PERIOD);
    }

    private static Configuration configuration(PutAnomalyDetectorRequest request) {
        var characteristics = request.metricCharacteristics();
        var spikes = characteristics == null ? null : characteristics.periodicSpikes();
        var given = request.configuration();
        if (given == null) {
            return new Configuration(List.of(), null, spikes);
        }
        var constraints =
                Constraints.check()
                        .size(
                                "configuration.excludedTimeRanges",
                                given.excludedTimeRanges(),
                                0,
                                MAX_RANGES)
                        .length(
                                "configuration.metricTimezone",
                                given.metricTimezone(),
                                0,
                                MAX_TIMEZONE);
        for (var i = 0; i < given.excludedTimeRanges().size(); i++) {
            var path = "configuration.excludedTimeRanges." + (i + 1) + ".member.";
            var range = given.excludedTimeRanges().get(i);
            constraints
                    .required(path + "startTime", range.startTime())
                    .required(path + "endTime", range.endTime());
        }
        constraints.orThrow();
        var ranges = new ArrayList<Configuration.Excluded>();
        for (var range : given.excludedTimeRanges()) {
            if (!range.startTime().isBefore(range.endTime())) {
                throw invalid(
                        "The StartTime of an excluded time range must be before its EndTime.");
            }
            ranges.add(new Configuration.Excluded(range.startTime(), range.endTime()));
        }
        var timezone = given.metricTimezone();
        if (timezone != null && !isTimezone(timezone)) {
            throw invalid(
                    "The value " + timezone + " for parameter MetricTimezone is not supported.");
        }
        return new Configuration(ranges, timezone, spikes);
    }

    private static boolean isTimezone(String name) {
        try {
            ZoneId.of(name);
            return true;
        } catch (DateTimeException unknown) {
            return false;
        }
    }

    private static InvalidParameterValueException invalid(String message) {
        return InvalidParameterValueException.builder().message(message).build();
    }

    @Override
    public DescribeAnomalyDetectorsResponse describeAnomalyDetectors(
            DescribeAnomalyDetectorsRequest request) {
        var types =
                request.hasAnomalyDetectorTypes()
                        ? request.anomalyDetectorTypesAsStrings()
                        : List.of("SINGLE_METRIC");
        var constraints =
                Constraints.check()
                        .range("maxResults", request.maxResults(), 1, MAX_PAGE)
                        .size("anomalyDetectorTypes", types, 0, TYPES.size())
                        .length("namespace", request.namespace(), 1, MetricConstraints.MAX_NAME)
                        .length("metricName", request.metricName(), 1, MetricConstraints.MAX_NAME);
        for (var i = 0; i < types.size(); i++) {
            constraints.oneOf("anomalyDetectorTypes." + (i + 1) + ".member", types.get(i), TYPES);
        }
        MetricConstraints.dimensions(constraints, "dimensions", request.dimensions());
        constraints.orThrow();
        var limit = request.maxResults() == null ? DEFAULT_PAGE : request.maxResults();
        var isFiltered =
                request.namespace() != null
                        || request.metricName() != null
                        || request.hasDimensions();
        var found =
                detectors.list(
                        Caller.current().tenant(),
                        new Filter(
                                types.isEmpty() || types.contains("SINGLE_METRIC"),
                                types.contains("METRIC_MATH") && !isFiltered,
                                request.namespace(),
                                request.metricName(),
                                request.hasDimensions()
                                        ? MetricConstraints.toDimensions(request.dimensions())
                                        : null),
                        after(request.nextToken()),
                        limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        return DescribeAnomalyDetectorsResponse.builder()
                .anomalyDetectors(page.stream().map(AnomalyDetectorApi::told).toList())
                .nextToken(
                        found.size() > limit
                                ? NameToken.after(Long.toString(page.getLast().id()))
                                : null)
                .build();
    }

    private static long after(@Nullable String token) {
        if (token == null) {
            return 0;
        }
        try {
            return NameToken.parse(token)
                    .map(Long::parseLong)
                    .orElseThrow(() -> InvalidNextTokenException.builder().build());
        } catch (NumberFormatException foreign) {
            throw InvalidNextTokenException.builder().build();
        }
    }

    private static AnomalyDetector told(Entry entry) {
        var detector = entry.detector();
        var configuration = detector.configuration();
        var told =
                AnomalyDetector.builder()
                        .stateValue(entry.state().name())
                        .configuration(
                                AnomalyDetectorConfiguration.builder()
                                        .excludedTimeRanges(
                                                configuration.excluded().stream()
                                                        .map(AnomalyDetectorApi::range)
                                                        .toList())
                                        .metricTimezone(configuration.timezone())
                                        .build());
        if (configuration.periodicSpikes() != null) {
            told.metricCharacteristics(c -> c.periodicSpikes(configuration.periodicSpikes()));
        }
        if (detector.isMath()) {
            return told.metricMathAnomalyDetector(m ->
                            m.metricDataQueries(MathDetector.read(detector, detector.queries())))
                    .build();
        }
        var metric = detector.subject().metrics().getFirst();
        var series = metric.series();
        var dimensions = SingleMetric.dimensions(series.dimensions());
        return told.namespace(series.namespace())
                .metricName(series.metricName())
                .dimensions(dimensions)
                .stat(metric.stat())
                .singleMetricAnomalyDetector(s ->
                        s.namespace(series.namespace())
                                .metricName(series.metricName())
                                .dimensions(dimensions)
                                .stat(metric.stat()))
                .build();
    }

    private static Range range(Configuration.Excluded excluded) {
        return Range.builder().startTime(excluded.start()).endTime(excluded.end()).build();
    }

    @Override
    public DeleteAnomalyDetectorResponse deleteAnomalyDetector(
            DeleteAnomalyDetectorRequest request) {
        var top =
                new SingleMetric(
                        "",
                        null,
                        request.namespace(),
                        request.metricName(),
                        request.dimensions(),
                        request.stat());
        var single = request.singleMetricAnomalyDetector();
        var detector =
                detector(
                        top,
                        single == null ? null : SingleMetric.of(single),
                        request.metricMathAnomalyDetector(),
                        Configuration.DEFAULT);
        if (!detectors.delete(detector.tenant(), detector.subject())) {
            throw ResourceNotFoundException.builder()
                    .message("The anomaly detector does not exist.")
                    .build();
        }
        return DeleteAnomalyDetectorResponse.builder().build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
