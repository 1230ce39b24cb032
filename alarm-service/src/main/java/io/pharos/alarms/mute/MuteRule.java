package io.pharos.alarms.mute;

import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.AlarmMuteRuleStatus;
import software.amazon.awssdk.services.cloudwatch.model.AlarmMuteRuleSummary;
import software.amazon.awssdk.services.cloudwatch.model.GetAlarmMuteRuleResponse;
import software.amazon.awssdk.services.cloudwatch.model.MuteTargets;
import software.amazon.awssdk.services.cloudwatch.model.PutAlarmMuteRuleRequest;
import software.amazon.awssdk.services.cloudwatch.model.Rule;
import software.amazon.awssdk.services.cloudwatch.model.Schedule.Builder;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A mute rule as it was put.
///
/// @param timezone as given; null means UTC
/// @param targets names of alarms; null when none were given
/// @param start not muted before; null when at once
/// @param expire not muted from then on; null when never
/// @param updated when it was put last
public record MuteRule(
        Key key,
        @Nullable String description,
        String expression,
        String duration,
        @Nullable String timezone,
        @Nullable List<String> targets,
        @Nullable Instant start,
        @Nullable Instant expire,
        Instant updated) {

    /// AWS: alarms that one rule may mute.
    public static final int MAX_TARGETS = 100;

    /// AWS's quota of rules per account and region.
    public static final int MAX_RULES = 2000;

    private static final String ARN_KIND = "alarm-mute-rule:";

    /// Names a rule within a tenant.
    public record Key(Tenant tenant, String name) {
        public String arn() {
            return tenant.arn("cloudwatch", ARN_KIND + name);
        }

        /// The rule of this tenant that an ARN names.
        public static Optional<Key> ofArn(Tenant tenant, String arn) {
            var prefix = tenant.arn("cloudwatch", ARN_KIND);
            return arn.startsWith(prefix)
                    ? Optional.of(new Key(tenant, arn.substring(prefix.length())))
                    : Optional.empty();
        }
    }

    /// @throws AwsError when the request is not one that can be kept
    public static MuteRule of(Tenant tenant, PutAlarmMuteRuleRequest request, Instant now) {
        check(request);
        var schedule = request.rule().schedule();
        var targets = request.muteTargets();
        var rule =
                new MuteRule(
                        new Key(tenant, request.name()),
                        request.description(),
                        schedule.expression(),
                        schedule.duration(),
                        schedule.timezone(),
                        targets == null ? null : targets.alarmNames().stream().distinct().toList(),
                        request.startDate(),
                        request.expireDate(),
                        now);
        try {
            rule.schedule();
        } catch (IllegalArgumentException wrong) {
            throw AwsError.validation(String.valueOf(wrong.getMessage()));
        }
        if (rule.start != null && rule.expire != null && !rule.start.isBefore(rule.expire)) {
            throw AwsError.validation("ExpireDate must be after StartDate");
        }
        return rule;
    }

    private static void check(PutAlarmMuteRuleRequest request) {
        var rule = request.rule();
        var schedule = rule == null ? null : rule.schedule();
        var constraints =
                Constraints.check()
                        .required("name", request.name())
                        .length("name", request.name(), 1, 255)
                        .length("description", request.description(), 0, 1024)
                        .required("rule", rule);
        if (rule != null) {
            constraints.required("rule.schedule", schedule);
        }
        if (schedule != null) {
            constraints
                    .required("rule.schedule.expression", schedule.expression())
                    .length("rule.schedule.expression", schedule.expression(), 1, 256)
                    .required("rule.schedule.duration", schedule.duration())
                    .length("rule.schedule.duration", schedule.duration(), 1, 50)
                    .length("rule.schedule.timezone", schedule.timezone(), 1, 50);
        }
        checkTargets(constraints, request.muteTargets());
        constraints.orThrow();
    }

    private static void checkTargets(Constraints constraints, @Nullable MuteTargets targets) {
        if (targets == null) {
            return;
        }
        constraints
                .required("muteTargets.alarmNames", targets.hasAlarmNames() ? targets : null)
                .size("muteTargets.alarmNames", targets.alarmNames(), 0, MAX_TARGETS);
        var index = 1;
        for (var name : targets.alarmNames()) {
            constraints.length("muteTargets.alarmNames." + index++ + ".member", name, 1, 255);
        }
    }

    private Schedule schedule() {
        return Schedule.of(expression, duration, timezone);
    }

    /// The window in which it mutes at `now`.
    public Optional<MuteWindow> windowAt(Instant now) {
        if (start != null && now.isBefore(start) || expire != null && !now.isBefore(expire)) {
            return Optional.empty();
        }
        return schedule()
                .at(now)
                .map(span ->
                        new MuteWindow(
                                key.arn(),
                                start != null && start.isAfter(span.start()) ? start : span.start(),
                                expire != null && expire.isBefore(span.end())
                                        ? expire
                                        : span.end()));
    }

    public AlarmMuteRuleStatus status(Instant now) {
        if (windowAt(now).isPresent()) {
            return AlarmMuteRuleStatus.ACTIVE;
        }
        var isOver =
                expire != null && !now.isBefore(expire)
                        || schedule().lastEnd().filter(end -> !now.isBefore(end)).isPresent();
        return isOver ? AlarmMuteRuleStatus.EXPIRED : AlarmMuteRuleStatus.SCHEDULED;
    }

    private String type() {
        return schedule().isOnce() ? "ONE_TIME" : "RECURRING";
    }

    public GetAlarmMuteRuleResponse describe(Instant now) {
        return GetAlarmMuteRuleResponse.builder()
                .name(key.name())
                .alarmMuteRuleArn(key.arn())
                .description(description)
                .rule(Rule.builder().schedule(this::describe).build())
                .muteTargets(
                        targets == null ? null : MuteTargets.builder().alarmNames(targets).build())
                .startDate(start)
                .expireDate(expire)
                .status(status(now))
                .lastUpdatedTimestamp(updated)
                .muteType(type())
                .build();
    }

    private void describe(Builder schedule) {
        schedule.expression(expression).duration(duration).timezone(timezone);
    }

    public AlarmMuteRuleSummary summary(Instant now) {
        return AlarmMuteRuleSummary.builder()
                .alarmMuteRuleArn(key.arn())
                .expireDate(expire)
                .status(status(now))
                .muteType(type())
                .lastUpdatedTimestamp(updated)
                .build();
    }
}
