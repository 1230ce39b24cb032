package io.pharos.alarms.alarm;

import io.pharos.wire.AwsError;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.PutCompositeAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// What an alarm does when its state changes. What AWS knows and nothing here is configured for is
/// refused when it is put, so that none is ever silently not done.
public final class AlarmActions {
    private static final String INSTANCE_ID = "InstanceId";

    /// Services of action ARNs that AWS knows and Pharos reaches only when it is told where.
    private static final Map<String, ActionArn.Kind> ELSEWHERE =
            Map.of(
                    "lambda", ActionArn.Kind.FUNCTION,
                    "automate", ActionArn.Kind.INSTANCE,
                    "swf", ActionArn.Kind.INSTANCE,
                    "ssm", ActionArn.Kind.OPS_ITEM,
                    "ssm-incidents", ActionArn.Kind.INCIDENT,
                    "aiops", ActionArn.Kind.INVESTIGATION);

    /// AWS: these are begun by a problem, never by its end.
    private static final Set<ActionArn.Kind> OF_ALARM_ONLY =
            Set.of(ActionArn.Kind.OPS_ITEM, ActionArn.Kind.INCIDENT, ActionArn.Kind.INVESTIGATION);

    private static final Pattern NOT_OF_COMPOSITE =
            Pattern.compile("arn:[^:]*:(autoscaling|automate|swf|aiops):");

    private AlarmActions() {}

    /// Whether an alarm on several series does it for each of them: AWS: topics, functions and their
    /// like.
    public static boolean isOfContributors(String arn) {
        return arn.contains(":sns:") || arn.contains(":lambda:");
    }

    static void check(PutMetricAlarmRequest request, String region, ActionReach reach) {
        var others = new ArrayList<>(request.okActions());
        others.addAll(request.insufficientDataActions());
        check(request.alarmActions(), others, region, reach, action -> onMetric(request, action));
    }

    /// AWS: composite alarms have topics, functions, OpsItems and incidents only.
    ///
    /// @throws AwsError when an action is not one of those, or of another region
    public static void checkOfComposite(
            PutCompositeAlarmRequest request, String region, ActionReach reach) {
        var others = new ArrayList<>(request.okActions());
        others.addAll(request.insufficientDataActions());
        for (var arn : concat(request.alarmActions(), others)) {
            if (NOT_OF_COMPOSITE.matcher(arn).lookingAt()) {
                throw AwsError.validation("Invalid action for a composite alarm: " + arn);
            }
        }
        check(request.alarmActions(), others, region, reach, _ -> {});
    }

    private static void check(
            List<String> ofAlarm,
            List<String> ofOthers,
            String region,
            ActionReach reach,
            Consumer<ActionArn> rule) {
        for (var arn : concat(ofAlarm, ofOthers)) {
            rule.accept(checked(arn, region, reach));
        }
        for (var arn : ofOthers) {
            if (OF_ALARM_ONLY.contains(checked(arn, region, reach).kind())) {
                throw AwsError.validation(
                        "Action " + arn + " is only supported for the ALARM state.");
            }
        }
    }

    private static List<String> concat(List<String> one, List<String> other) {
        var all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    private static ActionArn checked(String arn, String region, ActionReach reach) {
        var parts = arn.split(":", -1);
        if (parts.length < 6 || !parts[0].equals("arn") || parts[1].isEmpty()) {
            throw AwsError.validation("Invalid arn syntax: " + arn);
        }
        var elsewhere = ELSEWHERE.get(parts[2]);
        if (elsewhere != null && !reach.includes(elsewhere)) {
            throw AwsError.validation(
                    "Actions of " + parts[2] + " are not supported, only those of sns: " + arn);
        }
        var action =
                ActionArn.parse(arn)
                        .orElseThrow(() -> AwsError.validation("Invalid arn syntax: " + arn));
        if (!action.region().isEmpty() && !action.region().equals(region)) {
            throw AwsError.validation(
                    "Invalid region "
                            + action.region()
                            + " specified. Only "
                            + region
                            + " is supported.");
        }
        return action;
    }

    /// AWS: what is done to an instance needs an alarm on one metric of that instance.
    private static void onMetric(PutMetricAlarmRequest request, ActionArn action) {
        if (action.kind() != ActionArn.Kind.INSTANCE) {
            return;
        }
        if (!request.metrics().isEmpty()) {
            throw AwsError.validation("EC2 actions are not available for metric math alarms");
        }
        if (instance(request.dimensions()).isEmpty()) {
            throw AwsError.validation(
                    "EC2 actions require a metric with the dimension InstanceId: " + action.text());
        }
    }

    /// The instance that a metric is of.
    public static Optional<String> instance(List<Dimension> dimensions) {
        return dimensions.stream()
                .filter(dimension -> INSTANCE_ID.equals(dimension.name()))
                .map(Dimension::value)
                .findFirst();
    }
}
