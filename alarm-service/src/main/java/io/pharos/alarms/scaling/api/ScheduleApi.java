package io.pharos.alarms.scaling.api;

import io.pharos.alarms.scaling.ScheduledActions;
import io.pharos.alarms.scaling.pg.GroupLedger;
import io.pharos.alarms.scaling.pg.ScheduleLedger;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.BatchDeleteScheduledActionRequest;
import software.amazon.awssdk.services.autoscaling.model.BatchDeleteScheduledActionResponse;
import software.amazon.awssdk.services.autoscaling.model.BatchPutScheduledUpdateGroupActionRequest;
import software.amazon.awssdk.services.autoscaling.model.BatchPutScheduledUpdateGroupActionResponse;
import software.amazon.awssdk.services.autoscaling.model.DeleteScheduledActionRequest;
import software.amazon.awssdk.services.autoscaling.model.DeleteScheduledActionResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeScheduledActionsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeScheduledActionsResponse;
import software.amazon.awssdk.services.autoscaling.model.FailedScheduledUpdateGroupActionRequest;
import software.amazon.awssdk.services.autoscaling.model.LimitExceededException;
import software.amazon.awssdk.services.autoscaling.model.PutScheduledUpdateGroupActionRequest;
import software.amazon.awssdk.services.autoscaling.model.PutScheduledUpdateGroupActionResponse;
import software.amazon.awssdk.services.autoscaling.model.ScheduledUpdateGroupAction;
import software.amazon.awssdk.services.autoscaling.model.ScheduledUpdateGroupActionRequest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Scheduled actions of groups.
@Singleton
final class ScheduleApi implements AutoScalingClient {
    /// AWS: in one call.
    private static final int MAX_BATCH = 50;

    /// As this service's errors say it on the wire; nothing else is refused by [AwsError] here.
    private static final String VALIDATION = "ValidationError";

    private final ScheduleLedger schedules;
    private final GroupLedger groups;

    ScheduleApi(ScheduleLedger schedules, GroupLedger groups) {
        this.schedules = schedules;
        this.groups = groups;
    }

    @Override
    public PutScheduledUpdateGroupActionResponse putScheduledUpdateGroupAction(
            PutScheduledUpdateGroupActionRequest request) {
        put(request);
        return PutScheduledUpdateGroupActionResponse.builder().build();
    }

    private void put(PutScheduledUpdateGroupActionRequest request) {
        ScheduledActions.check(request, GroupApi.now());
        schedules.put(GroupApi.tenant(), request, GroupApi.now());
    }

    @Override
    public BatchPutScheduledUpdateGroupActionResponse batchPutScheduledUpdateGroupAction(
            BatchPutScheduledUpdateGroupActionRequest request) {
        var group = GroupApi.requireName(request.autoScalingGroupName());
        checkSize(
                "scheduledUpdateGroupActions",
                request.hasScheduledUpdateGroupActions(),
                request.scheduledUpdateGroupActions());
        groups.require(GroupApi.tenant(), group);
        var failed = new ArrayList<FailedScheduledUpdateGroupActionRequest>();
        for (var one : request.scheduledUpdateGroupActions()) {
            attempt(one.scheduledActionName(), () -> put(asRequest(group, one)), failed);
        }
        return BatchPutScheduledUpdateGroupActionResponse.builder()
                .failedScheduledUpdateGroupActions(failed)
                .build();
    }

    private static PutScheduledUpdateGroupActionRequest asRequest(
            String group, ScheduledUpdateGroupActionRequest one) {
        return PutScheduledUpdateGroupActionRequest.builder()
                .autoScalingGroupName(group)
                .scheduledActionName(one.scheduledActionName())
                .startTime(one.startTime())
                .endTime(one.endTime())
                .recurrence(one.recurrence())
                .minSize(one.minSize())
                .maxSize(one.maxSize())
                .desiredCapacity(one.desiredCapacity())
                .timeZone(one.timeZone())
                .build();
    }

    private static void attempt(
            @Nullable String name,
            Runnable work,
            List<FailedScheduledUpdateGroupActionRequest> failed) {
        try {
            work.run();
        } catch (AwsError refused) {
            failed.add(failure(name, VALIDATION, refused.getMessage()));
        } catch (LimitExceededException full) {
            failed.add(failure(name, "LimitExceeded", full.getMessage()));
        }
    }

    private static FailedScheduledUpdateGroupActionRequest failure(
            @Nullable String name, String code, @Nullable String message) {
        return FailedScheduledUpdateGroupActionRequest.builder()
                .scheduledActionName(name)
                .errorCode(code)
                .errorMessage(message)
                .build();
    }

    @Override
    public DeleteScheduledActionResponse deleteScheduledAction(
            DeleteScheduledActionRequest request) {
        var group = GroupApi.requireName(request.autoScalingGroupName());
        Constraints.check()
                .required("scheduledActionName", request.scheduledActionName())
                .length("scheduledActionName", request.scheduledActionName(), 1, 255)
                .orThrow();
        schedules.delete(GroupApi.tenant(), group, request.scheduledActionName());
        return DeleteScheduledActionResponse.builder().build();
    }

    @Override
    public BatchDeleteScheduledActionResponse batchDeleteScheduledAction(
            BatchDeleteScheduledActionRequest request) {
        var group = GroupApi.requireName(request.autoScalingGroupName());
        checkSize(
                "scheduledActionNames",
                request.hasScheduledActionNames(),
                request.scheduledActionNames());
        groups.require(GroupApi.tenant(), group);
        var failed = new ArrayList<FailedScheduledUpdateGroupActionRequest>();
        for (var name : request.scheduledActionNames()) {
            attempt(name, () -> schedules.delete(GroupApi.tenant(), group, name), failed);
        }
        return BatchDeleteScheduledActionResponse.builder().failedScheduledActions(failed).build();
    }

    private static void checkSize(String name, boolean given, List<?> list) {
        Constraints.check()
                .required(name, given ? list : null)
                .size(name, list, 0, MAX_BATCH)
                .orThrow();
    }

    @Override
    public DescribeScheduledActionsResponse describeScheduledActions(
            DescribeScheduledActionsRequest request) {
        Constraints.check()
                .size("scheduledActionNames", request.scheduledActionNames(), 0, MAX_BATCH)
                .orThrow();
        var limit = Page.limit(request.maxRecords(), Page.DEFAULT);
        var after = Page.after(request.nextToken());
        var found =
                schedules.list(GroupApi.tenant(), request.autoScalingGroupName()).stream()
                        .filter(action -> place(action).compareTo(after) > 0)
                        .filter(action -> isAskedFor(request, action))
                        .sorted(Comparator.comparing(ScheduleApi::place))
                        .toList();
        var page = Page.of(found, limit, ScheduleApi::place);
        return DescribeScheduledActionsResponse.builder()
                .scheduledUpdateGroupActions(page.items())
                .nextToken(page.nextToken())
                .build();
    }

    /// No group's name has a colon.
    private static String place(ScheduledUpdateGroupAction action) {
        return action.autoScalingGroupName() + ":" + action.scheduledActionName();
    }

    /// AWS: times do not count when names are given.
    private static boolean isAskedFor(
            DescribeScheduledActionsRequest request, ScheduledUpdateGroupAction action) {
        var names = request.scheduledActionNames();
        if (!names.isEmpty()) {
            return names.contains(action.scheduledActionName())
                    || names.contains(action.scheduledActionARN());
        }
        var start = request.startTime();
        var end = request.endTime();
        return (start == null || !action.startTime().isBefore(start))
                && (end == null || !action.startTime().isAfter(end));
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
