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

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Instant;
import java.util.Map;

/// What functions and the webhook get of a state change.
class ActionMessageTest {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final AlarmKey KEY = new AlarmKey(TENANT, "Calls");
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:page";
    private static final Instant CREATED = Instant.parse("2026-09-14T05:00:00.125Z");
    private static final Instant CHANGED = Instant.parse("2026-09-14T05:51:57.551Z");
    private static final Alarm BEFORE =
            Alarm.of(
                    MetricAlarms.create(KEY, request(), CREATED).toBuilder()
                            .alarmDescription("Metric alarm to test Lambda actions")
                            .build());
    private static final Alarm AFTER =
            BEFORE.withState(StateValue.ALARM, "test", "{\"version\":\"1.0\"}", CHANGED);

    @Test
    void functionsGetTheEventAwsInvokesThemWith() {
        assertThat(ActionMessage.stateChanged(FUNCTION, KEY, BEFORE, AFTER, false).text())
                .isEqualTo(
                        """
                        {"source":"aws.cloudwatch",\
                        "alarmArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:Calls",\
                        "accountId":"123456789012","time":"2026-09-14T05:51:57.551+0000",\
                        "region":"us-east-1","alarmData":{"alarmName":"Calls",\
                        "state":{"value":"ALARM","reason":"test",\
                        "reasonData":"{\\"version\\":\\"1.0\\"}",\
                        "timestamp":"2026-09-14T05:51:57.551+0000"},\
                        "previousState":{"value":"INSUFFICIENT_DATA",\
                        "reason":"Unchecked: Initial alarm creation",\
                        "timestamp":"2026-09-14T05:00:00.125+0000"},\
                        "configuration":{"description":"Metric alarm to test Lambda actions",\
                        "metrics":[{"id":"e75bed65-3010-3bb6-a7f9-153a60dee079",\
                        "metricStat":{"metric":{"namespace":"AWS/Logs","name":"CallCount",\
                        "dimensions":{"InstanceId":"i-12345678"}},"period":60,"stat":"Average",\
                        "unit":"Percent"},"returnData":true}]}}}\
                        """);
    }

    @Test
    void theWebhookIsToldWhatToDo() {
        action(
                "arn:aws:automate:us-east-1:ec2:recover",
                "\"kind\":\"instance\",\"operation\":\"recover\",\"instanceId\":\"i-12345678\"}");
        action(
                "arn:aws:ssm:us-east-1:123456789012:opsitem:3#CATEGORY=Cost",
                "\"kind\":\"ops-item\",\"category\":\"cost\",\"severity\":\"3\"}");
        action(
                "arn:aws:ssm-incidents::123456789012:response-plan/night",
                "\"kind\":\"incident\",\"responsePlan\":\"night\"}");
    }

    private static void action(String arn, String expected) {
        assertThat(ActionMessage.stateChanged(arn, KEY, BEFORE, AFTER, false).text())
                .startsWith("{\"source\":\"aws.cloudwatch\",\"alarmArn\":")
                .contains(
                        "\"region\":\"us-east-1\",\"action\":{\"arn\":\""
                                + arn
                                + "\","
                                + expected
                                + ",\"alarmData\":{\"alarmName\":\"Calls\",");
    }

    @Test
    void topicsGetTheirMessage() {
        var topic = "arn:aws:sns:us-east-1:123456789012:ops";
        var message = ActionMessage.stateChanged(topic, KEY, BEFORE, AFTER, false);
        assertThat(message.subject()).isEqualTo("ALARM: \"Calls\" in US East (N. Virginia)");
        assertThat(message.text()).startsWith("{\"default\":\"{\\\"AlarmName\\\":\\\"Calls\\\"");
    }

    @Test
    void functionsAreToldOfEachSeries() {
        var change =
                new ContributorChange(
                        new Contributor("00ab", Map.of("host", "a")),
                        new Verdict(StateValue.ALARM, "because", ""));
        assertThat(
                        ActionMessage.contributorChanged(
                                        FUNCTION, KEY, BEFORE, change, false, CHANGED)
                                .text())
                .contains(
                        "\"time\":\"2026-09-14T05:51:57.551+0000\",\"region\":\"us-east-1\",\"alarmData\":"
                                + "{\"alarmName\":\"Calls\",\"state\":{\"value\":\"ALARM\",\"reason\":\"because\","
                                + "\"timestamp\":\"2026-09-14T05:51:57.551+0000\"},\"alarmContributor\":"
                                + "{\"id\":\"00ab\",\"attributes\":{\"host\":\"a\"}},\"configuration\":{");
    }

    private static PutMetricAlarmRequest request() {
        return PutMetricAlarmRequest.builder()
                .alarmName(KEY.name())
                .namespace("AWS/Logs")
                .metricName("CallCount")
                .dimensions(Dimension.builder().name("InstanceId").value("i-12345678").build())
                .statistic("Average")
                .unit("Percent")
                .period(60)
                .evaluationPeriods(1)
                .threshold(7.0)
                .comparisonOperator("GreaterThanThreshold")
                .build();
    }
}
