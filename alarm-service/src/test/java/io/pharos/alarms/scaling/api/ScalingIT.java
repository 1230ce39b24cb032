package io.pharos.alarms.scaling.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.alarms.alarm.ActionReach;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.MetricAlarms;
import io.pharos.alarms.deliver.ActionRelay;
import io.pharos.alarms.deliver.ActionTarget;
import io.pharos.alarms.deliver.BreachingValues;
import io.pharos.alarms.deliver.PolicyTarget;
import io.pharos.alarms.ledger.HistoryFilter;
import io.pharos.alarms.ledger.pg.ActionOutbox;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.EventOutbox;
import io.pharos.alarms.ledger.pg.MuteLedger;
import io.pharos.alarms.ledger.pg.PolicyAlarms;
import io.pharos.alarms.scaling.driver.Bookkeeping;
import io.pharos.alarms.scaling.driver.CapacityDriver;
import io.pharos.alarms.scaling.driver.Outcome;
import io.pharos.alarms.scaling.pg.GroupLedger;
import io.pharos.alarms.scaling.pg.PolicyLedger;
import io.pharos.alarms.scaling.pg.Reconciler;
import io.pharos.alarms.scaling.pg.ScheduleLedger;
import io.pharos.alarms.scaling.schedule.ScalingKeeper;
import io.pharos.kit.Database;
import io.pharos.stream.BusEvent;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.AlreadyExistsException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;
import software.amazon.awssdk.services.autoscaling.model.LimitExceededException;
import software.amazon.awssdk.services.autoscaling.model.ResourceInUseException;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityInProgressException;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityStatusCode;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// Groups and policies on a real database, under a clock that steps.
class ScalingIT {
    private static final Tenant TENANT = ScalingApis.TENANT;

    private final SteppingClock clock = new SteppingClock(Instant.parse("2026-09-14T12:00:00Z"));
    private final Database database = new Database(TestDatabase.fresh("alarms"));
    private final AlarmLedger alarms = new AlarmLedger(database, 100);
    private final PolicyAlarms policyAlarms = new PolicyAlarms(100);
    private final GroupLedger groups = new GroupLedger(database, policyAlarms, 3);
    private final PolicyLedger policies = new PolicyLedger(database, policyAlarms);
    private final Map<String, Double> told = new HashMap<>();
    private final List<String> subjects = new ArrayList<>();
    private final AutoScalingClient client =
            ScalingApis.client(database, clock, new Bookkeeping(Duration.ZERO));

    private double metric = 70;
    private @Nullable CapacityDriver broken;
    private final CapacityDriver driver =
            (work, now) ->
                    (broken == null ? new Bookkeeping(Duration.ofSeconds(2)) : broken)
                            .advance(work, now);
    private final ScalingKeeper keeper =
            new ScalingKeeper(
                    new Reconciler(database, groups, driver, new Random(1)),
                    groups,
                    new ScheduleLedger(database),
                    (_, name, value) -> told.put(name, value),
                    clock,
                    Runnable::run);
    private final ActionRelay relay =
            new ActionRelay(
                    new ActionOutbox(database),
                    Map.of(
                            "sns",
                            (action, _) -> {
                                subjects.add(action.subject());
                                return new ActionTarget.Answer.Ended(null);
                            },
                            "autoscaling",
                            new PolicyTarget(
                                    alarms,
                                    new MuteLedger(database),
                                    policies,
                                    new BreachingValues(_ -> new Metrics()))),
                    Duration.ofHours(6),
                    clock,
                    Runnable::run);

    private final class Metrics implements CloudWatchClient {
        @Override
        public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
            return GetMetricDataResponse.builder()
                    .metricDataResults(r -> r.values(metric, 1.0))
                    .build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private void pass(int seconds) {
        for (var i = 0; i < seconds; i++) {
            clock.advance(Duration.ofSeconds(1));
            keeper.tick(clock.instant());
            relay.relayAll(clock.instant());
        }
    }

    private void create(int min, int max, int desired) {
        client.createLaunchConfiguration(
                r -> r.launchConfigurationName("lc").imageId("ami-1").instanceType("t3.micro"));
        client.createAutoScalingGroup(r ->
                r.autoScalingGroupName("web")
                        .launchConfigurationName("lc")
                        .minSize(min)
                        .maxSize(max)
                        .desiredCapacity(desired)
                        .availabilityZones("us-east-1a", "us-east-1b"));
    }

    private AutoScalingGroup group() {
        return client.describeAutoScalingGroups(r -> r.autoScalingGroupNames("web"))
                .autoScalingGroups()
                .getFirst();
    }

    private long inService() {
        return group().instances().stream()
                .filter(one -> one.lifecycleState() == LifecycleState.IN_SERVICE)
                .count();
    }

    private List<Activity> activities() {
        return client.describeScalingActivities(r -> r.autoScalingGroupName("web")).activities();
    }

    @Test
    void aGroupGrowsShrinksAndGoes() {
        create(1, 4, 3);
        assertThat(inService()).isZero();
        pass(4);
        assertThat(inService()).isEqualTo(3);
        assertThat(group().instances())
                .extracting(i -> i.availabilityZone())
                .containsExactlyInAnyOrder("us-east-1a", "us-east-1b", "us-east-1a");
        assertThat(activities())
                .hasSize(3)
                .allSatisfy(activity -> {
                    assertThat(activity.statusCode())
                            .isEqualTo(ScalingActivityStatusCode.SUCCESSFUL);
                    assertThat(activity.cause())
                            .isEqualTo(
                                    "At 2026-09-14T12:00:00Z a user request created an"
                                            + " AutoScalingGroup changing the desired capacity from 0"
                                            + " to 3.  At 2026-09-14T12:00:01Z an instance was started"
                                            + " in response to a difference between desired and actual"
                                            + " capacity, increasing the capacity from 0 to 3.");
                });
        assertThat(events()).hasSize(3).allMatch(e -> e.getSource().equals("aws.autoscaling"));

        client.updateAutoScalingGroup(r -> r.autoScalingGroupName("web").maxSize(2));
        assertThat(group().desiredCapacity()).isEqualTo(2);
        pass(4);
        assertThat(inService()).isEqualTo(2);
        var last = activities().getFirst();
        assertThat(last.description()).startsWith("Terminating EC2 instance: i-");
        assertThat(last.cause())
                .contains("shrinking the capacity from 3 to 2.")
                .endsWith("was selected for termination.");

        assertThatThrownBy(() -> client.deleteAutoScalingGroup(r -> r.autoScalingGroupName("web")))
                .isInstanceOf(ResourceInUseException.class);
        assertThatThrownBy(() ->
                        client.deleteLaunchConfiguration(r -> r.launchConfigurationName("lc")))
                .isInstanceOf(ResourceInUseException.class);
        client.deleteAutoScalingGroup(r -> r.autoScalingGroupName("web").forceDelete(true));
        assertThat(group().status()).isEqualTo("Delete in progress");
        pass(6);
        assertThat(client.describeAutoScalingGroups().autoScalingGroups()).isEmpty();
        client.deleteLaunchConfiguration(r -> r.launchConfigurationName("lc"));
        assertThat(activities()).isEmpty();
        assertThat(client.describeScalingActivities(r -> r.includeDeletedGroups(true)).activities())
                .hasSize(6);
    }

    private List<BusEvent> events() {
        var sent = new ArrayList<BusEvent>();
        new EventOutbox(database).relay(100, sent::addAll);
        return sent;
    }

    @Test
    void whatAwsRefusesIsRefused() {
        create(1, 2, 1);
        assertThatThrownBy(() -> create(1, 2, 1)).isInstanceOf(AlreadyExistsException.class);
        refused(
                () ->
                        client.setDesiredCapacity(
                                r -> r.autoScalingGroupName("web").desiredCapacity(3)),
                "New SetDesiredCapacity value 3 is above max value 2");
        refused(
                () ->
                        client.setDesiredCapacity(
                                r -> r.autoScalingGroupName("none").desiredCapacity(1)),
                "AutoScalingGroup name not found - AutoScalingGroup 'none' not found");
        refused(
                () ->
                        client.createAutoScalingGroup(
                                r -> r.autoScalingGroupName("x").minSize(1).maxSize(1)),
                "Valid requests must contain either LaunchTemplate");
        refused(
                () ->
                        client.createAutoScalingGroup(r ->
                                r.autoScalingGroupName("x")
                                        .launchConfigurationName("lc")
                                        .minSize(1)
                                        .maxSize(1)
                                        .desiredCapacity(2)
                                        .availabilityZones("z")),
                "Desired capacity:2 must be between the specified min size:1 and max size:1");
        refused(
                () ->
                        client.createAutoScalingGroup(r ->
                                r.autoScalingGroupName("x")
                                        .launchConfigurationName("lc")
                                        .minSize(1)
                                        .maxSize(1)
                                        .availabilityZones("z")
                                        .maxInstanceLifetime(86_400)),
                "MaxInstanceLifetime is not supported.");
        client.createLaunchConfiguration(
                r -> r.launchConfigurationName("lc2").imageId("ami-1").instanceType("t3.micro"));
        assertThatThrownBy(() ->
                        client.createLaunchConfiguration(r ->
                                r.launchConfigurationName("lc3")
                                        .imageId("ami-1")
                                        .instanceType("t3.micro")))
                .isInstanceOf(LimitExceededException.class);
        assertThat(client.describeAutoScalingGroups().autoScalingGroups()).hasSize(1);
    }

    private static void refused(Runnable call, String message) {
        assertThatThrownBy(call::run).isInstanceOf(AwsError.class).hasMessageContaining(message);
    }

    private String alarm(String policyArn) {
        var key = new AlarmKey(TENANT, "busy");
        var request =
                PutMetricAlarmRequest.builder()
                        .alarmName("busy")
                        .namespace("App")
                        .metricName("Load")
                        .statistic("Average")
                        .period(60)
                        .evaluationPeriods(2)
                        .threshold(50.0)
                        .comparisonOperator("GreaterThanThreshold")
                        .alarmActions(policyArn)
                        .build();
        MetricAlarms.check(request, TENANT, ActionReach.NONE);
        alarms.put(key, request, clock.instant());
        return "busy";
    }

    private void set(StateValue state) {
        alarms.setState(new AlarmKey(TENANT, "busy"), state, "test", null, clock.instant());
    }

    private List<AlarmHistoryItem> actions() {
        var filter =
                new HistoryFilter(
                        Set.of(AlarmType.METRIC_ALARM),
                        "busy",
                        null,
                        null,
                        0,
                        Long.MAX_VALUE,
                        true,
                        null,
                        50);
        return alarms.history(TENANT, filter).stream()
                .map(kept -> kept.item())
                .filter(item -> item.historyItemTypeAsString().equals("Action"))
                .toList();
    }

    @Test
    void anAlarmExecutesItsPolicyEveryMinuteWhileItLasts() {
        create(1, 9, 2);
        pass(4);
        var policy =
                client.putScalingPolicy(r ->
                        r.autoScalingGroupName("web")
                                .policyName("up")
                                .policyType("StepScaling")
                                .adjustmentType("ChangeInCapacity")
                                .estimatedInstanceWarmup(30)
                                .stepAdjustments(
                                        s ->
                                                s.metricIntervalLowerBound(0.0)
                                                        .metricIntervalUpperBound(30.0)
                                                        .scalingAdjustment(2),
                                        s ->
                                                s.metricIntervalLowerBound(30.0)
                                                        .scalingAdjustment(4)));
        alarm(policy.policyARN());
        assertThat(client.describePolicies().scalingPolicies().getFirst().alarms())
                .extracting(one -> one.alarmName())
                .containsExactly("busy");
        set(StateValue.ALARM);
        pass(4);
        assertThat(group().desiredCapacity()).isEqualTo(4);
        assertThat(inService()).isEqualTo(4);
        assertThat(activities().getFirst().cause())
                .startsWith(
                        "At 2026-09-14T12:00:05Z a monitor alarm busy in state ALARM triggered policy"
                                + " up changing the desired capacity from 2 to 4.");
        assertThat(actions()).hasSize(1).allMatch(i -> i.historySummary().startsWith("Success"));
        pass(50);
        assertThat(group().desiredCapacity()).isEqualTo(4);
        metric = 85; // the next step, from 4 that are warm by now
        pass(10);
        assertThat(group().desiredCapacity()).isEqualTo(8);
        set(StateValue.OK);
        pass(120);
        assertThat(group().desiredCapacity()).isEqualTo(8);
        assertThat(actions()).hasSize(2);
    }

    @Test
    void aSimplePolicysCooldownHoldsTheNextOne() {
        create(1, 9, 1);
        pass(4);
        var policy =
                client.putScalingPolicy(r ->
                        r.autoScalingGroupName("web")
                                .policyName("up")
                                .adjustmentType("ChangeInCapacity")
                                .scalingAdjustment(1)
                                .cooldown(90));
        alarm(policy.policyARN());
        set(StateValue.ALARM);
        pass(65); // one repetition, in the cooldown
        assertThat(group().desiredCapacity()).isEqualTo(2);
        assertThatThrownBy(() ->
                        client.executePolicy(r ->
                                r.autoScalingGroupName("web").policyName("up").honorCooldown(true)))
                .isInstanceOf(ScalingActivityInProgressException.class);
        client.executePolicy(r -> r.policyName(policy.policyARN()));
        assertThat(group().desiredCapacity()).isEqualTo(3);
        pass(130);
        assertThat(group().desiredCapacity()).isEqualTo(4);
    }

    @Test
    void aFailureIsToldInHistory() {
        create(1, 9, 1);
        var policy =
                client.putScalingPolicy(r ->
                        r.autoScalingGroupName("web")
                                .policyName("up")
                                .adjustmentType("ChangeInCapacity")
                                .scalingAdjustment(1)
                                .enabled(false));
        alarm(policy.policyARN());
        set(StateValue.ALARM);
        pass(2);
        assertThat(actions())
                .singleElement()
                .satisfies(item ->
                        assertThat(item.historySummary())
                                .startsWith("Failed to execute action")
                                .contains("The policy up is disabled."));
    }

    @Test
    void targetTrackingKeepsItsAlarms() {
        create(1, 9, 1);
        client.putScalingPolicy(r ->
                r.autoScalingGroupName("web")
                        .policyName("cpu")
                        .policyType("TargetTrackingScaling")
                        .targetTrackingConfiguration(t ->
                                t.targetValue(50.0)
                                        .predefinedMetricSpecification(m ->
                                                m.predefinedMetricType(
                                                        "ASGAverageCPUUtilization"))));
        var made = client.describePolicies().scalingPolicies().getFirst().alarms();
        assertThat(made).hasSize(2);
        var low = alarms.find(new AlarmKey(TENANT, made.get(1).alarmName())).orElseThrow();
        assertThat(low.metric().threshold()).isEqualTo(45.0);
        assertThat(low.metric().dimensions().getFirst().value()).isEqualTo("web");
        client.putScalingPolicy(r ->
                r.autoScalingGroupName("web")
                        .policyName("cpu")
                        .policyType("TargetTrackingScaling")
                        .targetTrackingConfiguration(t ->
                                t.targetValue(60.0)
                                        .disableScaleIn(true)
                                        .customizedMetricSpecification(m ->
                                                m.namespace("App")
                                                        .metricName("Load")
                                                        .statistic("Average"))));
        var now = client.describePolicies().scalingPolicies().getFirst().alarms();
        assertThat(now).hasSize(1);
        assertThat(alarms.find(low.key())).isEmpty();
        client.deletePolicy(r -> r.autoScalingGroupName("web").policyName("cpu"));
        assertThat(alarms.find(new AlarmKey(TENANT, now.getFirst().alarmName()))).isEmpty();
    }

    @Test
    void aLaunchThatFailsIsToldAndTriedAgainLater() {
        broken =
                (work, _) -> {
                    var outcomes = new HashMap<String, Outcome>();
                    work.launching()
                            .forEach(one -> outcomes.put(one.id(), new Outcome.Failed("no room")));
                    return outcomes;
                };
        create(1, 2, 1);
        pass(5);
        assertThat(activities())
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.statusCode()).isEqualTo(ScalingActivityStatusCode.FAILED);
                    assertThat(one.statusMessage()).isEqualTo("no room");
                });
        assertThat(events().getFirst().getDetailType())
                .isEqualTo("EC2 Instance Launch Unsuccessful");
        broken = null;
        pass(15);
        assertThat(inService()).isEqualTo(1);
    }

    @Test
    void topicsAreToldOfWhatTheyAskedFor() {
        create(1, 1, 1);
        var topic = "arn:aws:sns:us-east-1:123456789012:ops";
        client.putNotificationConfiguration(r ->
                r.autoScalingGroupName("web")
                        .topicARN(topic)
                        .notificationTypes("autoscaling:EC2_INSTANCE_LAUNCH"));
        pass(4);
        assertThat(subjects)
                .containsExactly(
                        "Auto Scaling: test notification for group \"web\"",
                        "Auto Scaling: launch for group \"web\"");
        assertThat(client.describeNotificationConfigurations().notificationConfigurations())
                .hasSize(1);
        client.deleteNotificationConfiguration(r -> r.autoScalingGroupName("web").topicARN(topic));
        assertThat(client.describeNotificationConfigurations().notificationConfigurations())
                .isEmpty();
        assertThat(client.describeAccountLimits().numberOfAutoScalingGroups()).isEqualTo(1);
        assertThat(client.describeScalingProcessTypes().processes()).hasSize(9);
    }

    @Test
    void settingsOfGroupsAndInstancesHold() {
        create(1, 5, 2);
        client.enableMetricsCollection(r -> r.autoScalingGroupName("web").granularity("1Minute"));
        pass(61);
        assertThat(told)
                .containsEntry("GroupDesiredCapacity", 2.0)
                .containsEntry("GroupInServiceInstances", 2.0);
        client.suspendProcesses(r -> r.autoScalingGroupName("web").scalingProcesses("Launch"));
        client.setDesiredCapacity(r -> r.autoScalingGroupName("web").desiredCapacity(3));
        pass(5);
        assertThat(inService()).isEqualTo(2);
        client.resumeProcesses(r -> r.autoScalingGroupName("web"));
        pass(5);
        assertThat(inService()).isEqualTo(3);

        var ids = group().instances().stream().map(one -> one.instanceId()).toList();
        client.setInstanceHealth(r -> r.instanceId(ids.getFirst()).healthStatus("Unhealthy"));
        pass(8);
        assertThat(inService()).isEqualTo(3);
        assertThat(group().instances()).noneMatch(i -> i.instanceId().equals(ids.getFirst()));
        client.enterStandby(r ->
                r.autoScalingGroupName("web")
                        .instanceIds(ids.get(1))
                        .shouldDecrementDesiredCapacity(true));
        pass(5);
        assertThat(group().desiredCapacity()).isEqualTo(2);
        assertThat(inService()).isEqualTo(2);
        client.exitStandby(r -> r.autoScalingGroupName("web").instanceIds(ids.get(1)));
        assertThat(inService()).isEqualTo(3);
        client.terminateInstanceInAutoScalingGroup(
                r -> r.instanceId(ids.get(1)).shouldDecrementDesiredCapacity(true));
        pass(5);
        assertThat(inService()).isEqualTo(2);
        client.createOrUpdateTags(t -> t.tags(tag -> tag.resourceId("web").key("k").value("v")));
        assertThat(client.describeTags().tags()).hasSize(1);
        assertThat(
                        Stream.of("k", "x")
                                .map(key ->
                                        client.describeAutoScalingGroups(r ->
                                                        r.filters(
                                                                f -> f.name("tag-key").values(key)))
                                                .autoScalingGroups()
                                                .size()))
                .containsExactly(1, 0);
    }
}
