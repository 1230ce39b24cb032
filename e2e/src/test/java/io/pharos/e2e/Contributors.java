package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.testkit.Eventually;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Contributor Insights, by the command and the SDK: a rule, events, the report, its metrics in
/// expressions, in pictures and in alarms.
final class Contributors {
    private static final String RULE =
            """
            {"Schema": {"Name": "CloudWatchLogRule", "Version": 1}, "LogGroupNames": ["talk*"],
             "LogFormat": "CLF", "Fields": {"1": "Client", "7": "Bytes"},
             "Contribution": {"Keys": ["Client"], "ValueOf": "Bytes",
                              "Filters": [{"Match": "6", "EqualTo": 200}]},
             "AggregateOn": "Sum"}
            """;
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Pharos pharos;
    private final AwsCli aws;

    Contributors(Pharos pharos, AwsCli aws) {
        this.pharos = pharos;
        this.aws = aws;
    }

    void areCounted() {
        aws.run(
                "cloudwatch",
                "put-insight-rule",
                "--rule-name",
                "talkers",
                "--rule-definition",
                RULE,
                "--tags",
                "Key=team,Value=web");
        assertThat(
                        aws.refused(
                                "cloudwatch",
                                "put-insight-rule",
                                "--rule-name",
                                "x",
                                "--rule-definition",
                                "{}"))
                .contains("InvalidParameterValue", "The rule definition is invalid");
        putEvents();
        try (var metrics = Clients.of(pharos, CloudWatchClient.builder())) {
            Eventually.within(SOON, () -> report(metrics));
            expressions(metrics);
            life(metrics);
        }
    }

    private void putEvents() {
        var now = System.currentTimeMillis();
        aws.run("logs", "create-log-group", "--log-group-name", "talkers");
        aws.run(
                "logs",
                "create-log-stream",
                "--log-group-name",
                "talkers",
                "--log-stream-name",
                "s");
        var line = "10.0.0.%d - - [x y] \\\"GET / HTTP/1.1\\\" %d %d";
        var events = new StringBuilder("[");
        for (var event : new int[][] {{1, 200, 50}, {2, 200, 30}, {1, 200, 5}, {3, 500, 900}}) {
            events.append(events.length() == 1 ? "" : ",")
                    .append("{\"timestamp\":%d,\"message\":\"".formatted(now))
                    .append(line.formatted(event[0], event[1], event[2]))
                    .append("\"}");
        }
        aws.run(
                "logs",
                "put-log-events",
                "--log-group-name",
                "talkers",
                "--log-stream-name",
                "s",
                "--log-events",
                events + "]");
    }

    private static Instant start() {
        return Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(600);
    }

    private void report(CloudWatchClient metrics) {
        var report =
                aws.run(
                        "cloudwatch",
                        "get-insight-rule-report",
                        "--rule-name",
                        "talkers",
                        "--start-time",
                        "" + start(),
                        "--end-time",
                        "" + start().plusSeconds(1_200),
                        "--period",
                        "300",
                        "--metrics",
                        "Sum");
        assertThat(report.path("AggregateValue").asDouble()).isEqualTo(85);
        assertThat(report.path("ApproximateUniqueCount").asInt()).isEqualTo(2);
        assertThat(report.path("KeyLabels").path(0).asText()).isEqualTo("Client");
        var first = report.path("Contributors").path(0);
        assertThat(first.path("Keys").path(0).asText()).isEqualTo("10.0.0.1");
        assertThat(first.path("ApproximateAggregateValue").asDouble()).isEqualTo(55);
        var sdk =
                metrics.getInsightRuleReport(r ->
                        r.ruleName("talkers")
                                .startTime(start())
                                .endTime(start().plusSeconds(1_200))
                                .period(60));
        assertThat(sdk.contributors()).hasSize(2);
    }

    private void expressions(CloudWatchClient metrics) {
        var values =
                aws.run(
                                "cloudwatch",
                                "get-metric-data",
                                "--start-time",
                                "" + start(),
                                "--end-time",
                                "" + start().plusSeconds(1_200),
                                "--metric-data-queries",
                                """
                                [{"Id": "e", "Period": 60, "Expression":
                                  "SUM([INSIGHT_RULE_METRIC('talkers', 'Sum') / INSIGHT_RULE_METRIC('talkers', 'SampleCount')])"}]
                                """)
                        .path("MetricDataResults")
                        .path(0)
                        .path("Values");
        assertThat(values.path(0).asDouble()).isPositive();
        assertThat(
                        aws.refused(
                                "cloudwatch",
                                "get-metric-data",
                                "--start-time",
                                "" + start(),
                                "--end-time",
                                "" + start().plusSeconds(1_200),
                                "--metric-data-queries",
                                "[{\"Id\": \"e\", \"Period\": 60, \"Expression\":"
                                        + " \"INSIGHT_RULE_METRIC('none', 'Sum')\"}]"))
                .contains("The rule 'none' does not exist");
        var picture =
                metrics.getMetricWidgetImage(r ->
                        r.metricWidget(
                                """
                                {"metrics": [[{"expression": "INSIGHT_RULE_METRIC('talkers', 'Sum')"}]],
                                 "period": 60, "region": "us-east-1"}
                                """));
        assertThat(picture.metricWidgetImage().asByteArray()).hasSizeGreaterThan(1_000);
        metrics.putMetricAlarm(r ->
                r.alarmName("talkers")
                        .evaluationPeriods(1)
                        .comparisonOperator("GreaterThanThreshold")
                        .threshold(1.0)
                        .metrics(q ->
                                q.id("e")
                                        .period(60)
                                        .expression("INSIGHT_RULE_METRIC('talkers', 'Sum')")));
    }

    private void life(CloudWatchClient metrics) {
        var alarm = metrics.describeAlarms(r -> r.alarmNames("talkers")).metricAlarms().getFirst();
        var arn = alarm.alarmArn().replace(":alarm:", ":insight-rule/");
        assertThat(metrics.listTagsForResource(r -> r.resourceARN(arn)).tags())
                .singleElement()
                .satisfies(tag -> assertThat(tag.value()).isEqualTo("web"));
        assertThat(metrics.disableInsightRules(r -> r.ruleNames("talkers")).failures()).isEmpty();
        var rule = metrics.describeInsightRules(r -> {}).insightRules().getFirst();
        assertThat(rule.state()).isEqualTo("DISABLED");
        assertThat(metrics.enableInsightRules(r -> r.ruleNames("talkers")).failures()).isEmpty();
        assertThat(metrics.deleteInsightRules(r -> r.ruleNames("talkers", "none")).failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.failureResource()).isEqualTo("none"));
        assertThatThrownBy(() ->
                        metrics.getInsightRuleReport(r ->
                                r.ruleName("talkers")
                                        .startTime(start())
                                        .endTime(start().plusSeconds(60))
                                        .period(60)))
                .isInstanceOf(ResourceNotFoundException.class);
        metrics.deleteAlarms(r -> r.alarmNames("talkers"));
    }
}
