package io.pharos.alarms.composite;

import io.pharos.alarms.alarm.ActionReach;
import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmActions;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AwsTime;
import io.pharos.kit.ResourceTags;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.ActionsSuppressedBy;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.PutCompositeAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.regex.Pattern;

/// PutCompositeAlarm's rules: what may be put, in AWS's words, and the alarm that comes of it.
public final class CompositeAlarms {
    static final int MAX_RULE = 10_240;
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f]");

    private CompositeAlarms() {}

    /// What a put refers to, by name.
    ///
    /// @param suppressor null without one
    public record Relations(SequencedSet<String> rule, @Nullable String suppressor) {
        /// Both together.
        public SequencedSet<String> all() {
            var all = new LinkedHashSet<>(rule);
            if (suppressor != null) {
                all.add(suppressor);
            }
            return all;
        }
    }

    /// @param reach where its actions can go
    /// @return the alarms it refers to, which may not exist
    /// @throws AwsError or the SDK's exception that AWS answers
    public static Relations check(
            PutCompositeAlarmRequest request, Tenant tenant, ActionReach reach) {
        checkShape(request);
        if (CONTROL.matcher(request.alarmName()).find()) {
            throw AwsError.validation("AlarmName must not contain ASCII Control characters");
        }
        AlarmActions.checkOfComposite(request, tenant.region(), reach);
        checkSuppressor(request);
        var children = new LinkedHashSet<String>();
        for (var reference : RuleParser.parse(request.alarmRule()).alarms()) {
            children.add(AlarmReference.check(reference, tenant));
        }
        requireOther(!children.contains(request.alarmName()), "AlarmRule");
        if (request.actionsSuppressor() == null) {
            return new Relations(children, null);
        }
        var suppressor = AlarmReference.check(request.actionsSuppressor(), tenant);
        requireOther(!suppressor.equals(request.alarmName()), "ActionsSuppressor");
        return new Relations(children, suppressor);
    }

    private static void requireOther(boolean holds, String member) {
        if (!holds) {
            throw AwsError.validation(
                    "A composite alarm cannot have a child relation with itself via its "
                            + member
                            + ", as it would introduce a circular dependency");
        }
    }

    private static void checkShape(PutCompositeAlarmRequest request) {
        var constraints =
                Constraints.check()
                        .required("alarmName", request.alarmName())
                        .length("alarmName", request.alarmName(), 1, 255)
                        .length("alarmDescription", request.alarmDescription(), 0, 1024)
                        .required("alarmRule", request.alarmRule())
                        .length("alarmRule", request.alarmRule(), 1, MAX_RULE)
                        .length("actionsSuppressor", request.actionsSuppressor(), 1, 1600)
                        .size("tags", request.tags(), 0, ResourceTags.MAX_TAGS);
        checkActions(constraints, "oKActions", request.okActions());
        checkActions(constraints, "alarmActions", request.alarmActions());
        checkActions(constraints, "insufficientDataActions", request.insufficientDataActions());
        ResourceTags.check(constraints, request.tags());
        constraints.orThrow();
    }

    private static void checkActions(Constraints constraints, String path, List<String> actions) {
        constraints.size(path, actions, 0, 5);
        var index = 1;
        for (var action : actions) {
            constraints.length(path + "." + index++ + ".member", action, 1, 1024);
        }
    }

    private static void checkSuppressor(PutCompositeAlarmRequest request) {
        var wait = request.actionsSuppressorWaitPeriod();
        var extension = request.actionsSuppressorExtensionPeriod();
        if (request.actionsSuppressor() == null) {
            if (wait != null || extension != null) {
                throw AwsError.validation(
                        "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod can only be"
                                + " specified with ActionsSuppressor");
            }
        } else if (wait == null || extension == null) {
            throw AwsError.validation(
                    "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod are required"
                            + " when ActionsSuppressor is specified");
        } else if (wait < 0 || extension < 0) {
            throw AwsError.validation(
                    "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod must not be"
                            + " negative");
        }
    }

    /// A new alarm, not decided yet. Its parameters have passed [#check].
    public static CompositeAlarm create(
            AlarmKey key, PutCompositeAlarmRequest request, Instant now) {
        return configure(CompositeAlarm.builder().build(), key, request, now).toBuilder()
                .stateValue(StateValue.INSUFFICIENT_DATA)
                .stateReason(Alarm.CREATED)
                .stateUpdatedTimestamp(now)
                .stateTransitionedTimestamp(now)
                .build();
    }

    /// The alarm with all of its configuration replaced and its state kept; `alarm` itself when the
    /// put changes nothing. Another suppressor ends what the former one held back.
    public static CompositeAlarm update(
            CompositeAlarm alarm, AlarmKey key, PutCompositeAlarmRequest request, Instant now) {
        var unchanged = configure(alarm, key, request, alarm.alarmConfigurationUpdatedTimestamp());
        if (unchanged.equals(alarm)) {
            return alarm;
        }
        var updated = configure(alarm, key, request, now);
        return hasSameSuppressor(alarm, updated) ? updated : suppressed(updated, null, null);
    }

    public static boolean hasSameSuppressor(CompositeAlarm one, CompositeAlarm other) {
        return Objects.equals(suppressor(one), suppressor(other));
    }

    /// The name of the alarm that suppresses its actions; null without one.
    public static @Nullable String suppressor(CompositeAlarm alarm) {
        var reference = alarm.actionsSuppressor();
        return reference == null ? null : AlarmReference.name(reference);
    }

    private static CompositeAlarm configure(
            CompositeAlarm alarm, AlarmKey key, PutCompositeAlarmRequest request, Instant updated) {
        return alarm.toBuilder()
                .alarmName(key.name())
                .alarmArn(key.arn())
                .alarmDescription(request.alarmDescription())
                .alarmConfigurationUpdatedTimestamp(updated)
                .alarmRule(request.alarmRule())
                .actionsEnabled(request.actionsEnabled() == null || request.actionsEnabled())
                .okActions(List.copyOf(request.okActions()))
                .alarmActions(List.copyOf(request.alarmActions()))
                .insufficientDataActions(List.copyOf(request.insufficientDataActions()))
                .actionsSuppressor(request.actionsSuppressor())
                .actionsSuppressorWaitPeriod(request.actionsSuppressorWaitPeriod())
                .actionsSuppressorExtensionPeriod(request.actionsSuppressorExtensionPeriod())
                .build();
    }

    public static Duration wait(CompositeAlarm alarm) {
        return seconds(alarm.actionsSuppressorWaitPeriod());
    }

    public static Duration extension(CompositeAlarm alarm) {
        return seconds(alarm.actionsSuppressorExtensionPeriod());
    }

    private static Duration seconds(@Nullable Integer period) {
        return period == null ? Duration.ZERO : Duration.ofSeconds(period);
    }

    /// The alarm with its actions held back, or not.
    ///
    /// @param suppressorReason why, when an alarm in ALARM holds them back
    public static CompositeAlarm suppressed(
            CompositeAlarm alarm,
            @Nullable ActionsSuppressedBy by,
            @Nullable String suppressorReason) {
        return alarm.toBuilder()
                .actionsSuppressedBy(by)
                .actionsSuppressedReason(
                        by == null
                                ? null
                                : suppressorReason == null
                                        ? "Actions suppressed by " + by
                                        : suppressorReason)
                .build();
    }

    /// Why the actions of an alarm are held back by another that is in ALARM.
    public static String suppressedBy(AlarmKey suppressor, Instant since) {
        return "Actions suppressed by "
                + suppressor.arn()
                + " that transitioned to ALARM at "
                + AwsTime.longText(since);
    }
}
