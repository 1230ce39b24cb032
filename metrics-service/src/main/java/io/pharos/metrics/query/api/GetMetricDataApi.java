package io.pharos.metrics.query.api;

import io.pharos.metrics.query.DatapointPage;
import io.pharos.metrics.query.Labels;
import io.pharos.metrics.query.Labels.Unlabelled;
import io.pharos.metrics.query.MetricQuery;
import io.pharos.metrics.query.PeriodAggregates;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.SeriesRequest;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.wire.Caller;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.MessageData;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// GetMetricData for metrics themselves (MetricStat); expressions are refused.
@Singleton
public final class GetMetricDataApi implements CloudWatchClient {
    private static final String OPERATION = "GetMetricData";

    private final PgStatistics statistics;

    @Inject
    public GetMetricDataApi(PgStatistics statistics) {
        this.statistics = statistics;
    }

    /// A query whose data is to be told, with its periods in the whole range.
    private record Wanted(MetricQuery query, PeriodGrid grid) {
        boolean isRead() {
            return !query.isForbidden() && grid.count() > 0;
        }
    }

    @Override
    public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
        var caller = Caller.current();
        // Hidden metrics feed expressions only: they are checked, not read.
        var wanted =
                MetricQueries.of(request, caller.tenant()).stream()
                        .filter(MetricQuery::returnData)
                        .map(query -> new Wanted(query, grid(request, query, caller.receivedAt())))
                        .toList();
        var ascending = request.scanBy() == ScanBy.TIMESTAMP_ASCENDING;
        var grids = wanted.stream().filter(Wanted::isRead).map(Wanted::grid).toList();
        var fingerprint = request.toBuilder().nextToken(null).build().toString();
        var page = page(request, grids, ascending, fingerprint);
        var answers = answers(wanted, page);
        var labels = labels(wanted);
        var results = new ArrayList<MetricDataResult>(wanted.size());
        for (var one : wanted) {
            results.add(
                    result(
                            one.query(),
                            labels.getOrDefault(one.query().id(), ""),
                            answers.get(one.query().id()),
                            ascending,
                            page == null || page.isLast()));
        }
        var response =
                GetMetricDataResponse.builder().metricDataResults(results).messages(List.of());
        if (page != null && !page.isLast()) {
            response.nextToken(PageToken.of(OPERATION, fingerprint, page.nextS()));
        }
        return response.build();
    }

    private static PeriodGrid grid(GetMetricDataRequest request, MetricQuery query, Instant now) {
        return PeriodGrid.of(request.startTime(), request.endTime(), query.periodS(), now);
    }

    /// Null when there is nothing to page through.
    private static @Nullable DatapointPage page(
            GetMetricDataRequest request,
            List<PeriodGrid> grids,
            boolean ascending,
            String fingerprint) {
        if (grids.isEmpty()) {
            return null;
        }
        var cursor = DatapointPage.start(grids, ascending);
        if (request.nextToken() != null) {
            cursor =
                    PageToken.position(request.nextToken(), OPERATION, fingerprint)
                            .orElseThrow(() ->
                                    InvalidNextTokenException.builder()
                                            .message("Invalid nextToken")
                                            .build());
        }
        var budget =
                request.maxDatapoints() == null
                        ? MetricQueries.MAX_DATAPOINTS
                        : request.maxDatapoints();
        return DatapointPage.at(grids, ascending, cursor, budget);
    }

    private Map<String, PgStatistics.Answer> answers(
            List<Wanted> wanted, @Nullable DatapointPage page) {
        if (page == null) {
            return Map.of();
        }
        var read = wanted.stream().filter(Wanted::isRead).toList();
        var answers =
                statistics.read(
                        read.stream()
                                .map(one ->
                                        new SeriesRequest(
                                                one.query().series(),
                                                one.grid().between(page.fromS(), page.toS()),
                                                one.query().unit()))
                                .toList());
        var byId = new HashMap<String, PgStatistics.Answer>();
        for (var i = 0; i < read.size(); i++) {
            byId.put(read.get(i).query().id(), answers.get(i));
        }
        return byId;
    }

    private static Map<String, String> labels(List<Wanted> wanted) {
        var unlabelled =
                wanted.stream()
                        .map(Wanted::query)
                        .filter(query -> query.label() == null)
                        .map(GetMetricDataApi::unlabelled)
                        .toList();
        var labels = new HashMap<String, String>();
        for (var one : wanted) {
            var own = one.query().label();
            labels.put(
                    one.query().id(),
                    own != null ? own : Labels.automatic(unlabelled(one.query()), unlabelled));
        }
        return labels;
    }

    private static Unlabelled unlabelled(MetricQuery query) {
        return new Unlabelled(query.series(), query.stat(), query.periodS());
    }

    private static MetricDataResult result(
            MetricQuery query,
            String label,
            PgStatistics.@Nullable Answer answer,
            boolean ascending,
            boolean isLast) {
        var result = MetricDataResult.builder().id(query.id()).label(label);
        if (query.isForbidden()) {
            return result.timestamps(List.of())
                    .values(List.of())
                    .statusCode(StatusCode.FORBIDDEN)
                    .messages(
                            message(
                                    "Forbidden",
                                    "Access denied when getting data - please check that this"
                                            + " account and the requested metric account are"
                                            + " linked"))
                    .build();
        }
        var times = new ArrayList<Instant>();
        var values = new ArrayList<Double>();
        if (answer != null) {
            collect(query, answer.periods(), times, values);
            var units = answer.periods().units();
            if (query.unit() == null && units.size() > 1) {
                var names = units.stream().map(unit -> unit.awsName()).toList();
                result.messages(
                        message("MultipleUnits", "Multiple units returned: '" + names + "'"));
            }
        }
        if (!ascending) {
            Collections.reverse(times);
            Collections.reverse(values);
        }
        var complete = isLast || answer == null || !answer.exists();
        return result.timestamps(times)
                .values(values)
                .statusCode(complete ? StatusCode.COMPLETE : StatusCode.PARTIAL_DATA)
                .build();
    }

    /// AWS: with several units in a period, the first by name answers.
    private static void collect(
            MetricQuery query, PeriodAggregates periods, List<Instant> times, List<Double> values) {
        periods.forEach((startS, byUnit) -> {
            var value = byUnit.values().iterator().next().value(query.statistic());
            if (!Double.isNaN(value)) {
                times.add(Instant.ofEpochSecond(startS));
                values.add(value);
            }
        });
    }

    private static MessageData message(String code, String value) {
        return MessageData.builder().code(code).value(value).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
