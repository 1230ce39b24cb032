package io.pharos.alarms.alarm;

import io.pharos.wire.AwsError;

import software.amazon.awssdk.services.cloudwatch.model.PutCompositeAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

import java.util.ArrayList;
import java.util.Set;
import java.util.regex.Pattern;

/// What an alarm does when its state changes. Topics are published to; the other actions AWS knows
/// are refused when they are put, so that none is ever silently not done.
public final class AlarmActions {
    /// Services of action ARNs that AWS knows and Pharos can not act on.
    private static final Set<String> UNSUPPORTED =
            Set.of("lambda", "automate", "swf", "ssm", "ssm-incidents", "aiops");

    private static final Pattern NOT_OF_COMPOSITE =
            Pattern.compile("arn:[^:]*:(autoscaling|automate|swf|aiops):");

    private AlarmActions() {}

    /// Whether an alarm on several series does it for each of them: AWS: topics, functions and their
    /// like.
    public static boolean isOfContributors(String arn) {
        return arn.contains(":sns:") || arn.contains(":lambda:");
    }

    static void check(PutMetricAlarmRequest request, String region) {
        request.okActions().forEach(arn -> check(arn, region));
        request.alarmActions().forEach(arn -> check(arn, region));
        request.insufficientDataActions().forEach(arn -> check(arn, region));
    }

    /// AWS: composite alarms have topics, functions, OpsItems and incidents only.
    ///
    /// @throws AwsError when an action is not one of those, or of another region
    public static void checkOfComposite(PutCompositeAlarmRequest request, String region) {
        var actions = new ArrayList<>(request.okActions());
        actions.addAll(request.alarmActions());
        actions.addAll(request.insufficientDataActions());
        for (var arn : actions) {
            if (NOT_OF_COMPOSITE.matcher(arn).lookingAt()) {
                throw AwsError.validation("Invalid action for a composite alarm: " + arn);
            }
            check(arn, region);
        }
    }

    private static void check(String arn, String region) {
        var parts = arn.split(":", -1);
        if (parts.length < 6 || !parts[0].equals("arn") || parts[1].isEmpty()) {
            throw AwsError.validation("Invalid arn syntax: " + arn);
        }
        if (UNSUPPORTED.contains(parts[2])) {
            throw AwsError.validation(
                    "Actions of " + parts[2] + " are not supported, only those of sns: " + arn);
        }
        var isPolicy =
                parts[2].equals("autoscaling")
                        && parts[5].equals("scalingPolicy")
                        && parts[4].matches("\\d{12}")
                        && arn.contains(":policyName/");
        var isTopic =
                parts.length == 6
                        && parts[2].equals("sns")
                        && parts[4].matches("\\d{12}")
                        && !parts[5].isEmpty();
        if (!isTopic && !isPolicy) {
            throw AwsError.validation("Invalid arn syntax: " + arn);
        }
        if (!parts[3].equals(region)) {
            throw AwsError.validation(
                    "Invalid region " + parts[3] + " specified. Only " + region + " is supported.");
        }
    }
}
