package io.pharos.alarms.announce;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AlarmRule;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The e-mail of a state change. Nobody parses it: its layout is AWS's, its prose ours.
final class AlarmMail {
    private static final DateTimeFormatter LONG_TIME =
            DateTimeFormatter.ofPattern("EEEE dd MMMM, yyyy HH:mm:ss 'UTC'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private AlarmMail() {}

    static String text(AlarmKey key, MetricAlarm before, MetricAlarm after) {
        var rule = AlarmRule.of(after);
        var time = LONG_TIME.format(after.stateUpdatedTimestamp());
        var mail = new StringBuilder();
        mail.append(
                "The alarm \"%s\" in the %s region has entered the %s state, because \"%s\" at \"%s\".%n%n"
                        .formatted(
                                key.name(),
                                Region.name(key.tenant().region()),
                                after.stateValueAsString(),
                                after.stateReason(),
                                time));
        mail.append("Alarm Details:\n");
        detail(mail, "Name", key.name());
        detail(mail, "Description", after.alarmDescription());
        detail(
                mail,
                "State Change",
                before.stateValueAsString() + " -> " + after.stateValueAsString());
        detail(mail, "Reason for State Change", after.stateReason());
        detail(mail, "Timestamp", time);
        detail(mail, "AWS Account", key.tenant().account());
        detail(mail, "Alarm Arn", after.alarmArn());
        mail.append("\nThreshold:\n- The alarm is in the ALARM state when the metric is ")
                .append(rule.comparison().words())
                .append(' ')
                .append(rule.threshold())
                .append(" for at least ")
                .append(rule.breachesToAlarm())
                .append(" of the last ")
                .append(rule.evaluationPeriods())
                .append(" period(s) of ")
                .append(rule.periodS())
                .append(" seconds.\n\nMonitored Metric:\n");
        metric(mail, "MetricNamespace", after.namespace());
        metric(mail, "MetricName", after.metricName());
        metric(mail, "Dimensions", dimensions(after));
        metric(mail, "Period", rule.periodS() + " seconds");
        metric(mail, "Statistic", rule.statistic());
        metric(mail, "Unit", rule.unit() == null ? "not specified" : rule.unit());
        metric(
                mail,
                "TreatMissingData",
                after.treatMissingData() == null ? "missing" : after.treatMissingData());
        mail.append("\nState Change Actions:\n");
        actions(mail, "OK", after.okActions());
        actions(mail, "ALARM", after.alarmActions());
        actions(mail, "INSUFFICIENT_DATA", after.insufficientDataActions());
        return mail.toString();
    }

    private static String dimensions(MetricAlarm alarm) {
        return alarm.dimensions().stream()
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
