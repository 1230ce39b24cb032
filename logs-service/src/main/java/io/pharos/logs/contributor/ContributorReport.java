package io.pharos.logs.contributor;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportResponse;
import software.amazon.awssdk.services.cloudwatch.model.InsightRuleContributor;
import software.amazon.awssdk.services.cloudwatch.model.InsightRuleContributorDatapoint;
import software.amazon.awssdk.services.cloudwatch.model.InsightRuleMetricDatapoint;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// GetInsightRuleReport, made of the minutes that a rule counted, which are shown to it twice: first
/// who is highest, then their datapoints. Memory is bounded whatever there is. For one thread.
public final class ContributorReport {
    /// Contributors that are compared over a whole report, and over one period of it. Beyond, those of
    /// low values are forgotten.
    static final int MAX_COMPARED = 20_000;

    private final ReportRequest request;
    private final ContributorCounts total = new ContributorCounts(MAX_COMPARED);
    private final List<InsightRuleMetricDatapoint> metrics = new ArrayList<>();
    private final Map<String, TreeMap<Long, Double>> highest = new LinkedHashMap<>();
    private final Map<String, Double> ranked = new LinkedHashMap<>();
    private ContributorCounts period = new ContributorCounts(MAX_COMPARED);
    private long slot = -1;

    /// What is asked for, checked.
    ///
    /// @param startMs a whole minute
    /// @param endMs not in the report any more
    /// @param metrics of each period
    /// @param byMaximum contributors are ranked by their highest period, and not by all of them
    public record ReportRequest(
            long startMs,
            long endMs,
            int periodS,
            int maxContributors,
            Set<String> metrics,
            boolean byMaximum) {
        public ReportRequest {
            metrics = Set.copyOf(metrics);
        }

        private long slot(long minuteMs) {
            return (minuteMs - startMs) / (periodS * 1000L);
        }

        private Instant time(long slot) {
            return Instant.ofEpochMilli(startMs + slot * periodS * 1000L);
        }
    }

    public ContributorReport(ReportRequest request) {
        this.request = request;
    }

    /// First, all minutes, ascending; there may be several parts of one.
    public void count(long minuteMs, ContributorCounts counts) {
        var next = request.slot(minuteMs);
        if (next != slot) {
            endPeriod();
            slot = next;
        }
        period.merge(counts);
    }

    private void endPeriod() {
        if (period.samples() > 0) {
            metrics.add(metrics());
            total.merge(period, request.byMaximum() ? Math::max : Double::sum);
            period = new ContributorCounts(MAX_COMPARED);
        }
    }

    private InsightRuleMetricDatapoint metrics() {
        return InsightRuleMetricDatapoint.builder()
                .timestamp(request.time(slot))
                .uniqueContributors(asked("UniqueContributors", period.distinct()))
                .maxContributorValue(asked("MaxContributorValue", period.highest()))
                .sampleCount(asked("SampleCount", period.samples()))
                .sum(asked("Sum", period.sum()))
                .minimum(asked("Minimum", period.minimum()))
                .maximum(asked("Maximum", period.maximum()))
                .average(asked("Average", period.sum() / period.samples()))
                .build();
    }

    private @Nullable Double asked(String metric, double value) {
        return request.metrics().contains(metric) ? value : null;
    }

    /// Once all minutes were counted.
    public void rank() {
        endPeriod();
        for (var contributor : total.top(request.maxContributors())) {
            ranked.put(contributor.getKey(), contributor.getValue());
            highest.put(contributor.getKey(), new TreeMap<>());
        }
    }

    /// Then, all minutes again.
    public void fill(long minuteMs, ContributorCounts counts) {
        highest.forEach((contributor, points) -> {
            var value = counts.values().get(contributor);
            if (value != null) {
                points.merge(request.slot(minuteMs), value, Double::sum);
            }
        });
    }

    public GetInsightRuleReportResponse answer(RuleBody body) {
        var contributors = new ArrayList<InsightRuleContributor>(highest.size());
        highest.forEach((contributor, points) ->
                contributors.add(
                        InsightRuleContributor.builder()
                                .keys(ContributorKeys.split(contributor))
                                .approximateAggregateValue(ranked.get(contributor))
                                .datapoints(datapoints(points))
                                .build()));
        return GetInsightRuleReportResponse.builder()
                .keyLabels(body.keys())
                .aggregationStatistic(body.aggregationStatistic())
                .aggregateValue(total.sum())
                .approximateUniqueCount(total.distinct())
                .contributors(contributors)
                .metricDatapoints(request.metrics().isEmpty() ? List.of() : metrics)
                .build();
    }

    private List<InsightRuleContributorDatapoint> datapoints(TreeMap<Long, Double> points) {
        var datapoints = new ArrayList<InsightRuleContributorDatapoint>(points.size());
        points.forEach((slot, value) ->
                datapoints.add(
                        InsightRuleContributorDatapoint.builder()
                                .timestamp(request.time(slot))
                                .approximateValue(value)
                                .build()));
        return datapoints;
    }
}
