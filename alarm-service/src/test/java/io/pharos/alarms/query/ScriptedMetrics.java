package io.pharos.alarms.query;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A metrics-service that answers each expression with what it was told to, by its last word.
public final class ScriptedMetrics implements CloudWatchClient {
    public final List<GetMetricDataRequest> asked = new CopyOnWriteArrayList<>();
    private final Map<String, List<Map.Entry<String, Map<Instant, Double>>>> script =
            new LinkedHashMap<>();

    /// Expressions that contain `part` are answered with one more series.
    public void answer(String part, String label, Map<Instant, Double> points) {
        script.computeIfAbsent(part, _ -> new ArrayList<>()).add(Map.entry(label, points));
    }

    public void forget() {
        script.clear();
    }

    @Override
    public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
        asked.add(request);
        var results = new ArrayList<MetricDataResult>();
        for (var query : request.metricDataQueries()) {
            if (query.expression() == null || Boolean.FALSE.equals(query.returnData())) {
                continue;
            }
            if (query.expression().contains("REFUSED")) {
                throw CloudWatchException.builder()
                        .statusCode(400)
                        .message("Error in expression")
                        .build();
            }
            script.forEach((part, series) -> {
                if (query.expression().contains(part)) {
                    series.forEach(one ->
                            results.add(
                                    MetricDataResult.builder()
                                            .id(query.id())
                                            .label(one.getKey())
                                            .timestamps(List.copyOf(one.getValue().keySet()))
                                            .values(
                                                    one.getValue().keySet().stream()
                                                            .map(one.getValue()::get)
                                                            .toList())
                                            .build()));
                }
            });
        }
        return GetMetricDataResponse.builder().metricDataResults(results).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
