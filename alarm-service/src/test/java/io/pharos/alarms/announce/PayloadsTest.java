package io.pharos.alarms.announce;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.Contributor;
import io.pharos.alarms.alarm.MetricAlarms;
import io.pharos.alarms.evaluate.ContributorChange;
import io.pharos.alarms.evaluate.Verdict;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The exact payloads of alarms of every kind but the one on a single metric, which [AnnounceTest] has:
/// AWS's keys, in AWS's order.
class PayloadsTest {
    private static final Tenant TENANT = new Tenant("123456789012", "eu-west-1");
    private static final AlarmKey KEY = new AlarmKey(TENANT, "Errors");
    private static final String ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:";
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:ops";
    private static final Instant CREATED = Instant.parse("2026-09-14T05:00:00.125Z");
    private static final Instant CHANGED = Instant.parse("2026-09-14T05:51:57.551Z");

    private static final MetricDataQuery STAT =
            MetricDataQuery.builder()
                    .id("m1")
                    .metricStat(s ->
                            s.period(60)
                                    .stat("Sum")
                                    .unit("Count")
                                    .metric(m ->
                                            m.namespace("Web")
                                                    .metricName("errors")
                                                    .dimensions(
                                                            Dimension.builder()
                                                                    .name("Host")
                                                                    .value("a")
                                                                    .build())))
                    .returnData(false)
                    .build();

    private static final String STAT_OF_MESSAGE =
            """
            {"Id":"m1","MetricStat":{"Metric":{"Dimensions":[{"value":"a","name":"Host"}],\
            "MetricName":"errors","Namespace":"Web"},"Period":60,"Stat":"Sum","Unit":"Count"},\
            "ReturnData":%s}\
            """;

    private static final String STAT_OF_EVENT =
            """
            {"id":"m1","metricStat":{"metric":{"namespace":"Web","name":"errors",\
            "dimensions":{"Host":"a"}},"period":60,"stat":"Sum","unit":"Count"},"returnData":%s}\
            """;

    private static Alarm math() {
        return alarm(r ->
                r.metrics(STAT, query("e", "m1*2").label("doubled").build())
                        .threshold(5.0)
                        .evaluationPeriods(3)
                        .datapointsToAlarm(2)
                        .comparisonOperator("GreaterThanThreshold")
                        .treatMissingData("breaching"));
    }

    private static Alarm insights() {
        return alarm(r ->
                r.metrics(
                                query(
                                                "q",
                                                "SELECT MAX(load) FROM Web GROUP BY Host ORDER BY MAX() DESC")
                                        .period(60)
                                        .build())
                        .threshold(5.0)
                        .evaluationPeriods(1)
                        .comparisonOperator("GreaterThanThreshold"));
    }

    private static Alarm band() {
        return alarm(r ->
                r.metrics(
                                STAT.toBuilder().returnData(true).build(),
                                query("ad", "ANOMALY_DETECTION_BAND(m1, 2)").build())
                        .thresholdMetricId("ad")
                        .evaluationPeriods(1)
                        .comparisonOperator("LessThanLowerOrGreaterThanUpperThreshold"));
    }

    private static Alarm composite() {
        return Alarm.of(
                CompositeAlarm.builder()
                        .alarmName(KEY.name())
                        .alarmArn(ARN + "Errors")
                        .alarmRule("ALARM(a) OR ALARM(b)")
                        .alarmConfigurationUpdatedTimestamp(CREATED)
                        .actionsEnabled(true)
                        .alarmActions(TOPIC)
                        .okActions(List.of())
                        .insufficientDataActions(List.of())
                        .actionsSuppressor("quiet")
                        .actionsSuppressorWaitPeriod(60)
                        .actionsSuppressorExtensionPeriod(120)
                        .stateValue(StateValue.OK)
                        .stateReason(ARN + "Errors was created and its alarm rule evaluates to OK")
                        .stateUpdatedTimestamp(CREATED)
                        .stateTransitionedTimestamp(CREATED)
                        .build());
    }

    private static MetricDataQuery.Builder query(String id, String expression) {
        return MetricDataQuery.builder().id(id).expression(expression).returnData(true);
    }

    private static Alarm alarm(Consumer<PutMetricAlarmRequest.Builder> change) {
        var request =
                PutMetricAlarmRequest.builder()
                        .alarmName(KEY.name())
                        .alarmActions(TOPIC)
                        .applyMutation(change)
                        .build();
        return Alarm.of(MetricAlarms.create(KEY, request, CREATED));
    }

    private static String message(Alarm alarm) {
        return Notification.stateChanged(KEY, alarm, inAlarm(alarm), false).defaultMessage();
    }

    private static Alarm inAlarm(Alarm alarm) {
        return alarm.withState(StateValue.ALARM, "because", null, CHANGED);
    }

    /// What messages of alarms on queries begin with.
    private static final String HEAD =
            """
            {"AlarmName":"Errors","AlarmDescription":null,"AWSAccountId":"123456789012",\
            "AlarmConfigurationUpdatedTimestamp":"2026-09-14T05:00:00.125+0000",\
            "NewStateValue":"ALARM","NewStateReason":"because",\
            "StateChangeTime":"2026-09-14T05:51:57.551+0000","Region":"EU (Ireland)",\
            "AlarmArn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:Errors",\
            "OldStateValue":"INSUFFICIENT_DATA","ActionExecutedAfterMuteWindow":false,\
            "OKActions":[],"AlarmActions":["arn:aws:sns:eu-west-1:123456789012:ops"],\
            "InsufficientDataActions":[],"Trigger":\
            """;

    @Test
    void messagesOfMathAlarms() {
        assertThat(message(math()))
                .isEqualTo(
                        HEAD
                                + """
                                {"Period":60,"EvaluationPeriods":3,"DatapointsToAlarm":2,\
                                "ComparisonOperator":"GreaterThanThreshold","Threshold":5.0,\
                                "TreatMissingData":"breaching","EvaluateLowSampleCountPercentile":"",\
                                "Metrics":[%s,\
                                {"Expression":"m1*2","Id":"e","Label":"doubled","ReturnData":true}]}}\
                                """
                                        .formatted(STAT_OF_MESSAGE.formatted("false")));
    }

    @Test
    void messagesOfBandAlarms() {
        assertThat(message(band()))
                .isEqualTo(
                        HEAD
                                + """
                                {"Period":60,"EvaluationPeriods":1,\
                                "ComparisonOperator":"LessThanLowerOrGreaterThanUpperThreshold",\
                                "ThresholdMetricId":"ad",\
                                "TreatMissingData":"","EvaluateLowSampleCountPercentile":"",\
                                "Metrics":[%s,\
                                {"Expression":"ANOMALY_DETECTION_BAND(m1, 2)","Id":"ad",\
                                "ReturnData":true}]}}\
                                """
                                        .formatted(STAT_OF_MESSAGE.formatted("true")));
    }

    @Test
    void messagesOfContributors() {
        var change =
                new ContributorChange(
                        new Contributor("00ab", Map.of("Host", "a")),
                        new Verdict(StateValue.ALARM, "because", ""));
        var told = Notification.contributorChanged(KEY, insights(), change, false, CHANGED);
        assertThat(told.subject()).isEqualTo("ALARM: \"Errors\" in EU (Ireland)");
        assertThat(told.defaultMessage())
                .isEqualTo(
                        HEAD.replace("\"INSUFFICIENT_DATA\"", "\"OK\"")
                                        .replace(
                                                "\"ActionExecuted",
                                                "\"AlarmContributorId\":\"00ab\","
                                                        + "\"AlarmContributorAttributes\":{\"Host\":\"a\"},"
                                                        + "\"ActionExecuted")
                                + """
                                {"Period":60,"EvaluationPeriods":1,\
                                "ComparisonOperator":"GreaterThanThreshold","Threshold":5.0,\
                                "TreatMissingData":"","EvaluateLowSampleCountPercentile":"",\
                                "Metrics":[{"Expression":"SELECT MAX(load) FROM Web GROUP BY Host\
                                 ORDER BY MAX() DESC","Id":"q","ReturnData":true,"Period":60}]}}\
                                """);
    }

    @Test
    void messagesOfCompositeAlarms() {
        var data =
                "{\"triggeringAlarms\":[{\"arn\":\""
                        + ARN
                        + "a\",\"state\":{\"value\":\"ALARM\","
                        + "\"timestamp\":\"2026-09-14T05:51:50.000+0000\"}}]}";
        var after = composite().withState(StateValue.ALARM, "because", data, CHANGED);
        assertThat(Notification.stateChanged(KEY, composite(), after, false).defaultMessage())
                .isEqualTo(
                        """
                        {"AlarmName":"Errors","AlarmDescription":null,"AWSAccountId":"123456789012",\
                        "NewStateValue":"ALARM","NewStateReason":"because",\
                        "StateChangeTime":"2026-09-14T05:51:57.551+0000","Region":"EU (Ireland)",\
                        "AlarmArn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:Errors",\
                        "OKActions":[],"AlarmActions":["arn:aws:sns:eu-west-1:123456789012:ops"],\
                        "InsufficientDataActions":[],"ActionExecutedAfterMuteWindow":false,\
                        "OldStateValue":"OK","AlarmRule":"ALARM(a) OR ALARM(b)",\
                        "TriggeringChildren":[{"Arn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a",\
                        "State":{"Value":"ALARM","Timestamp":"2026-09-14T05:51:50.000+0000"}}]}\
                        """);
        assertThat(Notification.stateChanged(KEY, composite(), after, false).email())
                .contains("- Alarm Rule:                 ALARM(a) OR ALARM(b)\n")
                .contains("Triggering children (max. 10):\n- " + ARN + "a in ALARM\n")
                .contains("State Change Actions:\n- OK: \n- ALARM: [" + TOPIC + "]\n");
    }

    @Test
    void mailsTellWhatAlarmsOnQueriesLookAt() {
        var mail = Notification.stateChanged(KEY, math(), inAlarm(math()), false).email();
        assertThat(mail)
                .contains("greater than 5.0 for at least 2 of the last 3 period(s) of 60 seconds.")
                .contains("Monitored Metrics:\n- MetricNamespace:                     Web\n")
                .contains("- MetricExpression:                    m1*2\n")
                .contains("- MetricLabel:                         doubled\n")
                .contains("- TreatMissingData:                    breaching\n");
        assertThat(Notification.stateChanged(KEY, band(), inAlarm(band()), false).email())
                .contains("thresholds of the band ad for at least 1 of the last 1 period(s)")
                .contains("- MetricExpression:                    ANOMALY_DETECTION_BAND(m1, 2)\n");
    }

    @Test
    void stateChangesOnTheBus() {
        var event = AlarmEvent.stateChanged(KEY, math(), inAlarm(math()), null, CHANGED);
        assertThat(event.detailType()).isEqualTo("CloudWatch Alarm State Change");
        assertThat(event.detail())
                .isEqualTo(
                        """
                        {"alarmName":"Errors","state":{"value":"ALARM","reason":"because",\
                        "timestamp":"2026-09-14T05:51:57.551+0000"},\
                        "previousState":{"value":"INSUFFICIENT_DATA",\
                        "reason":"Unchecked: Initial alarm creation",\
                        "timestamp":"2026-09-14T05:00:00.125+0000"},\
                        "configuration":{"metrics":[%s,\
                        {"id":"e","expression":"m1*2","label":"doubled","returnData":true}]}}\
                        """
                                .formatted(STAT_OF_EVENT.formatted("false")));
        assertThat(
                        AlarmEvent.stateChanged(
                                        KEY, composite(), inAlarm(composite()), null, CHANGED)
                                .detail())
                .endsWith(
                        """
                        "configuration":{"alarmRule":"ALARM(a) OR ALARM(b)",\
                        "actionsSuppressor":"quiet","actionsSuppressorWaitPeriod":60,\
                        "actionsSuppressorExtensionPeriod":120}}\
                        """);
    }

    @Test
    void contributorChangesOnTheBus() {
        var change =
                new ContributorChange(
                        new Contributor("00ab", Map.of("Host", "a")),
                        new Verdict(StateValue.ALARM, "because", ""));
        var event = AlarmEvent.contributorChanged(KEY, insights(), change, CHANGED);
        assertThat(event.detailType()).isEqualTo("CloudWatch Alarm Contributor State Change");
        assertThat(event.detail())
                .isEqualTo(
                        """
                        {"alarmName":"Errors","state":{"value":"ALARM","reason":"because",\
                        "timestamp":"2026-09-14T05:51:57.551+0000"},\
                        "alarmContributor":{"id":"00ab","attributes":{"Host":"a"}},\
                        "configuration":{"metrics":[{"id":"q",\
                        "expression":"SELECT MAX(load) FROM Web GROUP BY Host ORDER BY MAX() DESC",\
                        "period":60,"returnData":true}]}}\
                        """);
    }

    @Test
    void configurationChangesOnTheBus() {
        assertThat(AlarmEvent.created(KEY, band(), CREATED).detail())
                .isEqualTo(
                        """
                        {"alarmName":"Errors","operation":"create",\
                        "state":{"value":"INSUFFICIENT_DATA",\
                        "timestamp":"2026-09-14T05:00:00.125+0000"},\
                        "configuration":{"evaluationPeriods":1,"thresholdMetricId":"ad",\
                        "comparisonOperator":"LessThanLowerOrGreaterThanUpperThreshold",\
                        "metrics":[%s,{"id":"ad","expression":"ANOMALY_DETECTION_BAND(m1, 2)",\
                        "returnData":true}],"alarmName":"Errors","actionsEnabled":true,\
                        "timestamp":"2026-09-14T05:00:00.125+0000","okActions":[],\
                        "alarmActions":["arn:aws:sns:eu-west-1:123456789012:ops"],\
                        "insufficientDataActions":[]}}\
                        """
                                .formatted(STAT_OF_EVENT.formatted("true")));
        assertThat(AlarmEvent.updated(KEY, math(), band(), CHANGED).detail())
                .contains(
                        ",\"previousConfiguration\":{\"evaluationPeriods\":3,\"threshold\":5.0,"
                                + "\"comparisonOperator\":\"GreaterThanThreshold\","
                                + "\"treatMissingData\":\"breaching\",\"metrics\":[");
        assertThat(AlarmEvent.deleted(KEY, composite(), CHANGED).detail())
                .startsWith("{\"alarmName\":\"Errors\",\"operation\":\"delete\",")
                .contains("\"configuration\":{\"alarmRule\":\"ALARM(a) OR ALARM(b)\",");
    }
}
