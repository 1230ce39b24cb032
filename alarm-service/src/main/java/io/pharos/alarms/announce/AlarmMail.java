package io.pharos.alarms.announce;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.alarm.AwsTime;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;

import java.util.List;
import java.util.stream.Collectors;

/// The e-mail of a state change. Nobody parses it: its layout is AWS's, its prose ours.
final class AlarmMail {
    private static final int MAX_CHILDREN = 10;

    private AlarmMail() {}

    static String text(AlarmKey key, Alarm before, Alarm after) {
        var time = AwsTime.longText(after.stateUpdated());
        var mail = new StringBuilder();
        mail.append(
                "The alarm \"%s\" in the %s region has entered the %s state, because \"%s\" at \"%s\".%n%n"
                        .formatted(
                                key.name(),
                                Region.name(key.tenant().region()),
                                after.state(),
                                after.stateReason(),
                                time));
        mail.append("Alarm Details:\n");
        detail(mail, "Name", key.name());
        detail(mail, "Description", after.description());
        detail(mail, "State Change", before.state() + " -> " + after.state());
        if (after instanceof Alarm.OnAlarms(var composite)) {
            detail(mail, "Alarm Rule", composite.alarmRule());
        }
        detail(mail, "Reason for State Change", after.stateReason());
        detail(mail, "Timestamp", time);
        detail(mail, "AWS Account", key.tenant().account());
        detail(mail, "Alarm Arn", after.arn());
        switch (after) {
            case Alarm.OnMetrics(var metric) -> monitored(mail, metric);
            case Alarm.OnAlarms(var composite) -> children(mail, composite);
        }
        mail.append("\nState Change Actions:\n");
        actions(mail, "OK", after.okActions());
        actions(mail, "ALARM", after.alarmActions());
        actions(mail, "INSUFFICIENT_DATA", after.insufficientDataActions());
        return mail.toString();
    }

    private static void monitored(StringBuilder mail, MetricAlarm alarm) {
        var rule = AlarmRule.of(alarm);
        mail.append("\nThreshold:\n- The alarm is in the ALARM state when the metric is ")
                .append(rule.comparison().words())
                .append(' ')
                .append(
                        rule.comparison().isOfBand()
                                ? "thresholds of the band " + alarm.thresholdMetricId()
                                : Double.toString(rule.threshold()))
                .append(" for at least ")
                .append(rule.breachesToAlarm())
                .append(" of the last ")
                .append(rule.evaluationPeriods())
                .append(" period(s) of ")
                .append(rule.periodS())
                .append(" seconds.\n\n");
        if (alarm.hasMetrics()) {
            mail.append("Monitored Metrics:\n");
            alarm.metrics().forEach(query -> query(mail, query));
        } else {
            mail.append("Monitored Metric:\n");
            metric(mail, "MetricNamespace", alarm.namespace());
            metric(mail, "MetricName", alarm.metricName());
            metric(mail, "Dimensions", dimensions(alarm.dimensions()));
            metric(mail, "Period", rule.periodS() + " seconds");
            metric(
                    mail,
                    "Statistic",
                    alarm.statisticAsString() == null
                            ? alarm.extendedStatistic()
                            : alarm.statisticAsString());
            metric(mail, "Unit", rule.unit() == null ? "not specified" : rule.unit());
        }
        metric(
                mail,
                "TreatMissingData",
                alarm.treatMissingData() == null ? "missing" : alarm.treatMissingData());
    }

    private static void query(StringBuilder mail, MetricDataQuery query) {
        if (query.metricStat() == null) {
            metric(mail, "MetricExpression", query.expression());
        } else {
            var stat = query.metricStat();
            metric(mail, "MetricNamespace", stat.metric().namespace());
            metric(mail, "MetricName", stat.metric().metricName());
            metric(mail, "Dimensions", dimensions(stat.metric().dimensions()));
            metric(mail, "Period", stat.period() + " seconds");
            metric(mail, "Statistic", stat.stat());
            metric(mail, "Unit", stat.unit() == null ? "not specified" : stat.unitAsString());
        }
        metric(mail, "MetricLabel", query.label() == null ? query.id() : query.label());
    }

    private static void children(StringBuilder mail, CompositeAlarm alarm) {
        mail.append("\nTriggering children (max. ").append(MAX_CHILDREN).append("):\n");
        var told = 0;
        for (var child : CompositeJson.triggers(alarm.stateReasonData())) {
            if (told++ < MAX_CHILDREN) {
                mail.append("- ")
                        .append(child.path("arn").asText())
                        .append(" in ")
                        .append(child.path("state").path("value").asText())
                        .append('\n');
            }
        }
    }

    private static String dimensions(List<Dimension> dimensions) {
        return dimensions.stream()
                .map(dimension -> dimension.name() + " = " + dimension.value())
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static void detail(StringBuilder mail, String name, @Nullable String value) {
        line(mail, name, value, 30);
    }

    private static void metric(StringBuilder mail, String name, String value) {
        line(mail, name, value, 39);
    }

    /// @param column where values start
    private static void line(StringBuilder mail, String name, @Nullable String value, int column) {
        var head = "- " + name + ":";
        mail.append(head).repeat(" ", Math.max(1, column - head.length()));
        mail.append(value == null ? "" : value).append('\n');
    }

    private static void actions(StringBuilder mail, String state, List<String> actions) {
        mail.append("- ").append(state).append(": ");
        if (!actions.isEmpty()) {
            mail.append(actions);
        }
        mail.append('\n');
    }
}
