package io.pharos.metrics.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.query.Functions;
import io.pharos.metrics.query.InsightRules;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.testkit.SteppingClock;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class InsightReportsTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
    private static final Tenant TENANT = new Tenant("123456789012", "eu-west-1");

    private final List<GetInsightRuleReportRequest> asked = new ArrayList<>();
    private final InsightReports reports =
            new InsightReports(_ -> new Owner(), SteppingClock.at(NOW.toString()));

    /// Has one datapoint at the start of each report.
    private final class Owner implements CloudWatchClient {
        @Override
        public GetInsightRuleReportResponse getInsightRuleReport(
                GetInsightRuleReportRequest request) {
            asked.add(request);
            if (request.ruleName().equals("none")) {
                throw ResourceNotFoundException.builder().message("none").build();
            } else if (request.ruleName().equals("away")) {
                throw SdkClientException.create("away");
            }
            return GetInsightRuleReportResponse.builder()
                    .metricDatapoints(p ->
                            p.timestamp(request.startTime())
                                    .uniqueContributors(1.0)
                                    .maxContributorValue(2.0)
                                    .sampleCount(3.0)
                                    .sum(4.0)
                                    .minimum(5.0)
                                    .maximum(6.0)
                                    .average(7.0))
                    .build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private List<InsightRules.Point> points(String rule, Duration before, int periodS, long count) {
        var startS = NOW.minus(before).getEpochSecond();
        return reports.points(TENANT, rule, new PeriodGrid(startS, periodS, count));
    }

    @Test
    void asksADayAtATime() {
        var points = points("r", Duration.ofHours(60), 3_600, 60);
        assertThat(asked).hasSize(3);
        assertThat(asked.getFirst().period()).isEqualTo(3_600);
        assertThat(asked.getFirst().endTime()).isEqualTo(NOW.minus(Duration.ofHours(36)));
        assertThat(asked.getLast().endTime()).isEqualTo(NOW);
        assertThat(points)
                .extracting(InsightRules.Point::timeS)
                .containsExactly(
                        NOW.minus(Duration.ofHours(60)).getEpochSecond(),
                        NOW.minus(Duration.ofHours(36)).getEpochSecond(),
                        NOW.minus(Duration.ofHours(12)).getEpochSecond());
        assertThat(points.getFirst().average()).isEqualTo(7);
    }

    @Test
    void asksForNoLongerThanIsKept() {
        points("r", Duration.ofDays(400), 86_400, 1_000);
        assertThat(asked).hasSize(16);
        assertThat(asked.getFirst().startTime()).isEqualTo(NOW.minus(Duration.ofDays(15)));
        assertThat(asked.getLast().startTime()).isEqualTo(NOW);
        asked.clear();
        assertThat(points("r", Duration.ofDays(400), 60, 60)).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void tellsWhyThereIsNothing() {
        assertThatThrownBy(() -> points("none", Duration.ofHours(1), 60, 60))
                .isInstanceOf(ExpressionError.class)
                .hasMessage("The rule 'none' does not exist");
        assertThatThrownBy(() -> points("away", Duration.ofHours(1), 60, 60))
                .isInstanceOf(Functions.Failure.class);
    }
}
