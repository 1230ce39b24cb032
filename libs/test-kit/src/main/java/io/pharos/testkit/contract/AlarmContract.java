package io.pharos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.InvalidFormatException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.time.Instant;
import java.util.List;

/// What AWS does with alarms, for any client. Names start with a prefix of the test's own, so that it
/// runs against a used service too.
public interface AlarmContract {
    CloudWatchClient client();

    /// Differs from run to run.
    String prefix();

    /// Lets time pass, so that timestamps differ.
    void pass();

    @Test
    default void anAlarmIsToldAsItWasPut() {
        var name = prefix() + "echo";
        client().putMetricAlarm(request(name));

        var alarm = only(name);

        assertThat(alarm.stateValue()).isEqualTo(StateValue.INSUFFICIENT_DATA);
        assertThat(alarm.stateReason()).isEqualTo("Unchecked: Initial alarm creation");
        assertThat(alarm.stateReasonData()).isNull();
        assertThat(alarm.alarmArn()).endsWith(":alarm:" + name);
        assertThat(alarm.actionsEnabled()).isTrue();
        assertThat(alarm.treatMissingData()).isNull();
        assertThat(alarm.datapointsToAlarm()).isNull();
        assertThat(alarm.unit()).isNull();
        assertThat(alarm.hasOkActions()).isTrue();
        assertThat(alarm.okActions()).isEmpty();
        assertThat(alarm.dimensions()).containsExactly(dimension("B", "2"), dimension("A", "1"));
        assertThat(alarm.stateTransitionedTimestamp()).isEqualTo(alarm.stateUpdatedTimestamp());
    }

    @Test
    default void anUpdateReplacesAllAndKeepsTheState() {
        var name = prefix() + "update";
        client().putMetricAlarm(request(name).toBuilder().alarmDescription("first").build());
        client().setAlarmState(r -> r.alarmName(name).stateValue(StateValue.OK).stateReason("set"));
        var before = only(name);
        pass();

        client().putMetricAlarm(request(name).toBuilder().threshold(8.0).build());

        var after = only(name);
        assertThat(after.alarmDescription()).isNull();
        assertThat(after.threshold()).isEqualTo(8.0);
        assertThat(after.stateReason()).isEqualTo("set");
        assertThat(after.stateUpdatedTimestamp()).isEqualTo(before.stateUpdatedTimestamp());
        assertThat(after.alarmConfigurationUpdatedTimestamp())
                .isAfter(before.alarmConfigurationUpdatedTimestamp());
        assertThat(summaries(name))
                .containsExactly(
                        "Alarm \"" + name + "\" updated",
                        "Alarm updated from INSUFFICIENT_DATA to OK",
                        "Alarm \"" + name + "\" created");
    }

    @Test
    default void anIdenticalPutDoesNothing() {
        var name = prefix() + "same";
        client().putMetricAlarm(request(name));
        var before = only(name);
        pass();
        client().putMetricAlarm(request(name));
        assertThat(only(name)).isEqualTo(before);
        assertThat(summaries(name)).hasSize(1);
    }

    @Test
    default void aSetStateIsToldOnce() {
        var name = prefix() + "set";
        client().putMetricAlarm(request(name));
        pass();
        client().setAlarmState(r ->
                r.alarmName(name)
                        .stateValue(StateValue.ALARM)
                        .stateReason("why")
                        .stateReasonData("{ \"a\" : 1 }"));
        pass();
        client().setAlarmState(
                        r -> r.alarmName(name).stateValue(StateValue.ALARM).stateReason("again"));

        assertThat(only(name).stateReason()).isEqualTo("why");
        assertThat(only(name).stateReasonData()).isEqualTo("{ \"a\" : 1 }");
        assertThat(history(name).getFirst().historyData())
                .endsWith("\"stateReason\":\"why\",\"stateReasonData\":{ \"a\" : 1 }}}");
        assertThat(summaries(name)).hasSize(2);
    }

    @Test
    default void aSetStateOfNothingOrNonsenseIsRefused() {
        var name = prefix() + "refuse";
        client().putMetricAlarm(request(name));
        assertThatThrownBy(() ->
                        client().setAlarmState(r ->
                                r.alarmName(name)
                                        .stateValue(StateValue.OK)
                                        .stateReason("x")
                                        .stateReasonData("{")))
                .isInstanceOf(InvalidFormatException.class);
        assertThatThrownBy(() ->
                        client().setAlarmState(r ->
                                r.alarmName(name).stateValue("INVALID").stateReason("x")))
                .hasMessageContaining(
                        "1 validation error detected: Value 'INVALID' at 'stateValue' failed to"
                                + " satisfy constraint: Member must satisfy enum value set:"
                                + " [INSUFFICIENT_DATA, ALARM, OK]");
        assertThat(only(name).stateValue()).isEqualTo(StateValue.INSUFFICIENT_DATA);
    }

    @Test
    default void alarmsAreFoundByFilterAndPage() {
        var prefix = prefix() + "find-";
        for (var i = 0; i < 5; i++) {
            client().putMetricAlarm(request(prefix + i));
        }
        client().setAlarmState(
                        r -> r.alarmName(prefix + 3).stateValue(StateValue.OK).stateReason(""));

        var paged = client().describeAlarmsPaginator(r -> r.alarmNamePrefix(prefix).maxRecords(2));

        assertThat(paged.metricAlarms().stream().map(MetricAlarm::alarmName))
                .containsExactly(prefix + 0, prefix + 1, prefix + 2, prefix + 3, prefix + 4);
        assertThat(
                        client().describeAlarms(
                                        r -> r.alarmNamePrefix(prefix).stateValue(StateValue.OK))
                                .metricAlarms())
                .singleElement()
                .extracting(MetricAlarm::alarmName)
                .isEqualTo(prefix + 3);
        assertThat(
                        client().describeAlarms(r ->
                                        r.alarmNamePrefix(prefix).actionPrefix("arn:aws:sns:eu"))
                                .metricAlarms())
                .isEmpty();
        assertThat(
                        client().describeAlarms(r ->
                                        r.alarmNamePrefix(prefix).actionPrefix("arn:aws:sns:us"))
                                .metricAlarms())
                .hasSize(5);
        assertThat(
                        client().describeAlarms(r ->
                                        r.alarmNamePrefix(prefix)
                                                .alarmTypes(AlarmType.COMPOSITE_ALARM))
                                .metricAlarms())
                .isEmpty();
        assertThatThrownBy(() -> client().describeAlarms(r -> r.nextToken("nonsense")))
                .isInstanceOf(InvalidNextTokenException.class);
    }

    @Test
    default void alarmsAreFoundByMetric() {
        var name = prefix() + "metric";
        client().putMetricAlarm(request(name).toBuilder().namespace(name).build());
        assertThat(
                        client().describeAlarmsForMetric(r ->
                                        r.namespace(name)
                                                .metricName("m")
                                                .dimensions(
                                                        dimension("A", "1"), dimension("B", "2")))
                                .metricAlarms())
                .hasSize(1);
        assertThat(
                        client().describeAlarmsForMetric(r ->
                                        r.namespace(name)
                                                .metricName("m")
                                                .dimensions(dimension("A", "1")))
                                .metricAlarms())
                .isEmpty();
    }

    @Test
    default void actionsAreEnabledAndDisabled() {
        var name = prefix() + "actions";
        client().putMetricAlarm(request(name));
        client().disableAlarmActions(r -> r.alarmNames(name, prefix() + "unknown"));
        assertThat(only(name).actionsEnabled()).isFalse();
        client().disableAlarmActions(r -> r.alarmNames(name));
        assertThat(summaries(name)).hasSize(2);
        client().enableAlarmActions(r -> r.alarmNames(name));
        assertThat(only(name).actionsEnabled()).isTrue();
    }

    @Test
    default void historyOutlivesItsAlarmAndIsPaged() {
        var name = prefix() + "deleted";
        client().putMetricAlarm(request(name));
        pass();
        client().deleteAlarms(r -> r.alarmNames(name, prefix() + "unknown"));
        assertThat(client().describeAlarms(r -> r.alarmNames(name)).metricAlarms()).isEmpty();
        assertThat(summaries(name))
                .containsExactly(
                        "Alarm \"" + name + "\" deleted", "Alarm \"" + name + "\" created");

        var oldestFirst =
                client().describeAlarmHistoryPaginator(r ->
                        r.alarmName(name).scanBy(ScanBy.TIMESTAMP_ASCENDING).maxRecords(1));
        assertThat(oldestFirst.alarmHistoryItems().stream().map(AlarmHistoryItem::historySummary))
                .containsExactly(
                        "Alarm \"" + name + "\" created", "Alarm \"" + name + "\" deleted");
        assertThat(
                        client().describeAlarmHistory(r -> r.alarmName(name).endDate(Instant.EPOCH))
                                .alarmHistoryItems())
                .isEmpty();
        assertThatThrownBy(() -> client().describeAlarmHistory(r -> r.nextToken("nonsense")))
                .isInstanceOf(InvalidNextTokenException.class)
                .hasMessageContaining("Invalid NextToken : nonsense");
    }

    @Test
    default void tagsCountAtCreationOnly() {
        var name = prefix() + "tags";
        client().putMetricAlarm(request(name).toBuilder().tags(tag("a", "1")).build());
        client().putMetricAlarm(
                        request(name).toBuilder().threshold(9.0).tags(tag("b", "2")).build());
        var arn = only(name).alarmArn();
        assertThat(tags(arn)).containsExactly(tag("a", "1"));

        client().tagResource(r -> r.resourceARN(arn).tags(tag("a", "2"), tag("c", "")));
        client().untagResource(r -> r.resourceARN(arn).tagKeys("c", "unknown"));
        assertThat(tags(arn)).containsExactly(tag("a", "2"));
        assertThatThrownBy(() -> tags(arn + "-missing"))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(
                        () -> client().tagResource(r -> r.resourceARN(arn).tags(tag("Aws:x", ""))))
                .hasMessageContaining("must not start with any case of \"aws:\"");
    }

    @Test
    default void aCompositeAlarmFollowsItsChildren() {
        var child = prefix() + "child";
        var parent = prefix() + "parent";
        client().putMetricAlarm(request(child));
        client().putCompositeAlarm(r -> r.alarmName(parent).alarmRule("NOT OK(\"" + child + "\")"));
        assertThat(composite(parent).stateValue()).isEqualTo(StateValue.ALARM);
        assertThat(composite(parent).stateReason())
                .endsWith(
                        ":alarm:" + parent + " was created and its alarm rule evaluates to ALARM");
        assertThat(client().describeAlarms(r -> r.alarmNames(parent)).compositeAlarms())
                .as("without types only metric alarms are told")
                .isEmpty();

        client().setAlarmState(
                        r -> r.alarmName(child).stateValue(StateValue.OK).stateReason("set"));

        assertThat(composite(parent).stateValue()).isEqualTo(StateValue.OK);
        assertThat(composite(parent).stateReason())
                .matches(".*:alarm:" + child + " transitioned to OK at [A-Z][a-z]+day .* UTC");
        assertThat(client().describeAlarms(r -> r.childrenOfAlarmName(parent)).metricAlarms())
                .extracting(MetricAlarm::alarmName)
                .containsExactly(child);
        assertThatThrownBy(() ->
                        client().putCompositeAlarm(r -> r.alarmName(parent).alarmRule("true")))
                .hasMessageContaining(
                        "Error in AlarmRule [Unsupported token 'true' at char 0, must be: '(', 'NOT',"
                                + " AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA]");
        assertThatThrownBy(() -> client().deleteAlarms(r -> r.alarmNames(child)))
                .hasMessageContaining(
                        "Cannot delete "
                                + child
                                + " as there are composite alarm(s) depending on it.");
        client().deleteAlarms(r -> r.alarmNames(parent));
        client().deleteAlarms(r -> r.alarmNames(child));
    }

    private CompositeAlarm composite(String name) {
        return client().describeAlarms(
                        r -> r.alarmNames(name).alarmTypes(AlarmType.COMPOSITE_ALARM))
                .compositeAlarms()
                .getFirst();
    }

    private List<Tag> tags(String arn) {
        return client().listTagsForResource(r -> r.resourceARN(arn)).tags();
    }

    private MetricAlarm only(String name) {
        var alarms = client().describeAlarms(r -> r.alarmNames(name)).metricAlarms();
        assertThat(alarms).hasSize(1);
        return alarms.getFirst();
    }

    private List<AlarmHistoryItem> history(String name) {
        return client().describeAlarmHistory(r -> r.alarmName(name)).alarmHistoryItems();
    }

    private List<String> summaries(String name) {
        return history(name).stream().map(AlarmHistoryItem::historySummary).toList();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    private static Dimension dimension(String name, String value) {
        return Dimension.builder().name(name).value(value).build();
    }

    private static PutMetricAlarmRequest request(String name) {
        return PutMetricAlarmRequest.builder()
                .alarmName(name)
                .namespace("AlarmContract")
                .metricName("m")
                .dimensions(dimension("B", "2"), dimension("A", "1"))
                .statistic("Maximum")
                .period(60)
                .evaluationPeriods(1)
                .threshold(7.0)
                .comparisonOperator("GreaterThanOrEqualToThreshold")
                .insufficientDataActions("arn:aws:sns:us-east-1:123456789012:nobody")
                .build();
    }
}
