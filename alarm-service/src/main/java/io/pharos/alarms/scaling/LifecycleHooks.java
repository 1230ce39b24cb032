package io.pharos.alarms.scaling;

import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.LifecycleHook;
import software.amazon.awssdk.services.autoscaling.model.LifecycleHookSpecification;
import software.amazon.awssdk.services.autoscaling.model.PutLifecycleHookRequest;

import java.util.List;
import java.util.regex.Pattern;

/// What hooks may say. A hook holds instances on their way in or out until somebody completes its
/// action, or until its time is up.
public final class LifecycleHooks {
    public static final String LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";
    public static final String TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";
    public static final List<String> TRANSITIONS = List.of(LAUNCHING, TERMINATING);
    public static final String CONTINUE = "CONTINUE";
    public static final String ABANDON = "ABANDON";
    public static final int MAX_PER_GROUP = 50;

    private static final List<String> RESULTS = List.of(CONTINUE, ABANDON);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9\\-_/]+");
    private static final int DEFAULT_TIMEOUT_S = 3_600;

    /// AWS: an action lasts at most 48 hours, or 100 times its timeout when that is less.
    private static final int MAX_TIMEOUTS = 100;

    private static final int MAX_TOTAL_S = 172_800;

    private LifecycleHooks() {}

    /// @throws AwsError `ValidationError`
    public static void check(Tenant tenant, PutLifecycleHookRequest request) {
        Constraints.check()
                .required("lifecycleHookName", request.lifecycleHookName())
                .pattern("lifecycleHookName", request.lifecycleHookName(), NAME)
                .length("lifecycleHookName", request.lifecycleHookName(), 1, 255)
                .length("notificationMetadata", request.notificationMetadata(), 1, 4000)
                .length("notificationTargetARN", request.notificationTargetARN(), 0, 255)
                .orThrow();
        if (request.lifecycleTransition() != null
                && !TRANSITIONS.contains(request.lifecycleTransition())) {
            throw AwsError.validation(
                    "Unsupported lifecycle transition: " + request.lifecycleTransition());
        }
        checkResult(request.defaultResult());
        var timeout = request.heartbeatTimeout();
        if (timeout != null && (timeout < 30 || timeout > 7_200)) {
            throw AwsError.validation(
                    "Lifecycle Hook Heartbeat Timeout must be between 30 and 7200 seconds.");
        }
        var target = request.notificationTargetARN();
        if (target != null && !target.isEmpty() && !target.startsWith(tenant.arn("sns", ""))) {
            throw AwsError.validation(
                    "Unable to publish test message to notification target "
                            + target
                            + ": only topics of the group's account and region are supported.");
        }
    }

    /// @throws AwsError for a result that does not exist
    public static void checkResult(@Nullable String result) {
        if (result != null && !RESULTS.contains(result)) {
            throw AwsError.validation("Lifecycle Action Result must be CONTINUE or ABANDON.");
        }
    }

    /// What CreateAutoScalingGroup says of a hook, as PutLifecycleHook would.
    public static PutLifecycleHookRequest of(String group, LifecycleHookSpecification given) {
        return PutLifecycleHookRequest.builder()
                .autoScalingGroupName(group)
                .lifecycleHookName(given.lifecycleHookName())
                .lifecycleTransition(given.lifecycleTransition())
                .notificationTargetARN(given.notificationTargetARN())
                .roleARN(given.roleARN())
                .notificationMetadata(given.notificationMetadata())
                .heartbeatTimeout(given.heartbeatTimeout())
                .defaultResult(given.defaultResult())
                .build();
    }

    /// The hook with what the request gives; what it leaves out stays as it was.
    ///
    /// @param former null for a new hook
    /// @throws AwsError when a new one does not say when it holds
    public static LifecycleHook of(
            @Nullable LifecycleHook former, PutLifecycleHookRequest request) {
        if (former == null && request.lifecycleTransition() == null) {
            throw AwsError.validation(
                    "A lifecycle transition must be specified for a new lifecycle hook.");
        }
        var was =
                former == null
                        ? LifecycleHook.builder()
                                .heartbeatTimeout(DEFAULT_TIMEOUT_S)
                                .defaultResult(ABANDON)
                                .build()
                        : former;
        var target = or(request.notificationTargetARN(), was.notificationTargetARN());
        var timeout = or(request.heartbeatTimeout(), was.heartbeatTimeout());
        return LifecycleHook.builder()
                .lifecycleHookName(request.lifecycleHookName())
                .autoScalingGroupName(request.autoScalingGroupName())
                .lifecycleTransition(or(request.lifecycleTransition(), was.lifecycleTransition()))
                // AWS: an empty target takes it away.
                .notificationTargetARN(target == null || target.isEmpty() ? null : target)
                .roleARN(or(request.roleARN(), was.roleARN()))
                .notificationMetadata(
                        or(request.notificationMetadata(), was.notificationMetadata()))
                .heartbeatTimeout(timeout)
                .globalTimeout(Math.min(MAX_TIMEOUTS * timeout, MAX_TOTAL_S))
                .defaultResult(or(request.defaultResult(), was.defaultResult()))
                .build();
    }

    private static <T extends @Nullable Object> T or(@Nullable T given, T former) {
        return given == null ? former : given;
    }
}
