package io.pharos.alarms.announce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.MetricAlarms;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Instant;
import java.util.List;

/// The exact texts that programs read.
class AnnounceTest {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final AlarmKey KEY = new AlarmKey(TENANT, "Widgets");
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:ops";
    private static final Instant CREATED = Instant.parse("2026-09-14T05:00:00.125Z");
    private static final Instant CHANGED = Instant.parse("2026-09-14T05:51:57.551Z");

    private static final MetricAlarm METRIC =
            MetricAlarms.create(KEY, request(KEY.name()), CREATED);
    private static final Alarm BEFORE = Alarm.of(METRIC);
    private static final Alarm AFTER =
            BEFORE.withState(
                    StateValue.ALARM,
                    "Threshold Crossed: \"x\"",
                    "{ \"version\" : \"1.0\" }",
                    CHANGED);

    @Test
    void topicsGetTheMessageAwsSends() {
        var notification = Notification.stateChanged(KEY, BEFORE, AFTER, false);
        assertThat(notification.subject()).isEqualTo("ALARM: \"Widgets\" in US East (N. Virginia)");
        assertThat(notification.defaultMessage())
                .isEqualTo(
                        """
                        {"AlarmName":"Widgets","AlarmDescription":null,\
                        "AWSAccountId":"123456789012",\
                        "AlarmConfigurationUpdatedTimestamp":"2026-09-14T05:00:00.125+0000",\
                        "NewStateValue":"ALARM","NewStateReason":"Threshold Crossed: \\"x\\"",\
                        "StateChangeTime":"2026-09-14T05:51:57.551+0000",\
                        "Region":"US East (N. Virginia)",\
                        "AlarmArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:Widgets",\
                        "OldStateValue":"INSUFFICIENT_DATA","ActionExecutedAfterMuteWindow":false,\
                        "OKActions":[],"AlarmActions":["%s"],"InsufficientDataActions":[],\
                        "Trigger":{"MetricName":"WidgetCount","Namespace":"Factory",\
                        "StatisticType":"Statistic","Statistic":"MAXIMUM","Unit":null,\
                        "Dimensions":[{"value":"Fiji","name":"Country"}],"Period":60,\
                        "EvaluationPeriods":1,\
                        "ComparisonOperator":"GreaterThanOrEqualToThreshold","Threshold":7.0,\
                        "TreatMissingData":"","EvaluateLowSampleCountPercentile":""}}\
                        """
                                .formatted(TOPIC));
    }

    @Test
    void mailKeepsItsColumns() {
        assertThat(Notification.stateChanged(KEY, BEFORE, AFTER, false).email())
                .contains("- Name:                       Widgets\n")
                .contains("- State Change:               INSUFFICIENT_DATA -> ALARM\n")
                .contains("- MetricNamespace:                     Factory\n")
                .contains("- Dimensions:                          [Country = Fiji]\n")
                .contains("at \"Monday 14 September, 2026 05:51:57 UTC\"")
                .contains("- ALARM: [" + TOPIC + "]\n");
    }

    @Test
    void subjectsAreShortAndPlain() {
        var key = new AlarmKey(TENANT, "ü".repeat(3) + "x".repeat(200));
        var subject = Notification.stateChanged(key, BEFORE, AFTER, false).subject();
        assertThat(subject)
                .hasSize(100)
                .startsWith("ALARM: \"_xxx")
                .endsWith("x...\" in US East (N. Virginia)");
    }

    @Test
    void historyTellsStatesWithTheirReasonDataAsWritten() {
        var item = HistoryItem.stateChanged(KEY, BEFORE, AFTER, CHANGED);
        assertThat(item.summary()).isEqualTo("Alarm updated from INSUFFICIENT_DATA to ALARM");
        assertThat(item.data())
                .isEqualTo(
                        """
                        {"version":"1.0","oldState":{"stateValue":"INSUFFICIENT_DATA",\
                        "stateReason":"Unchecked: Initial alarm creation"},\
                        "newState":{"stateValue":"ALARM",\
                        "stateReason":"Threshold Crossed: \\"x\\"",\
                        "stateReasonData":{ "version" : "1.0" }}}\
                        """);
    }

    @Test
    void historyTellsConfigurations() {
        var item = HistoryItem.created(KEY, BEFORE, List.of(), CREATED);
        assertThat(item.summary()).isEqualTo("Alarm \"Widgets\" created");
        assertThat(item.data())
                .startsWith(
                        "{\"version\":\"1.0\",\"type\":\"Create\",\"createdAlarm\":{\"alarmName\"")
                .endsWith(
                        """
                        "actionsEnabled":true,"alarmActions":["%s"],\
                        "insufficientDataActions":[],"okactions":[]}}\
                        """
                                .formatted(TOPIC));

        var changed = request(KEY.name()).toBuilder().threshold(9.0).unit("Count").build();
        var updated = Alarm.of(MetricAlarms.update(METRIC, KEY, changed, CHANGED));
        assertThat(HistoryItem.updated(KEY, BEFORE, updated, List.of(), CHANGED).data())
                .endsWith(
                        """
                        "originalUpdatedFields":{\
                        "alarmConfigurationUpdatedTimestamp":"2026-09-14T05:00:00.125+0000",\
                        "threshold":7.0}}\
                        """);
    }

    @Test
    void historyTellsActions() throws Exception {
        var item =
                HistoryItem.action(
                        KEY,
                        BEFORE.type(),
                        null,
                        TOPIC,
                        CHANGED,
                        "{\"default\":\"x\"}",
                        null,
                        null,
                        CHANGED);
        assertThat(item.summary()).isEqualTo("Successfully executed action " + TOPIC);
        var data = new ObjectMapper().readTree(item.data());
        assertThat(data.get("actionState").asText()).isEqualTo("Succeeded");
        assertThat(data.get("stateUpdateTimestamp").asLong()).isEqualTo(CHANGED.toEpochMilli());
        assertThat(data.get("publishedMessage").asText()).isEqualTo("{\"default\":\"x\"}");
        assertThat(data.get("error").isNull()).isTrue();
    }

    @Test
    void eventsHaveTheShapeOfTheBus() throws Exception {
        var event = AlarmEvent.stateChanged(KEY, BEFORE, AFTER, null, CHANGED);
        assertThat(event.detailType()).isEqualTo("CloudWatch Alarm State Change");
        var detail = new ObjectMapper().readTree(event.detail());
        assertThat(detail.at("/state/value").asText()).isEqualTo("ALARM");
        assertThat(detail.at("/state/timestamp").asText())
                .isEqualTo("2026-09-14T05:51:57.551+0000");
        assertThat(detail.at("/previousState/value").asText()).isEqualTo("INSUFFICIENT_DATA");
        assertThat(
                        detail.at("/configuration/metrics/0/metricStat/metric/dimensions/Country")
                                .asText())
                .isEqualTo("Fiji");
        assertThat(detail.at("/configuration/metrics/0/metricStat/stat").asText())
                .isEqualTo("Maximum");

        var created = AlarmEvent.created(KEY, BEFORE, CREATED);
        assertThat(created.detailType()).isEqualTo("CloudWatch Alarm Configuration Change");
        assertThat(new ObjectMapper().readTree(created.detail()).at("/operation").asText())
                .isEqualTo("create");
    }

    private static PutMetricAlarmRequest request(String name) {
        return PutMetricAlarmRequest.builder()
                .alarmName(name)
                .namespace("Factory")
                .metricName("WidgetCount")
                .dimensions(Dimension.builder().name("Country").value("Fiji").build())
                .statistic("Maximum")
                .period(60)
                .evaluationPeriods(1)
                .threshold(7.0)
                .comparisonOperator("GreaterThanOrEqualToThreshold")
                .alarmActions(TOPIC)
                .build();
    }
}
