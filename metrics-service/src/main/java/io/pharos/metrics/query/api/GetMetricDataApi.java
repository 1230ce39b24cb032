package io.pharos.metrics.query.api;

import io.pharos.metrics.math.TimeSeries;
import io.pharos.metrics.math.Value;
import io.pharos.metrics.query.DataQuery;
import io.pharos.metrics.query.DatapointPage;
import io.pharos.metrics.query.DynamicLabel;
import io.pharos.metrics.query.ExpressionQuery;
import io.pharos.metrics.query.FailedExpression;
import io.pharos.metrics.query.Functions;
import io.pharos.metrics.query.Lookups;
import io.pharos.metrics.query.MetricDataEvaluation;
import io.pharos.metrics.query.MetricDataPlan;
import io.pharos.metrics.query.MetricQuery;
import io.pharos.metrics.query.PageCost;
import io.pharos.metrics.query.ResultLabels;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// GetMetricData: metrics, math, searches and queries. Everything that makes no sense is refused before
/// anything is read; all metrics of a page are read at once.
@Singleton
public final class GetMetricDataApi implements CloudWatchClient {
    private static final String OPERATION = "GetMetricData";

    private final PgStatistics statistics;
    private final Lookups lookups;

    @Inject
    public GetMetricDataApi(PgStatistics statistics, Lookups lookups) {
        this.statistics = statistics;
        this.lookups = lookups;
    }

    @Override
    public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
        return getMetricData(request, Map.of());
    }

    /// GetMetricData over several regions.
    ///
    /// @param elsewhere whose metrics some queries are about, by their ids
    public GetMetricDataResponse getMetricData(
            GetMetricDataRequest request, Map<String, Tenant> elsewhere) {
        var caller = Caller.current();
        var queries = MetricQueries.of(request, caller.tenant(), elsewhere);
        try {
            var plan =
                    new MetricDataPlan(
                            queries,
                            lookups.searches(),
                            caller.tenant(),
                            elsewhere,
                            request.startTime(),
                            request.endTime(),
                            caller.receivedAt());
            return answer(request, plan);
        } catch (FailedExpression failed) {
            throw AwsError.validation(failed.getMessage());
        }
    }

    private GetMetricDataResponse answer(GetMetricDataRequest request, MetricDataPlan plan) {
        var ascending = request.scanBy() == ScanBy.TIMESTAMP_ASCENDING;
        var cost = MetricDataEvaluation.cost(plan, lookups);
        var page = page(request, cost, ascending);
        var read = PageReading.of(plan, page, statistics);
        var evaluation = MetricDataEvaluation.of(plan, lookups, page, read.series());
        var labels =
                new ResultLabels(
                        plan, evaluation.sources(), new DynamicLabel(zone(request), plan.now()));
        var isLast = page == null || page.isLast();
        var results = new ArrayList<MetricDataResult>(plan.queries().size());
        for (var query : plan.queries()) {
            if (query.returnData()) {
                add(results, query, plan, read, evaluation, labels, ascending, isLast);
            }
        }
        var response =
                GetMetricDataResponse.builder()
                        .metricDataResults(results)
                        .messages(
                                plan.isCapped()
                                        ? List.of(
                                                message(
                                                        "MaxMetricsExceeded",
                                                        "Maximum number of allowed metrics"
                                                                + " exceeded"))
                                        : List.of());
        if (page != null && !page.isLast()) {
            response.nextToken(PageToken.of(OPERATION, fingerprint(request), page.nextS()));
        }
        return response.build();
    }

    private static String fingerprint(GetMetricDataRequest request) {
        return request.toBuilder().nextToken(null).build().toString();
    }

    private static ZoneOffset zone(GetMetricDataRequest request) {
        var timezone = request.labelOptions() == null ? null : request.labelOptions().timezone();
        return timezone == null ? ZoneOffset.UTC : ZoneOffset.of(timezone);
    }

    /// Null when there is nothing to page through.
    private static @Nullable DatapointPage page(
            GetMetricDataRequest request, PageCost cost, boolean ascending) {
        if (cost.isNothing()) {
            return null;
        }
        var cursor = DatapointPage.start(cost, ascending);
        if (request.nextToken() != null) {
            cursor =
                    PageToken.position(request.nextToken(), OPERATION, fingerprint(request))
                            .orElseThrow(() -> InvalidNextTokenException.builder().build());
        }
        var budget =
                request.maxDatapoints() == null
                        ? MetricQueries.MAX_DATAPOINTS
                        : request.maxDatapoints();
        return DatapointPage.at(cost, ascending, cursor, budget);
    }

    private static void add(
            List<MetricDataResult> results,
            DataQuery query,
            MetricDataPlan plan,
            PageReading read,
            MetricDataEvaluation evaluation,
            ResultLabels labels,
            boolean ascending,
            boolean isLast) {
        var value = evaluation.value(query.id());
        switch (query) {
            case MetricQuery metric -> {
                var source = plan.sourceOf(query.id());
                var series = read.series().get(source);
                var result = result(query, labels.ofMetric(metric, series), series, ascending);
                var units = read.units(source);
                if (metric.unit() == null && units.size() > 1) {
                    result.messages(
                            message("MultipleUnits", "Multiple units returned: '" + units + "'"));
                }
                results.add(status(result, query, isLast || read.isNothing(source)));
            }
            case ExpressionQuery expression -> {
                var failure = evaluation.failure(query.id());
                if (failure != null) {
                    results.add(failed(expression, failure));
                    return;
                }
                var complete = isLast && !plan.isCapped() && !evaluation.isPartial(query.id());
                switch (value) {
                    case Value.Single(var series) ->
                            results.add(
                                    status(
                                            result(
                                                    query,
                                                    labels.ofSingle(expression, series),
                                                    series,
                                                    ascending),
                                            query,
                                            complete));
                    case Value.Several(var several) -> {
                        for (var series : several) {
                            results.add(
                                    status(
                                            result(
                                                    query,
                                                    labels.ofMember(expression, series),
                                                    series,
                                                    ascending),
                                            query,
                                            complete));
                        }
                    }
                    case Value other -> throw new IllegalStateException(other.kind());
                }
            }
        }
    }

    private static MetricDataResult.Builder result(
            DataQuery query, String label, TimeSeries series, boolean ascending) {
        var size = query.isForbidden() ? 0 : series.size();
        var times = new Instant[size];
        var values = new Double[size];
        for (var i = 0; i < size; i++) {
            var at = ascending ? i : size - 1 - i;
            times[at] = Instant.ofEpochSecond(series.times()[i]);
            values[at] = series.values()[i];
        }
        return MetricDataResult.builder()
                .id(query.id())
                .label(label)
                .timestamps(Arrays.asList(times))
                .values(Arrays.asList(values));
    }

    private static MetricDataResult failed(ExpressionQuery query, Functions.Failure failure) {
        return MetricDataResult.builder()
                .id(query.id())
                .label(query.label() == null ? query.id() : query.label())
                .timestamps(List.of())
                .values(List.of())
                .statusCode(StatusCode.INTERNAL_ERROR)
                .messages(message(failure.code(), failure.getMessage()))
                .build();
    }

    private static MetricDataResult status(
            MetricDataResult.Builder result, DataQuery query, boolean complete) {
        if (query.isForbidden()) {
            return result.statusCode(StatusCode.FORBIDDEN)
                    .messages(
                            message(
                                    "Forbidden",
                                    "Access denied when getting data - please check that this"
                                            + " account and the requested metric account are"
                                            + " linked"))
                    .build();
        }
        return result.statusCode(complete ? StatusCode.COMPLETE : StatusCode.PARTIAL_DATA).build();
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
