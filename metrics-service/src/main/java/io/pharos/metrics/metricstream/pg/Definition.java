package io.pharos.metrics.metricstream.pg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.MetricStreamFilter;
import software.amazon.awssdk.services.cloudwatch.model.MetricStreamStatisticsConfiguration;
import software.amazon.awssdk.services.cloudwatch.model.MetricStreamStatisticsMetric;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricStreamRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A stream's definition as the JSON that is stored: members under AWS's names; unset ones are left
/// out. Tags are not part of it.
final class Definition {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Definition() {}

    static String write(PutMetricStreamRequest request) {
        var root = JSON.createObjectNode();
        root.put("Name", request.name());
        root.put("FirehoseArn", request.firehoseArn());
        root.put("RoleArn", request.roleArn());
        root.put("OutputFormat", request.outputFormatAsString());
        if (request.hasIncludeFilters()) {
            write(root.putArray("IncludeFilters"), request.includeFilters());
        }
        if (request.hasExcludeFilters()) {
            write(root.putArray("ExcludeFilters"), request.excludeFilters());
        }
        if (request.hasStatisticsConfigurations()) {
            var target = root.putArray("StatisticsConfigurations");
            for (var configuration : request.statisticsConfigurations()) {
                var one = target.addObject();
                var metrics = one.putArray("IncludeMetrics");
                for (var metric : configuration.includeMetrics()) {
                    metrics.addObject()
                            .put("Namespace", metric.namespace())
                            .put("MetricName", metric.metricName());
                }
                var statistics = one.putArray("AdditionalStatistics");
                configuration.additionalStatistics().forEach(statistics::add);
            }
        }
        return root.toString();
    }

    private static void write(ArrayNode target, List<MetricStreamFilter> filters) {
        for (var filter : filters) {
            var one = target.addObject().put("Namespace", filter.namespace());
            if (filter.hasMetricNames()) {
                var names = one.putArray("MetricNames");
                filter.metricNames().forEach(names::add);
            }
        }
    }

    static PutMetricStreamRequest read(String text) {
        try {
            var root = JSON.readTree(text);
            return PutMetricStreamRequest.builder()
                    .name(root.path("Name").asText())
                    .firehoseArn(root.path("FirehoseArn").asText())
                    .roleArn(root.path("RoleArn").asText())
                    .outputFormat(root.path("OutputFormat").asText())
                    .includeFilters(list(root.get("IncludeFilters"), Definition::filter))
                    .excludeFilters(list(root.get("ExcludeFilters"), Definition::filter))
                    .statisticsConfigurations(
                            list(root.get("StatisticsConfigurations"), Definition::statistics))
                    .build();
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a definition is no JSON", broken);
        }
    }

    private static MetricStreamFilter filter(JsonNode node) {
        return MetricStreamFilter.builder()
                .namespace(node.path("Namespace").asText())
                .metricNames(list(node.get("MetricNames"), JsonNode::asText))
                .build();
    }

    private static MetricStreamStatisticsConfiguration statistics(JsonNode node) {
        return MetricStreamStatisticsConfiguration.builder()
                .includeMetrics(
                        list(
                                node.get("IncludeMetrics"),
                                metric ->
                                        MetricStreamStatisticsMetric.builder()
                                                .namespace(metric.path("Namespace").asText())
                                                .metricName(metric.path("MetricName").asText())
                                                .build()))
                .additionalStatistics(list(node.get("AdditionalStatistics"), JsonNode::asText))
                .build();
    }

    private static <T> @Nullable List<T> list(
            @Nullable JsonNode array, Function<JsonNode, T> item) {
        if (array == null) {
            return null;
        }
        var items = new ArrayList<T>(array.size());
        array.forEach(node -> items.add(item.apply(node)));
        return items;
    }
}
