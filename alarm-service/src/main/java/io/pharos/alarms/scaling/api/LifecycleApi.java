package io.pharos.alarms.scaling.api;

import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.LifecycleHooks;
import io.pharos.alarms.scaling.driver.CapacityDriver;
import io.pharos.alarms.scaling.pg.LifecycleLedger;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.CompleteLifecycleActionRequest;
import software.amazon.awssdk.services.autoscaling.model.CompleteLifecycleActionResponse;
import software.amazon.awssdk.services.autoscaling.model.DeleteLifecycleHookRequest;
import software.amazon.awssdk.services.autoscaling.model.DeleteLifecycleHookResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeLifecycleHookTypesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeLifecycleHookTypesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeLifecycleHooksRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeLifecycleHooksResponse;
import software.amazon.awssdk.services.autoscaling.model.PutLifecycleHookRequest;
import software.amazon.awssdk.services.autoscaling.model.PutLifecycleHookResponse;
import software.amazon.awssdk.services.autoscaling.model.RecordLifecycleActionHeartbeatRequest;
import software.amazon.awssdk.services.autoscaling.model.RecordLifecycleActionHeartbeatResponse;

/// Lifecycle hooks, and the instances they hold.
@Singleton
final class LifecycleApi implements AutoScalingClient {
    private final LifecycleLedger hooks;
    private final CapacityDriver driver;

    LifecycleApi(LifecycleLedger hooks, CapacityDriver driver) {
        this.hooks = hooks;
        this.driver = driver;
    }

    @Override
    public PutLifecycleHookResponse putLifecycleHook(PutLifecycleHookRequest request) {
        var key = group(request.autoScalingGroupName());
        LifecycleHooks.check(key.tenant(), request);
        requireInstances(driver);
        hooks.put(key, request, GroupApi.now());
        return PutLifecycleHookResponse.builder().build();
    }

    /// @throws AwsError where nobody knows which instance it is that comes or goes
    static void requireInstances(CapacityDriver driver) {
        if (!driver.knowsInstances()) {
            throw AwsError.validation(
                    "Lifecycle hooks are not supported for groups that are scaled by replicas.");
        }
    }

    private static GroupKey group(@Nullable String name) {
        return new GroupKey(GroupApi.tenant(), GroupApi.requireName(name));
    }

    @Override
    public DeleteLifecycleHookResponse deleteLifecycleHook(DeleteLifecycleHookRequest request) {
        Constraints.check().required("lifecycleHookName", request.lifecycleHookName()).orThrow();
        hooks.delete(
                group(request.autoScalingGroupName()), request.lifecycleHookName(), GroupApi.now());
        return DeleteLifecycleHookResponse.builder().build();
    }

    @Override
    public DescribeLifecycleHooksResponse describeLifecycleHooks(
            DescribeLifecycleHooksRequest request) {
        var names = request.lifecycleHookNames();
        Constraints.check()
                .size("lifecycleHookNames", names, 0, LifecycleHooks.MAX_PER_GROUP)
                .orThrow();
        return DescribeLifecycleHooksResponse.builder()
                .lifecycleHooks(
                        hooks.list(group(request.autoScalingGroupName())).stream()
                                .filter(hook ->
                                        names.isEmpty() || names.contains(hook.lifecycleHookName()))
                                .toList())
                .build();
    }

    @Override
    public DescribeLifecycleHookTypesResponse describeLifecycleHookTypes(
            DescribeLifecycleHookTypesRequest request) {
        return DescribeLifecycleHookTypesResponse.builder()
                .lifecycleHookTypes(LifecycleHooks.TRANSITIONS)
                .build();
    }

    @Override
    public CompleteLifecycleActionResponse completeLifecycleAction(
            CompleteLifecycleActionRequest request) {
        Constraints.check()
                .required("lifecycleHookName", request.lifecycleHookName())
                .required("lifecycleActionResult", request.lifecycleActionResult())
                .orThrow();
        LifecycleHooks.checkResult(request.lifecycleActionResult());
        requireOne(request.lifecycleActionToken(), request.instanceId());
        hooks.complete(
                group(request.autoScalingGroupName()),
                request.lifecycleHookName(),
                request.lifecycleActionToken(),
                request.instanceId(),
                request.lifecycleActionResult().equals(LifecycleHooks.CONTINUE),
                GroupApi.now());
        return CompleteLifecycleActionResponse.builder().build();
    }

    @Override
    public RecordLifecycleActionHeartbeatResponse recordLifecycleActionHeartbeat(
            RecordLifecycleActionHeartbeatRequest request) {
        Constraints.check().required("lifecycleHookName", request.lifecycleHookName()).orThrow();
        requireOne(request.lifecycleActionToken(), request.instanceId());
        hooks.beat(
                group(request.autoScalingGroupName()),
                request.lifecycleHookName(),
                request.lifecycleActionToken(),
                request.instanceId(),
                GroupApi.now());
        return RecordLifecycleActionHeartbeatResponse.builder().build();
    }

    private static void requireOne(@Nullable String token, @Nullable String instance) {
        if (token == null && instance == null) {
            throw AwsError.validation(
                    "Either a lifecycle action token or an instance ID must be specified.");
        }
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
