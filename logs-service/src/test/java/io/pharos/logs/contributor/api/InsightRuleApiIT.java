package io.pharos.logs.contributor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.contributor.pg.PgContributions;
import io.pharos.logs.contributor.pg.PgInsightRules;
import io.pharos.stream.ResourceTag;
import io.pharos.stream.TagsAnswer;
import io.pharos.stream.TagsRequest;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.DeleteInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeInsightRulesResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportResponse;
import software.amazon.awssdk.services.cloudwatch.model.InsightRule;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatch.model.PartialFailure;
import software.amazon.awssdk.services.cloudwatch.model.PutInsightRuleRequest;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

class InsightRuleApiIT {
    private static final String RULE =
            """
            {"Schema": {"Name": "CloudWatchLogRule", "Version": 1}, "LogGroupNames": ["app*"],
             "LogFormat": "JSON", "Contribution": {"Keys": ["$.ip"]}, "AggregateOn": "Count"}
            """;
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:30Z");

    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final SteppingClock clock = SteppingClock.at(NOW.toString());
    private final PgInsightRules rules = new PgInsightRules(database);
    private final InsightRuleApi api = new InsightRuleApi(rules);
    private final InsightReportApi reports = new InsightReportApi(new PgContributions(database));

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
                        .startTime(NOW.minus(Duration.ofHours(1)))
                        .endTime(NOW.plus(Duration.ofHours(1)))
                        .period(60);
        change.accept(request);
        return Calls.at(clock, () -> reports.getInsightRuleReport(request.build()));
    }

    private List<PartialFailure> delete(String... names) {
        var request = DeleteInsightRulesRequest.builder().ruleNames(names).build();
        return Calls.at(clock, () -> api.deleteInsightRules(request)).failures();
    }

    @Test
    void describesInPagesAndHoldsToTheLimit() {
        for (var i = 0; i < io.pharos.logs.contributor.InsightRule.MAX_RULES; i++) {
            var name = "rule %03d".formatted(i);
            put(r -> r.ruleName(name).ruleState("DISABLED"));
        }
        assertThatThrownBy(() -> put(r -> {})).isInstanceOf(LimitExceededException.class);
        put(r -> r.ruleName("rule 005").applyOnTransformedLogs(true));
        var first = describe(r -> r.maxResults(60));
        assertThat(first.insightRules()).hasSize(60);
        assertThat(first.insightRules().get(5))
                .isEqualTo(
                        InsightRule.builder()
                                .name("rule 005")
                                .state("ENABLED")
                                .schema("{\"Name\": \"CloudWatchLogRule\", \"Version\": 1}")
                                .definition(RULE)
                                .managedRule(false)
                                .applyOnTransformedLogs(true)
                                .build());
        var second = describe(r -> r.nextToken(first.nextToken()));
        assertThat(second.insightRules()).hasSize(40);
        assertThat(second.insightRules().getFirst().name()).isEqualTo("rule 060");
        assertThat(second.nextToken()).isNull();
        assertThatThrownBy(() -> describe(r -> r.nextToken("nonsense")))
                .isInstanceOf(InvalidNextTokenException.class);
        assertThatThrownBy(() -> describe(r -> r.maxResults(501))).isInstanceOf(AwsError.class);
    }

    private DescribeInsightRulesResponse describe(
            Consumer<DescribeInsightRulesRequest.Builder> change) {
        var request = DescribeInsightRulesRequest.builder().applyMutation(change).build();
        return Calls.at(clock, () -> api.describeInsightRules(request));
    }

    @Test
    void refusesWhatAwsRefuses() {
        put(r -> {});
        refused(() -> put(r -> r.ruleDefinition("{}")), "The rule definition is invalid");
        refused(() -> put(r -> r.ruleState("PAUSED")), "RuleState must be ENABLED or DISABLED");
        refused(() -> delete(), "RuleNames must have 1 to 100 names");
        refused(() -> report(r -> r.maxContributorCount(101)), "MaxContributorCount");
        refused(() -> report(r -> r.maxContributorCount(0)), "MaxContributorCount");
        refused(() -> report(r -> r.period(90)), "Period must be a multiple of 60");
        refused(() -> report(r -> r.metrics("p99")), "Metrics has an unknown metric: p99");
        refused(() -> report(r -> r.orderBy("Minimum")), "OrderBy must be Sum or Maximum");
        refused(() -> report(r -> r.endTime(NOW.minusSeconds(3_660))), "StartTime");
        refused(() -> report(r -> r.endTime(NOW.plusSeconds(86_400))), "24 hours");
        for (var wrong :
                List.<Runnable>of(
                        () -> put(r -> r.ruleName(null)),
                        () -> put(r -> r.ruleName("ü")),
                        () -> put(r -> r.ruleName("x".repeat(129))),
                        () -> put(r -> r.ruleDefinition(RULE + " ".repeat(8_192))),
                        () -> put(r -> r.ruleDefinition("ü")),
                        () -> report(r -> r.period(null)))) {
            assertThatThrownBy(wrong::run)
                    .isInstanceOf(AwsError.class)
                    .hasMessageContaining("1 validation error detected");
        }
        assertThat(report(r -> r.orderBy("Maximum")).contributors()).isEmpty();
    }

    private static void refused(Runnable call, String why) {
        assertThatThrownBy(call::run)
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining(why);
    }

    @Test
    void keepsTags() throws Exception {
        put(r -> r.tags(t -> t.key("team").value("a")));
        put(r -> r.tags(t -> t.key("ignored").value("x")));
        var arn = "arn:aws:cloudwatch:eu-west-1:123456789012:insight-rule/r";
        var request =
                TagsRequest.newBuilder()
                        .setAccount("123456789012")
                        .setRegion("eu-west-1")
                        .setArn(arn);
        assertThat(tags(request).getTagsList()).containsExactly(tag("team", "a"));
        var more = request.clone().addPut(tag("team", "b")).addPut(tag("x", "y")).addRemove("x");
        assertThat(tags(more).getTagsList()).containsExactly(tag("team", "b"));
        for (var i = 0; i < 50; i++) {
            more.addPut(tag("k" + i, ""));
        }
        assertThat(tags(more).getTooMany()).isTrue();
        assertThat(tags(request).getTagsCount()).isOne();
        assertThat(tags(request.clone().setArn(arn + "2")).getFound()).isFalse();
    }

    private TagsAnswer tags(TagsRequest.Builder request) throws Exception {
        return TagsAnswer.parseFrom(
                new InsightTagsRoute(rules).answer(request.build().toByteArray()));
    }

    private static ResourceTag tag(String key, String value) {
        return ResourceTag.newBuilder().setKey(key).setValue(value).build();
    }
}
