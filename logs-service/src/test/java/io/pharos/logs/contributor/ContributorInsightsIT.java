package io.pharos.logs.contributor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.Calls;
import io.pharos.logs.TapHarness;
import io.pharos.logs.contributor.api.InsightReportApi;
import io.pharos.logs.contributor.api.InsightRuleApi;
import io.pharos.logs.contributor.pg.PgContributions;
import io.pharos.logs.contributor.pg.PgInsightRules;
import io.pharos.logs.contributor.stream.InsightRuleTap;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.testkit.SteppingClock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.DeleteInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.DisableInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.EnableInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportResponse;
import software.amazon.awssdk.services.cloudwatch.model.InsightRuleContributor;
import software.amazon.awssdk.services.cloudwatch.model.PartialFailure;
import software.amazon.awssdk.services.cloudwatch.model.PutInsightRuleRequest;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Rules from the stream to the report: real Kafka, real PostgreSQL.
class ContributorInsightsIT {
    private static final String RULE =
            """
            {"Schema": {"Name": "CloudWatchLogRule", "Version": 1}, "LogGroupNames": ["app*"],
             "LogFormat": "JSON", "Contribution": {"Keys": ["$.ip"]}, "AggregateOn": "Count"}
            """;

    private final TapHarness harness = new TapHarness();
    private final SteppingClock clock = SteppingClock.at(TapHarness.NOW.toString());
    private final PgInsightRules rules = new PgInsightRules(harness.database());
    private final PgContributions contributions = new PgContributions(harness.database());
    private final InsightRuleApi api = new InsightRuleApi(rules);
    private final InsightReportApi reports = new InsightReportApi(contributions);
    private final InsightRuleTap tap = new InsightRuleTap(clock);
    private final AtomicInteger failuresLeft = new AtomicInteger();

    @BeforeEach
    void groups() {
        harness.createGroup("app");
        harness.createGroup("application");
        harness.createGroup("web");
    }

    @AfterEach
    void close() {
        harness.close();
    }

    /// Rolls back what the taps before it wrote.
    private final class Failing implements LogTap {
        @Override
        public void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival) {}

        @Override
        public void onEnd(StreamBatch batch) throws SQLException {
            if (failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new SQLException("made by the test", "40001");
            }
        }
    }

    private void put(Consumer<PutInsightRuleRequest.Builder> change) {
        var request = PutInsightRuleRequest.builder().ruleName("r").ruleDefinition(RULE);
        change.accept(request);
        Calls.at(clock, () -> api.putInsightRule(request.build()));
    }

    private GetInsightRuleReportResponse report(
            Consumer<GetInsightRuleReportRequest.Builder> change) {
        var request =
                GetInsightRuleReportRequest.builder()
                        .ruleName("r")
                        .startTime(TapHarness.NOW.minus(Duration.ofHours(1)))
                        .endTime(TapHarness.NOW.plus(Duration.ofHours(1)))
                        .period(60);
        change.accept(request);
        return Calls.at(clock, () -> reports.getInsightRuleReport(request.build()));
    }

    private Map<List<String>, Double> counted() {
        return report(r -> {}).contributors().stream()
                .collect(
                        Collectors.toMap(
                                InsightRuleContributor::keys,
                                InsightRuleContributor::approximateAggregateValue));
    }

    private static String event(String ip) {
        return "{\"ip\":\"" + ip + "\"}";
    }

    @Test
    void countsEachEventOnceWhateverFails() {
        put(r -> {});
        failuresLeft.set(2);
        harness.start(tap, new Failing());
        var nowMs = TapHarness.NOW.toEpochMilli();
        harness.putEvents("app", "s", event("a"), event("a"), event("b"), "no json");
        harness.putEvents("application", "s", event("a"));
        harness.putEvents("web", "s", event("a"));
        harness.putEventsAt(nowMs - 600_000, "app", "s", event("b"), event("c"));
        harness.await();
        assertThat(failuresLeft).hasValue(0);
        var before = report(r -> r.metrics("Sum", "UniqueContributors"));
        assertThat(counted())
                .isEqualTo(Map.of(List.of("a"), 3.0, List.of("b"), 2.0, List.of("c"), 1.0));
        assertThat(before.aggregationStatistic()).isEqualTo("SampleCount");
        assertThat(before.aggregateValue()).isEqualTo(6);
        assertThat(before.metricDatapoints()).hasSize(2);
        assertThat(before.metricDatapoints().getFirst().timestamp())
                .isEqualTo(TapHarness.NOW.minusSeconds(630));

        assertThat(contributions.merge(clock.millis())).isZero(); // not quiet yet
        clock.advance(Duration.ofMinutes(2));
        assertThat(contributions.merge(clock.millis())).isEqualTo(2);
        assertThat(contributions.merge(clock.millis())).isZero();
        assertThat(report(r -> r.metrics("Sum", "UniqueContributors"))).isEqualTo(before);
        assertThat(parts()).isEqualTo(2);
        harness.putEvents("app", "s", event("a"));
        harness.await();
        assertThat(counted()).containsEntry(List.of("a"), 4.0);

        assertThat(contributions.expire(clock.millis())).isZero();
        clock.advance(PgContributions.KEPT);
        assertThat(contributions.expire(clock.millis())).isEqualTo(3);
        assertThat(counted()).isEmpty();
    }

    private int parts() {
        return harness.database()
                .read(connection -> {
                    try (var select =
                                    connection.prepareStatement(
                                            "SELECT count(*) FROM logs.insight_part");
                            var row = select.executeQuery()) {
                        row.next();
                        return row.getInt(1);
                    }
                });
    }

    @Test
    void countsFromWhenItIsEnabledUntilItIsNot() {
        put(r -> r.ruleState("DISABLED"));
        harness.start(tap);
        harness.putEvents("app", "s", event("a"));
        harness.await();
        assertThat(counted()).isEmpty();

        enable("r");
        harness.putEvents("app", "s", event("a"));
        harness.await();
        assertThat(counted()).isEqualTo(Map.of(List.of("a"), 1.0));

        Calls.at(
                clock,
                () ->
                        api.disableInsightRules(
                                DisableInsightRulesRequest.builder().ruleNames("r").build()));
        harness.putEvents("app", "s", event("a"));
        harness.await();
        assertThat(counted()).isEqualTo(Map.of(List.of("a"), 1.0));

        clock.advance(Duration.ofMinutes(1));
        enable("r"); // after the events were received
        harness.putEvents("app", "s", event("a"));
        harness.await();
        assertThat(counted()).isEqualTo(Map.of(List.of("a"), 1.0));
    }

    private void enable(String name) {
        var answer =
                Calls.at(
                        clock,
                        () ->
                                api.enableInsightRules(
                                        EnableInsightRulesRequest.builder()
                                                .ruleNames(name)
                                                .build()));
        assertThat(answer.failures()).isEmpty();
    }

    @Test
    void anotherDefinitionForgetsWhatTheFirstCounted() {
        put(r -> {});
        harness.start(tap);
        harness.putEvents("app", "s", event("a"));
        harness.await();
        put(r -> {}); // the same
        assertThat(counted()).hasSize(1);
        put(r -> r.ruleDefinition(RULE.replace("$.ip", "$.port")));
        assertThat(counted()).isEmpty();
        harness.putEvents("app", "s", event("a"), "{\"port\":80}");
        harness.await();
        assertThat(counted()).isEqualTo(Map.of(List.of("80"), 1.0));
        assertThat(report(r -> {}).keyLabels()).containsExactly("$.port");
        assertThat(delete("r", "gone"))
                .extracting(PartialFailure::failureResource)
                .containsExactly("gone");
        assertThat(parts()).isZero();
        harness.putEvents("app", "s", event("a"));
        harness.await();
        assertThatThrownBy(() -> report(r -> {}))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("The rule r does not exist");
    }

    private List<PartialFailure> delete(String... names) {
        var request = DeleteInsightRulesRequest.builder().ruleNames(names).build();
        return Calls.at(clock, () -> api.deleteInsightRules(request)).failures();
    }
}
