package io.pharos.alarms.scaling.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.alarms.deliver.ActionRelay;
import io.pharos.alarms.deliver.ActionTarget;
import io.pharos.alarms.ledger.PendingAction;
import io.pharos.alarms.ledger.pg.ActionOutbox;
import io.pharos.alarms.ledger.pg.EventOutbox;
import io.pharos.alarms.ledger.pg.PolicyAlarms;
import io.pharos.alarms.scaling.LifecycleHooks;
import io.pharos.alarms.scaling.driver.Bookkeeping;
import io.pharos.alarms.scaling.driver.CapacityDriver;
import io.pharos.alarms.scaling.driver.GroupWork;
import io.pharos.alarms.scaling.driver.Outcome;
import io.pharos.alarms.scaling.pg.GroupLedger;
import io.pharos.alarms.scaling.pg.Reconciler;
import io.pharos.alarms.scaling.pg.ScheduleLedger;
import io.pharos.alarms.scaling.schedule.ScalingKeeper;
import io.pharos.kit.Database;
import io.pharos.stream.BusEvent;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LifecycleHook;
import software.amazon.awssdk.services.autoscaling.model.LimitExceededException;
import software.amazon.awssdk.services.autoscaling.model.PutLifecycleHookRequest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/// Hooks that hold instances, and instances that clients put into a group and take out of it.
class LifecycleIT {
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:hooks";
    private static final CapacityDriver REPLICAS =
            new CapacityDriver() {
                @Override
                public Map<String, Outcome> advance(GroupWork work, Instant now) {
                    return Map.of();
                }

                @Override
                public boolean knowsInstances() {
                    return false;
                }
            };

    private final SteppingClock clock = new SteppingClock(Instant.parse("2026-09-14T12:00:00Z"));
    private final Database database = new Database(TestDatabase.fresh("alarms"));
    private final GroupLedger groups = new GroupLedger(database, new PolicyAlarms(100), 10);
    private final Bookkeeping driver = new Bookkeeping(Duration.ofSeconds(1));
    private final AutoScalingClient client = ScalingApis.client(database, clock, driver);
    private final List<PendingAction> told = new ArrayList<>();
    private final ScalingKeeper keeper =
            new ScalingKeeper(
                    new Reconciler(database, groups, driver, new Random(1)),
                    groups,
                    new ScheduleLedger(database),
                    (_, _, _) -> {},
                    clock,
                    Runnable::run);
    private final ActionRelay relay =
            new ActionRelay(
                    new ActionOutbox(database),
                    Map.of(
                            "sns",
                            (action, _) -> {
                                told.add(action);
                                return new ActionTarget.Answer.Ended(null);
                            }),
                    Duration.ofHours(6),
                    clock,
                    Runnable::run);

    private void pass(int seconds) {
        for (var i = 0; i < seconds; i++) {
            clock.advance(Duration.ofSeconds(1));
            keeper.tick(clock.instant());
            relay.relayAll(clock.instant());
        }
    }

    private void create(int max, int desired) {
        client.createAutoScalingGroup(r ->
                r.autoScalingGroupName("web")
                        .launchTemplate(t -> t.launchTemplateName("lt"))
                        .minSize(0)
                        .maxSize(max)
                        .desiredCapacity(desired)
                        .availabilityZones("us-east-1a"));
    }

    private void hook(String name, String transition, String result) {
        hook(name, r -> r.lifecycleTransition(transition).defaultResult(result));
    }

    private void hook(String name, Consumer<PutLifecycleHookRequest.Builder> change) {
        client.putLifecycleHook(
                PutLifecycleHookRequest.builder()
                        .autoScalingGroupName("web")
                        .lifecycleHookName(name)
                        .heartbeatTimeout(60)
                        .applyMutation(change)
                        .build());
    }

    private void desire(int capacity) {
        client.setDesiredCapacity(r -> r.autoScalingGroupName("web").desiredCapacity(capacity));
    }

    private void complete(String hook, String instance, String result) {
        client.completeLifecycleAction(r ->
                r.autoScalingGroupName("web")
                        .lifecycleHookName(hook)
                        .instanceId(instance)
                        .lifecycleActionResult(result));
    }

    private AutoScalingGroup group() {
        return client.describeAutoScalingGroups(r -> r.autoScalingGroupNames("web"))
                .autoScalingGroups()
                .getFirst();
    }

    private List<String> states() {
        return group().instances().stream().map(Instance::lifecycleStateAsString).toList();
    }

    private String instance() {
        return group().instances().getFirst().instanceId();
    }

    private List<Activity> activities() {
        return client.describeScalingActivities(r -> r.autoScalingGroupName("web")).activities();
    }

    private List<BusEvent> events() {
        var sent = new ArrayList<BusEvent>();
        new EventOutbox(database).relay(100, sent::addAll);
        return sent;
    }

    @Test
    void anInstanceWaitsOnItsWayInAndOnItsWayOut() {
        create(4, 0);
        hook(
                "in",
                r ->
                        r.lifecycleTransition(LifecycleHooks.LAUNCHING)
                                .notificationTargetARN(TOPIC)
                                .roleARN("arn:aws:iam::123456789012:role/hooks")
                                .notificationMetadata("be quick"));
        hook("out", LifecycleHooks.TERMINATING, "CONTINUE");
        pass(1);
        assertThat(told.getFirst().message()).contains("autoscaling:TEST_NOTIFICATION");
        told.clear();
        desire(1);
        pass(3);
        assertThat(states()).containsExactly("Pending:Wait");
        assertThat(activities().getFirst().statusCodeAsString()).isEqualTo("MidLifecycleAction");
        var id = instance();
        var event = events().getFirst();
        assertThat(event.getDetailType()).isEqualTo("EC2 Instance-launch Lifecycle Action");
        assertThat(event.getSource()).isEqualTo("aws.autoscaling");
        assertThat(event.getDetail())
                .startsWith("{\"LifecycleActionToken\":\"")
                .endsWith(
                        "\",\"AutoScalingGroupName\":\"web\",\"LifecycleHookName\":\"in\","
                                + "\"EC2InstanceId\":\""
                                + id
                                + "\",\"LifecycleTransition\":\"autoscaling:EC2_INSTANCE_LAUNCHING\","
                                + "\"NotificationMetadata\":\"be quick\",\"Origin\":\"EC2\","
                                + "\"Destination\":\"AutoScalingGroup\"}");
        assertThat(told)
                .singleElement()
                .satisfies(message -> {
                    assertThat(message.arn()).isEqualTo(TOPIC);
                    assertThat(message.subject())
                            .isEqualTo(
                                    "Auto Scaling:  Lifecycle action 'LAUNCHING' for instance "
                                            + id
                                            + " in progress.");
                });
        pass(40);
        assertThat(states()).containsExactly("Pending:Wait");
        complete("in", id, "CONTINUE");
        assertThat(states()).containsExactly("Pending:Proceed");
        pass(1);
        assertThat(states()).containsExactly("InService");
        assertThat(activities().getFirst().statusCodeAsString()).isEqualTo("Successful");

        desire(0);
        pass(3);
        assertThat(states()).containsExactly("Terminating:Wait");
        complete("out", id, "CONTINUE");
        assertThat(states()).containsExactly("Terminating:Proceed");
        pass(3);
        assertThat(states()).isEmpty();
        assertThat(events())
                .extracting(BusEvent::getDetailType)
                .containsExactly(
                        "EC2 Instance Launch Successful",
                        "EC2 Instance-terminate Lifecycle Action",
                        "EC2 Instance Terminate Successful");
        assertThat(activities()).hasSize(2);
    }

    @Test
    void aTimeoutEndsAsTheHookSays() {
        create(2, 0);
        hook("in", LifecycleHooks.LAUNCHING, "CONTINUE");
        hook("out", LifecycleHooks.TERMINATING, "ABANDON");
        desire(1);
        pass(61);
        assertThat(states()).containsExactly("Pending:Wait");
        pass(3);
        assertThat(states()).containsExactly("InService");
        desire(0);
        pass(10);
        client.recordLifecycleActionHeartbeat(
                r -> r.autoScalingGroupName("web").lifecycleHookName("out").instanceId(instance()));
        pass(58);
        assertThat(states()).containsExactly("Terminating:Wait");
        pass(5);
        assertThat(states()).isEmpty();
    }

    @Test
    void whatIsAbandonedOnItsWayInGoesAndIsReplacedAfterAPause() {
        create(2, 0);
        hook("in", LifecycleHooks.LAUNCHING, "ABANDON");
        hook("second", LifecycleHooks.LAUNCHING, "CONTINUE");
        hook("out", LifecycleHooks.TERMINATING, "ABANDON");
        desire(1);
        pass(3);
        var first = instance();
        complete("second", first, "CONTINUE");
        assertThat(states()).containsExactly("Pending:Wait");
        complete("in", first, "ABANDON");
        // It was never in service: nothing holds it on its way out.
        assertThat(states()).containsExactly("Terminating");
        assertThat(activities().getLast().statusCodeAsString()).isEqualTo("Cancelled");
        assertThat(activities().getLast().description())
                .matches(
                        "Launching a new EC2 instance: "
                                + first
                                + "\\.  Status Reason: Instance failed to complete user's Lifecycle"
                                + " Action: Lifecycle Action with token [-0-9a-f]{36} was abandoned:"
                                + " Lifecycle Action Completed with ABANDON Result");
        pass(5);
        assertThat(group().instances()).isEmpty();
        assertThat(events())
                .extracting(BusEvent::getDetailType)
                .endsWith("EC2 Instance Launch Unsuccessful", "EC2 Instance Terminate Successful");
        pass(9);
        assertThat(states()).containsExactly("Pending:Wait");
        assertThat(instance()).isNotEqualTo(first);
        assertThatThrownBy(() -> complete("in", first, "CONTINUE"))
                .isInstanceOf(AwsError.class)
                .hasMessage("No active Lifecycle Action found with instance ID " + first);
    }

    @Test
    void aHookThatGoesLetsGo() {
        create(2, 0);
        hook("in", LifecycleHooks.LAUNCHING, "CONTINUE");
        hook("out", LifecycleHooks.TERMINATING, "ABANDON");
        desire(2);
        pass(3);
        group().instances().forEach(one -> complete("in", one.instanceId(), "CONTINUE"));
        pass(2);
        desire(1);
        pass(2);
        assertThat(states()).containsExactlyInAnyOrder("InService", "Terminating:Wait");
        client.deleteLifecycleHook(r -> r.autoScalingGroupName("web").lifecycleHookName("out"));
        pass(3);
        assertThat(states()).containsExactly("InService");
        desire(2);
        pass(3);
        assertThat(states()).containsExactlyInAnyOrder("InService", "Pending:Wait");
        // Going with everything that is held.
        client.deleteAutoScalingGroup(r -> r.autoScalingGroupName("web").forceDelete(true));
        pass(5);
        assertThat(client.describeAutoScalingGroups().autoScalingGroups()).isEmpty();
        assertThat(rows()).isZero();
    }

    private int rows() {
        return database.read(connection -> {
            try (var select =
                            connection.prepareStatement(
                                    "SELECT (SELECT count(*) FROM alarms.lifecycle_hook)"
                                            + " + (SELECT count(*) FROM alarms.lifecycle_action)");
                    var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        });
    }

    @Test
    void hooksAreKeptAsAwsTellsThem() {
        client.createAutoScalingGroup(r ->
                r.autoScalingGroupName("web")
                        .launchTemplate(t -> t.launchTemplateName("lt"))
                        .minSize(0)
                        .maxSize(1)
                        .availabilityZones("us-east-1a")
                        .lifecycleHookSpecificationList(h ->
                                h.lifecycleHookName("b")
                                        .lifecycleTransition(LifecycleHooks.TERMINATING)));
        hook("a", LifecycleHooks.LAUNCHING, "CONTINUE");
        // What is not given stays.
        hook("a", r -> r.notificationTargetARN(TOPIC).heartbeatTimeout(7200));
        var hooks = client.describeLifecycleHooks(r -> r.autoScalingGroupName("web"));
        assertThat(hooks.lifecycleHooks())
                .containsExactly(
                        LifecycleHook.builder()
                                .lifecycleHookName("a")
                                .autoScalingGroupName("web")
                                .lifecycleTransition(LifecycleHooks.LAUNCHING)
                                .notificationTargetARN(TOPIC)
                                .heartbeatTimeout(7200)
                                .globalTimeout(172_800)
                                .defaultResult("CONTINUE")
                                .build(),
                        LifecycleHook.builder()
                                .lifecycleHookName("b")
                                .autoScalingGroupName("web")
                                .lifecycleTransition(LifecycleHooks.TERMINATING)
                                .heartbeatTimeout(3600)
                                .globalTimeout(172_800)
                                .defaultResult("ABANDON")
                                .build());
        assertThat(client.describeLifecycleHookTypes().lifecycleHookTypes())
                .containsExactly(LifecycleHooks.LAUNCHING, LifecycleHooks.TERMINATING);
        refused(() -> hook("c", _ -> {}), "must be specified for a new lifecycle hook");
        refused(() -> hook("c", "autoscaling:OTHER", "ABANDON"), "Unsupported lifecycle");
        refused(() -> hook("c", LifecycleHooks.LAUNCHING, "MAYBE"), "CONTINUE or ABANDON");
        refused(() -> hook("c", r -> r.heartbeatTimeout(29)), "between 30 and 7200");
        refused(
                () -> hook("a", r -> r.notificationTargetARN("arn:aws:sqs:us-east-1:1:q")),
                "Unable to publish test message");
        refused(
                () ->
                        client.deleteLifecycleHook(
                                r -> r.autoScalingGroupName("web").lifecycleHookName("none")),
                "No Lifecycle Hook found");
        for (var i = 2; i < LifecycleHooks.MAX_PER_GROUP; i++) {
            hook("h" + i, LifecycleHooks.LAUNCHING, "CONTINUE");
        }
        assertThatThrownBy(() -> hook("more", LifecycleHooks.LAUNCHING, "CONTINUE"))
                .isInstanceOf(LimitExceededException.class);
    }

    private static void refused(Runnable call, String message) {
        assertThatThrownBy(call::run).isInstanceOf(AwsError.class).hasMessageContaining(message);
    }

    @Test
    void instancesAreAttachedAndDetached() {
        create(2, 0);
        client.attachInstances(
                r -> r.autoScalingGroupName("web").instanceIds("i-0123456789abcdef0"));
        assertThat(group().desiredCapacity()).isEqualTo(1);
        pass(3);
        assertThat(states()).containsExactly("InService");
        assertThat(activities().getFirst().description())
                .isEqualTo("Attaching an existing EC2 instance: i-0123456789abcdef0");
        refused(
                () ->
                        client.attachInstances(r ->
                                r.autoScalingGroupName("web").instanceIds("i-0123456789abcdef0")),
                "is already in another AutoScalingGroup");
        refused(
                () ->
                        client.attachInstances(
                                r -> r.autoScalingGroupName("web").instanceIds("server")),
                "Invalid Instance ID");
        refused(
                () ->
                        client.attachInstances(r ->
                                r.autoScalingGroupName("web")
                                        .instanceIds("i-00000001", "i-00000002")),
                "max size");
        // Replaced, then not.
        client.detachInstances(r ->
                r.autoScalingGroupName("web")
                        .instanceIds(instance())
                        .shouldDecrementDesiredCapacity(false));
        pass(3);
        assertThat(states()).containsExactly("InService");
        var detached =
                client.detachInstances(r ->
                        r.autoScalingGroupName("web")
                                .instanceIds(instance())
                                .shouldDecrementDesiredCapacity(true));
        assertThat(detached.activities().getFirst().cause())
                .endsWith(
                        "was detached in response to a user request, shrinking the capacity from"
                                + " 1 to 0.");
        pass(3);
        assertThat(group().desiredCapacity()).isZero();
        assertThat(states()).isEmpty();
    }

    @Test
    void whatReplicasCanNotDoIsRefused() {
        var replicas = ScalingApis.client(database, clock, REPLICAS);
        create(2, 0);
        refused(
                () ->
                        replicas.putLifecycleHook(r ->
                                r.autoScalingGroupName("web")
                                        .lifecycleHookName("in")
                                        .lifecycleTransition(LifecycleHooks.LAUNCHING)),
                "not supported for groups that are scaled by replicas");
        refused(
                () ->
                        replicas.attachInstances(
                                r -> r.autoScalingGroupName("web").instanceIds("i-00000001")),
                "can neither be attached nor detached");
    }
}
