package io.pharos.alarms.scaling.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.alarms.alarm.ActionReach;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.MetricAlarms;
import io.pharos.alarms.deliver.ActionRelay;
import io.pharos.alarms.deliver.BreachingValues;
import io.pharos.alarms.deliver.PolicyTarget;
import io.pharos.alarms.ledger.pg.ActionOutbox;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.MuteLedger;
import io.pharos.alarms.ledger.pg.PolicyAlarms;
import io.pharos.alarms.scaling.driver.Bookkeeping;
import io.pharos.alarms.scaling.pg.ActivityLedger;
import io.pharos.alarms.scaling.pg.GroupLedger;
import io.pharos.alarms.scaling.pg.PolicyLedger;
import io.pharos.alarms.scaling.pg.Reconciler;
import io.pharos.alarms.scaling.pg.ScheduleLedger;
import io.pharos.alarms.scaling.schedule.ScalingKeeper;
import io.pharos.kit.Database;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.CreateAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeScheduledActionsRequest;
import software.amazon.awssdk.services.autoscaling.model.PutScheduledUpdateGroupActionRequest;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityStatusCode;
import software.amazon.awssdk.services.autoscaling.model.ScheduledUpdateGroupAction;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// Scheduled actions on a real database, and two processes that look after the same groups.
class ScheduleIT {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");

    private final SteppingClock clock = new SteppingClock(Instant.parse("2026-09-14T12:00:00Z"));
    private final Database database = new Database(TestDatabase.fresh("alarms"));
    private final PolicyAlarms policyAlarms = new PolicyAlarms(100);
    private final GroupLedger groups = new GroupLedger(database, policyAlarms, 10);
    private final ScheduleLedger schedules = new ScheduleLedger(database);
    private final ScheduleApi api = new ScheduleApi(schedules, groups);
    private final List<ScalingKeeper> keepers = List.of(keeper(1), keeper(2));

    private ScalingKeeper keeper(int seed) {
        var driver = new Bookkeeping(Duration.ofSeconds(2));
        return new ScalingKeeper(
                new Reconciler(database, groups, driver, new Random(seed)),
                groups,
                schedules,
                (_, _, _) -> {},
                clock,
                Runnable::run);
    }

    private <T> T call(Callable<T> work) {
        var caller = new Caller(TENANT, "AKID", "arn", "request", clock.instant(), "ip", "test");
        return ScopedValue.where(Caller.SCOPE, caller)
                .call(() -> {
                    try {
                        return work.call();
                    } catch (RuntimeException failure) {
                        throw failure;
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                });
    }

    private void create(String name, int min, int max) {
        var request =
                CreateAutoScalingGroupRequest.builder()
                        .autoScalingGroupName(name)
                        .launchTemplate(t -> t.launchTemplateName("lt"))
                        .minSize(min)
                        .maxSize(max)
                        .availabilityZones("us-east-1a")
                        .build();
        groups.create(TENANT, request, clock.instant());
    }

    private void put(Consumer<PutScheduledUpdateGroupActionRequest.Builder> change) {
        var request =
                PutScheduledUpdateGroupActionRequest.builder()
                        .autoScalingGroupName("web")
                        .scheduledActionName("act")
                        .applyMutation(change)
                        .build();
        call(() -> api.putScheduledUpdateGroupAction(request));
    }

    private AutoScalingGroup group() {
        return groups.require(TENANT, "web");
    }

    private List<ScheduledUpdateGroupAction> actions() {
        return call(() ->
                        api.describeScheduledActions(
                                DescribeScheduledActionsRequest.builder()
                                        .autoScalingGroupName("web")
                                        .build()))
                .scheduledUpdateGroupActions();
    }

    private List<Activity> activities() {
        return new ActivityLedger(database)
                .list(TENANT, "web", List.of(), false, null, 100).stream()
                        .map(ActivityLedger.Placed::activity)
                        .toList();
    }

    /// Both processes at once, so often.
    private void tick(int seconds) throws Exception {
        var barrier = new CyclicBarrier(2);
        for (var i = 0; i < seconds; i++) {
            clock.advance(Duration.ofSeconds(1));
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var keeper : keepers) {
                    threads.submit(() -> {
                        barrier.await();
                        keeper.tick(clock.instant());
                        return null;
                    });
                }
            }
        }
    }

    private Instant in(int seconds) {
        return clock.instant().plusSeconds(seconds);
    }

    @Test
    void anActionRunsOnceAtItsTimeAndIsGone() throws Exception {
        create("web", 0, 2);
        put(r -> r.startTime(in(5)).minSize(1).maxSize(5).desiredCapacity(3));
        var told = actions().getFirst();
        assertThat(told.scheduledActionARN())
                .matches(
                        "arn:aws:autoscaling:us-east-1:123456789012:scheduledUpdateGroupAction:[0-9a-f-]{36}"
                                + ":autoScalingGroupName/web:scheduledActionName/act");
        assertThat(told.startTime()).isEqualTo(in(5));
        tick(4);
        assertThat(group().desiredCapacity()).isZero();
        tick(6);
        assertThat(group().minSize()).isEqualTo(1);
        assertThat(group().maxSize()).isEqualTo(5);
        assertThat(actions()).isEmpty();
        assertThat(activities()).hasSize(3);
        assertThat(activities().getFirst().cause())
                .startsWith(
                        "At 2026-09-14T12:00:05Z a scheduled action update of AutoScalingGroup"
                                + " constraints to min: 1, max: 5, desired: 3 changing the desired"
                                + " capacity from 0 to 3.  At ");
    }

    @Test
    void aRecurringOneComesAgainAndOneThatWasMissedRunsOnce() throws Exception {
        create("web", 0, 9);
        put(r -> r.recurrence("0 18 * * *").timeZone("Europe/Berlin").desiredCapacity(2));
        assertThat(actions().getFirst().startTime()).isEqualTo("2026-09-14T16:00:00Z");

        clock.advance(Duration.ofDays(3));
        tick(4);
        assertThat(activities()).hasSize(2);
        assertThat(actions().getFirst().startTime()).isEqualTo("2026-09-17T16:00:00Z");

        var arn = actions().getFirst().scheduledActionARN();
        var end = clock.instant().plus(Duration.ofHours(6));
        put(r -> r.recurrence("0 * * * *").endTime(end).minSize(4));
        assertThat(actions()).hasSize(1);
        assertThat(actions().getFirst().scheduledActionARN()).isEqualTo(arn);
        assertThat(actions().getFirst().desiredCapacity()).isNull();
        clock.advance(Duration.ofDays(1));
        tick(1);
        assertThat(group().desiredCapacity()).isEqualTo(4);
        assertThat(actions()).isEmpty();
    }

    @Test
    void whatCanNotBeAppliedIsAFailedActivity() throws Exception {
        create("web", 0, 2);
        put(r -> r.startTime(in(1)).desiredCapacity(5));
        tick(2);
        assertThat(actions()).isEmpty();
        assertThat(group().desiredCapacity()).isZero();
        assertThat(activities())
                .singleElement()
                .satisfies(activity -> {
                    assertThat(activity.statusCode()).isEqualTo(ScalingActivityStatusCode.FAILED);
                    assertThat(activity.statusMessage())
                            .isEqualTo(
                                    "Desired capacity:5 must be between the specified min size:0 and"
                                            + " max size:2");
                });
    }

    @Test
    void aSuspendedGroupSleepsThrough() throws Exception {
        create("web", 0, 2);
        var settings = new GroupSettingsApi(groups);
        call(() ->
                settings.suspendProcesses(
                        r -> r.autoScalingGroupName("web").scalingProcesses("ScheduledActions")));
        put(r -> r.startTime(in(1)).desiredCapacity(1));
        tick(2);
        assertThat(group().desiredCapacity()).isZero();
        assertThat(actions()).isEmpty();
    }

    @Test
    void refusesWhatMakesNoSense() {
        create("web", 0, 2);
        refuse(r -> r.startTime(in(5)), "At least one of MinSize, MaxSize");
        refuse(r -> r.minSize(1), "Either StartTime or Recurrence");
        refuse(r -> r.minSize(1).startTime(in(-5)), "Given start time is in the past");
        refuse(r -> r.minSize(1).recurrence("often"), "Given recurrence string or time zone is");
        refuse(r -> r.minSize(1).recurrence("0 0 30 2 *"), "Given recurrence never happens");
        refuse(r -> r.minSize(3).maxSize(1).startTime(in(5)), "Max bound, 1, must be greater");
        refuse(
                r -> r.minSize(1).startTime(in(5)).autoScalingGroupName("none"),
                "AutoScalingGroup name not found");
        refuse(
                r -> r.minSize(1).recurrence("0 0 1 1 *").endTime(in(60)),
                "Given recurrence ends before it begins");
    }

    private void refuse(
            Consumer<PutScheduledUpdateGroupActionRequest.Builder> change, String message) {
        assertThatThrownBy(() -> put(change))
                .isInstanceOf(AwsError.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void batchesTellWhatFailed() {
        create("web", 0, 2);
        var failed =
                call(() ->
                                api.batchPutScheduledUpdateGroupAction(r ->
                                        r.autoScalingGroupName("web")
                                                .scheduledUpdateGroupActions(
                                                        a -> a.scheduledActionName("a").minSize(1),
                                                        a ->
                                                                a.scheduledActionName("b")
                                                                        .minSize(1)
                                                                        .startTime(in(9)),
                                                        a ->
                                                                a.scheduledActionName("c")
                                                                        .minSize(2)
                                                                        .startTime(in(99)))))
                        .failedScheduledUpdateGroupActions();
        assertThat(failed)
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.scheduledActionName()).isEqualTo("a");
                    assertThat(one.errorCode()).isEqualTo("ValidationError");
                });
        var early =
                call(() -> api.describeScheduledActions(r -> r.endTime(in(10))))
                        .scheduledUpdateGroupActions();
        assertThat(early).extracting(a -> a.scheduledActionName()).containsExactly("b");
        var page = call(() -> api.describeScheduledActions(r -> r.maxRecords(1)));
        assertThat(page.scheduledUpdateGroupActions()).hasSize(1);
        var rest = call(() -> api.describeScheduledActions(r -> r.nextToken(page.nextToken())));
        assertThat(rest.scheduledUpdateGroupActions())
                .extracting(a -> a.scheduledActionName())
                .containsExactly("c");

        var kept =
                call(() ->
                                api.batchDeleteScheduledAction(r ->
                                        r.autoScalingGroupName("web")
                                                .scheduledActionNames("a", "b", "c")))
                        .failedScheduledActions();
        assertThat(kept).extracting(one -> one.scheduledActionName()).containsExactly("a");
        assertThat(actions()).isEmpty();

        put(r -> r.startTime(in(5)).minSize(1));
        groups.delete(TENANT, "web", false, clock.instant());
        create("web", 0, 2);
        assertThat(actions()).isEmpty();
    }

    @Test
    void aPolicyActsOnceWhicheverProcessIsKilled() throws Exception {
        create("web", 0, 9);
        var alarms = new AlarmLedger(database, 100);
        var policies = new PolicyLedger(database, policyAlarms);
        var policy =
                call(() ->
                                new PolicyApi(policies, new ActivityLedger(database))
                                        .putScalingPolicy(r ->
                                                r.autoScalingGroupName("web")
                                                        .policyName("more")
                                                        .adjustmentType("ChangeInCapacity")
                                                        .scalingAdjustment(2)))
                        .policyARN();
        var request =
                PutMetricAlarmRequest.builder()
                        .alarmName("hot")
                        .namespace("n")
                        .metricName("m")
                        .statistic("Maximum")
                        .period(60)
                        .evaluationPeriods(1)
                        .threshold(7.0)
                        .comparisonOperator("GreaterThanThreshold")
                        .alarmActions(policy)
                        .build();
        MetricAlarms.check(request, TENANT, ActionReach.NONE);
        var key = new AlarmKey(TENANT, "hot");
        alarms.put(key, request, clock.instant());
        alarms.setState(key, StateValue.ALARM, "x", null, clock.instant());

        // One took it and was killed before it did anything.
        var outbox = new ActionOutbox(database);
        assertThat(outbox.claim(clock.instant(), Duration.ofMinutes(2), 9, List.of(), List.of()))
                .hasSize(1);
        relayTwice(alarms, policies);
        assertThat(group().desiredCapacity()).isZero();

        // Then two others see its lease end at the same time.
        clock.advance(Duration.ofMinutes(2));
        relayTwice(alarms, policies);
        tick(5);
        assertThat(group().desiredCapacity()).isEqualTo(2);
        assertThat(activities()).hasSize(2);

        // One died after the policy was executed and before it said so: the cooldown holds.
        database.run(tx -> {
            try (var update = tx.prepareStatement("UPDATE alarms.action_outbox SET due_ms = 0")) {
                update.executeUpdate();
            }
        });
        relayTwice(alarms, policies);
        tick(5);
        assertThat(activities()).hasSize(2);
    }

    private void relayTwice(AlarmLedger alarms, PolicyLedger policies) throws Exception {
        var barrier = new CyclicBarrier(2);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 2; i++) {
                threads.submit(() -> {
                    var values = new BreachingValues(_ -> noMetrics());
                    var mutes = new MuteLedger(database);
                    var target = new PolicyTarget(alarms, mutes, policies, values);
                    barrier.await();
                    new ActionRelay(
                                    new ActionOutbox(database),
                                    Map.of("autoscaling", target),
                                    Duration.ofHours(6),
                                    clock,
                                    Runnable::run)
                            .relayAll(clock.instant());
                    return null;
                });
            }
        }
    }

    private static CloudWatchClient noMetrics() {
        return new CloudWatchClient() {
            @Override
            public software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse
                    getMetricData(
                            software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest
                                    request) {
                return software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse
                        .builder()
                        .build();
            }

            @Override
            public String serviceName() {
                return SERVICE_NAME;
            }

            @Override
            public void close() {}
        };
    }
}
