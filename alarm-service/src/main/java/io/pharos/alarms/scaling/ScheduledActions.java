package io.pharos.alarms.scaling;

import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.PutScheduledUpdateGroupActionRequest;
import software.amazon.awssdk.services.autoscaling.model.ScheduledUpdateGroupAction;

import java.time.Instant;
import java.util.Optional;

/// Sizes that a group takes at times told beforehand. Pure: the ledger keeps them, a clock runs them.
public final class ScheduledActions {
    /// AWS: of one group.
    public static final int MAX_PER_GROUP = 125;

    private ScheduledActions() {}

    /// @throws AwsError `ValidationError`
    public static void check(PutScheduledUpdateGroupActionRequest request, Instant now) {
        Constraints.check()
                .required("autoScalingGroupName", request.autoScalingGroupName())
                .length("autoScalingGroupName", request.autoScalingGroupName(), 1, 255)
                .required("scheduledActionName", request.scheduledActionName())
                .length("scheduledActionName", request.scheduledActionName(), 1, 255)
                .length("recurrence", request.recurrence(), 1, Recurrence.MAX_LENGTH)
                .length("timeZone", request.timeZone(), 1, 255)
                .atLeast("minSize", request.minSize(), 0)
                .atLeast("maxSize", request.maxSize(), 0)
                .atLeast("desiredCapacity", request.desiredCapacity(), 0)
                .orThrow();
        if (request.minSize() == null
                && request.maxSize() == null
                && request.desiredCapacity() == null) {
            throw AwsError.validation(
                    "At least one of MinSize, MaxSize and DesiredCapacity must be specified.");
        }
        checkTimes(request, now);
        checkBounds(request);
    }

    private static void checkTimes(PutScheduledUpdateGroupActionRequest request, Instant now) {
        if (request.time() != null
                && request.startTime() != null
                && !request.time().equals(request.startTime())) {
            throw AwsError.validation("Time and StartTime must be the same.");
        }
        var start = start(request);
        if (start == null && request.recurrence() == null) {
            throw AwsError.validation("Either StartTime or Recurrence must be specified.");
        }
        if (start != null && start.isBefore(now)) {
            throw AwsError.validation("Given start time is in the past");
        }
        var end = request.endTime();
        if (end != null && (end.isBefore(now) || start != null && !end.isAfter(start))) {
            throw AwsError.validation("EndTime must be later than StartTime and the current time.");
        }
        try {
            if (request.recurrence() == null) {
                Recurrence.zone(request.timeZone());
            } else if (Recurrence.parse(request.recurrence(), request.timeZone())
                    .next(now)
                    .isEmpty()) {
                throw AwsError.validation("Given recurrence never happens");
            }
        } catch (IllegalArgumentException malformed) {
            throw AwsError.validation(
                    "Given recurrence string or time zone is invalid: " + malformed.getMessage());
        }
    }

    private static void checkBounds(PutScheduledUpdateGroupActionRequest request) {
        var min = request.minSize();
        var max = request.maxSize();
        var desired = request.desiredCapacity();
        GroupRules.checkSizes(
                min == null ? 0 : min,
                max == null ? GroupRules.MAX_CAPACITY : max,
                desired == null ? (min == null ? 0 : min) : desired);
    }

    private static @Nullable Instant start(PutScheduledUpdateGroupActionRequest request) {
        return request.startTime() == null ? request.time() : request.startTime();
    }

    /// The action as it is kept.
    public static ScheduledUpdateGroupAction of(
            PutScheduledUpdateGroupActionRequest request, String arn) {
        return ScheduledUpdateGroupAction.builder()
                .autoScalingGroupName(request.autoScalingGroupName())
                .scheduledActionName(request.scheduledActionName())
                .scheduledActionARN(arn)
                .endTime(request.endTime())
                .recurrence(request.recurrence())
                .timeZone(request.timeZone())
                .minSize(request.minSize())
                .maxSize(request.maxSize())
                .desiredCapacity(request.desiredCapacity())
                .build();
    }

    /// When a checked one comes for the first time: AWS: at its start, recurring or not.
    public static Optional<Instant> first(
            PutScheduledUpdateGroupActionRequest request, Instant now) {
        var start = start(request);
        return start == null ? next(of(request, ""), now) : Optional.of(start);
    }

    /// When it comes again; empty when it does not, and is forgotten.
    public static Optional<Instant> next(ScheduledUpdateGroupAction action, Instant after) {
        if (action.recurrence() == null) {
            return Optional.empty();
        }
        return Recurrence.parse(action.recurrence(), action.timeZone())
                .next(after)
                .filter(time -> action.endTime() == null || !time.isAfter(action.endTime()));
    }

    /// As it is told: what comes next is its start.
    public static ScheduledUpdateGroupAction told(ScheduledUpdateGroupAction kept, Instant due) {
        return kept.toBuilder().startTime(due).time(due).build();
    }

    /// The group with the sizes of the action; those that are not given follow within the bounds.
    ///
    /// @throws AwsError when they do not go together
    public static AutoScalingGroup applied(
            AutoScalingGroup group, ScheduledUpdateGroupAction action) {
        int min = action.minSize() == null ? group.minSize() : action.minSize();
        int max = action.maxSize() == null ? group.maxSize() : action.maxSize();
        var desired =
                action.desiredCapacity() == null
                        ? Math.min(Math.max(group.desiredCapacity(), min), max)
                        : action.desiredCapacity();
        GroupRules.checkSizes(min, max, desired);
        return group.toBuilder().minSize(min).maxSize(max).desiredCapacity(desired).build();
    }
}
