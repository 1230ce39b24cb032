package io.pharos.metrics.query.api;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.SeriesRequest;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.series.Series;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// GetMetricStatistics: one metric, its statistics by period and unit, in no promised order.
@Singleton
public final class GetMetricStatisticsApi implements CloudWatchClient {
    static final int MAX_DATAPOINTS = 1_440;
    private static final List<String> UNITS =
            Arrays.stream(Unit.values()).map(Unit::awsName).toList();

    private final PgStatistics statistics;

    @Inject
    public GetMetricStatisticsApi(PgStatistics statistics) {
        this.statistics = statistics;
    }

    @Override
    public GetMetricStatisticsResponse getMetricStatistics(GetMetricStatisticsRequest request) {
        constraints(request);
        var caller = Caller.current();
        if (!request.startTime().isBefore(request.endTime())) {
            throw value("The parameter StartTime must be less than the parameter EndTime.");
        }
        if (!PeriodGrid.isPeriod(request.period())
                || request.period() > MetricConstraints.MAX_PERIOD) {
            throw value(MetricConstraints.badPeriod(request.period()));
        }
        var grid =
                PeriodGrid.of(
                        request.startTime(),
                        request.endTime(),
                        request.period(),
                        caller.receivedAt());
        if (grid.count() > MAX_DATAPOINTS) {
            throw InvalidParameterCombinationException.builder()
                    .message(
                            "You have requested up to "
                                    + grid.count()
                                    + " datapoints, which exceeds the limit of "
                                    + MAX_DATAPOINTS
                                    + ". You may reduce the datapoints requested by increasing"
                                    + " Period, or decreasing the time range.")
                    .build();
        }
        var basics = basics(request.statisticsAsStrings());
        var extended = extended(request.extendedStatistics());
        if (basics.isEmpty() && extended.isEmpty()) {
            throw InvalidParameterCombinationException.builder()
                    .message(
                            "At least one of the parameters Statistics and ExtendedStatistics must"
                                    + " be specified.")
                    .build();
        }
        var series =
                new Series(
                        caller.tenant().account(),
                        caller.tenant().region(),
                        request.namespace(),
                        request.metricName(),
                        MetricConstraints.toDimensions(request.dimensions()));
        var unit = request.unitAsString() == null ? null : Unit.named(request.unitAsString());
        var answer = statistics.read(List.of(new SeriesRequest(series, grid, unit))).getFirst();
        var datapoints = new ArrayList<Datapoint>();
        answer.periods()
                .forEach((startS, byUnit) ->
                        byUnit.forEach((each, aggregate) ->
                                datapoints.add(
                                        datapoint(startS, each, aggregate, basics, extended))));
        return GetMetricStatisticsResponse.builder()
                .label(request.metricName())
                .datapoints(datapoints)
                .build();
    }

    private static void constraints(GetMetricStatisticsRequest request) {
        var constraints =
                Constraints.check()
                        .required("namespace", request.namespace())
                        .length("namespace", request.namespace(), 1, MetricConstraints.MAX_NAME)
                        .required("metricName", request.metricName())
                        .length("metricName", request.metricName(), 1, MetricConstraints.MAX_NAME)
                        .required("startTime", request.startTime())
                        .required("endTime", request.endTime())
                        .required("period", request.period())
                        .atLeast("period", request.period(), 1)
                        .oneOf("unit", request.unitAsString(), UNITS);
        if (request.hasStatistics()) {
            constraints.size("statistics", request.statisticsAsStrings(), 1, 5);
        }
        if (request.hasExtendedStatistics()) {
            constraints.size("extendedStatistics", request.extendedStatistics(), 1, 10);
        }
        MetricConstraints.dimensions(constraints, "dimensions", request.dimensions());
        constraints.orThrow();
    }

    private static List<Statistic.Basic> basics(List<String> names) {
        var basics = new ArrayList<Statistic.Basic>(names.size());
        for (var i = 0; i < names.size(); i++) {
            if (Statistic.parse(names.get(i)).orElse(null) instanceof Statistic.Basic basic) {
                basics.add(basic);
            } else {
                throw value(
                        "The parameter Statistics.member."
                                + (i + 1)
                                + ".<list element> must be a value in the set [SampleCount,"
                                + " Average, Sum, Minimum, Maximum].");
            }
        }
        return basics;
    }

    private static Map<String, Statistic.Extended> extended(List<String> names) {
        var extended = new LinkedHashMap<String, Statistic.Extended>();
        for (var i = 0; i < names.size(); i++) {
            var name = names.get(i);
            var parameter = "ExtendedStatistics.member." + (i + 1) + ".<list element>";
            extended.put(
                    name,
                    Statistic.parseExtended(name)
                            .orElseThrow(() ->
                                    value(
                                            "The value "
                                                    + name
                                                    + " for parameter "
                                                    + parameter
                                                    + " is not supported.")));
        }
        return extended;
    }

    private static Datapoint datapoint(
            long startS,
            Unit unit,
            Aggregate aggregate,
            List<Statistic.Basic> basics,
            Map<String, Statistic.Extended> extended) {
        var datapoint =
                Datapoint.builder().timestamp(Instant.ofEpochSecond(startS)).unit(unit.awsName());
        for (var basic : basics) {
            var value = aggregate.value(basic);
            if (Double.isNaN(value)) {
                continue;
            }
            switch (basic) {
                case SAMPLE_COUNT -> datapoint.sampleCount(value);
                case AVERAGE -> datapoint.average(value);
                case SUM -> datapoint.sum(value);
                case MINIMUM -> datapoint.minimum(value);
                case MAXIMUM -> datapoint.maximum(value);
            }
        }
        var values = new LinkedHashMap<String, Double>();
        extended.forEach((name, statistic) -> {
            var value = aggregate.value(statistic);
            if (!Double.isNaN(value)) { // AWS leaves only this entry out
                values.put(name, value);
            }
        });
        return extended.isEmpty()
                ? datapoint.build()
                : datapoint.extendedStatistics(values).build();
    }

    private static InvalidParameterValueException value(String message) {
        return InvalidParameterValueException.builder().message(message).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
