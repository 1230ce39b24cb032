package io.pharos.logs.contributor;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.contributor.ContributorReport.ReportRequest;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportResponse;
import software.amazon.awssdk.services.cloudwatch.model.InsightRuleContributor;
import software.amazon.awssdk.services.cloudwatch.model.InsightRuleContributorDatapoint;
import software.amazon.awssdk.services.cloudwatch.model.InsightRuleMetricDatapoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

class ContributorReportTest {
    private static final long START = Instant.parse("2026-01-15T12:00:00Z").toEpochMilli();
    private static final RuleBody BODY =
            new RuleBody(
                    new LogGroupMatch(List.of("g")),
                    true,
                    List.of("$.k"),
                    "$.v",
                    List.of(),
                    List.of());

    /// By minute, what each event adds: `a` is steady, `b` has one peak, `c` is small.
    private static final Map<Integer, Map<String, double[]>> MINUTES =
            new TreeMap<>(
                    Map.of(
                            0, Map.of("a", new double[] {4, 4}, "c", new double[] {1}),
                            1, Map.of("a", new double[] {8}),
                            3, Map.of("a", new double[] {8}, "b", new double[] {10, 5}),
                            9, Map.of("c", new double[] {-2})));

    private static GetInsightRuleReportResponse report(ReportRequest request) {
        var report = new ContributorReport(request);
        MINUTES.forEach((minute, events) -> report.count(START + minute * 60_000L, counts(events)));
        report.rank();
        MINUTES.forEach((minute, events) -> report.fill(START + minute * 60_000L, counts(events)));
        return report.answer(BODY);
    }

    private static ContributorCounts counts(Map<String, double[]> events) {
        var counts = new ContributorCounts(ContributorCounts.MAX_KEPT);
        events.forEach((key, values) -> {
            for (var value : values) {
                counts.add(ContributorKeys.join(List.of(key)), value);
            }
        });
        return counts;
    }

    private static ReportRequest asking(int periodS, int most, Set<String> metrics, boolean byMax) {
        return new ReportRequest(START, START + 600_000, periodS, most, metrics, byMax);
    }

    @Test
    void ranksBySum() {
        var report = report(asking(60, 10, Set.of(), false));
        assertThat(report.keyLabels()).containsExactly("$.k");
        assertThat(report.aggregationStatistic()).isEqualTo("Sum");
        assertThat(report.aggregateValue()).isEqualTo(38);
        assertThat(report.approximateUniqueCount()).isEqualTo(3);
        assertThat(report.metricDatapoints()).isEmpty();
        assertThat(report.contributors())
                .extracting(InsightRuleContributor::keys)
                .containsExactly(List.of("a"), List.of("b"), List.of("c"));
        assertThat(report.contributors())
                .extracting(InsightRuleContributor::approximateAggregateValue)
                .containsExactly(24.0, 15.0, -1.0);
        assertThat(report.contributors().getFirst().datapoints())
                .containsExactly(point(0, 8), point(1, 8), point(3, 8));
        assertThat(report.contributors().getLast().datapoints())
                .containsExactly(point(0, 1), point(9, -2));
    }

    @Test
    void ranksByTheHighestPeriod() {
        var report = report(asking(60, 2, Set.of(), true));
        assertThat(report.contributors())
                .extracting(InsightRuleContributor::keys)
                .containsExactly(List.of("b"), List.of("a"));
        assertThat(report.contributors())
                .extracting(InsightRuleContributor::approximateAggregateValue)
                .containsExactly(15.0, 8.0);
        assertThat(report.aggregateValue()).isEqualTo(38);
        assertThat(report.approximateUniqueCount()).isEqualTo(3);
    }

    @Test
    void tellsMetricsOfPeriodsThatHaveEvents() {
        var all =
                Set.of(
                        "UniqueContributors",
                        "MaxContributorValue",
                        "SampleCount",
                        "Sum",
                        "Minimum",
                        "Maximum",
                        "Average");
        var report = report(asking(180, 1, all, false));
        assertThat(report.metricDatapoints())
                .containsExactly(
                        InsightRuleMetricDatapoint.builder()
                                .timestamp(at(0))
                                .uniqueContributors(2.0)
                                .maxContributorValue(16.0)
                                .sampleCount(4.0)
                                .sum(17.0)
                                .minimum(1.0)
                                .maximum(8.0)
                                .average(4.25)
                                .build(),
                        InsightRuleMetricDatapoint.builder()
                                .timestamp(at(3))
                                .uniqueContributors(2.0)
                                .maxContributorValue(15.0)
                                .sampleCount(3.0)
                                .sum(23.0)
                                .minimum(5.0)
                                .maximum(10.0)
                                .average(23.0 / 3)
                                .build(),
                        InsightRuleMetricDatapoint.builder()
                                .timestamp(at(9))
                                .uniqueContributors(1.0)
                                .maxContributorValue(-2.0)
                                .sampleCount(1.0)
                                .sum(-2.0)
                                .minimum(-2.0)
                                .maximum(-2.0)
                                .average(-2.0)
                                .build());
        assertThat(report.contributors().getFirst().datapoints())
                .containsExactly(point(0, 16), point(3, 8));
        var some = report(asking(60, 1, Set.of("Sum"), false)).metricDatapoints().getFirst();
        assertThat(some.sum()).isEqualTo(9);
        assertThat(some.average()).isNull();
    }

    private static InsightRuleContributorDatapoint point(int minute, double value) {
        return InsightRuleContributorDatapoint.builder()
                .timestamp(at(minute))
                .approximateValue(value)
                .build();
    }

    private static Instant at(int minute) {
        return Instant.ofEpochMilli(START + minute * 60_000L);
    }
}
