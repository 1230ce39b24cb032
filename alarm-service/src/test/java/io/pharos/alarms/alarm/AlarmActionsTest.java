package io.pharos.alarms.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.wire.AwsError;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.PutCompositeAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

import java.util.Map;
import java.util.function.Consumer;

/// Which actions AWS knows, and on which alarms.
class AlarmActionsTest {
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:page";
    private static final String STOP = "arn:aws:automate:us-east-1:ec2:stop";
    private static final String OPS_ITEM = "arn:aws:ssm:us-east-1:123456789012:opsitem:2";
    private static final String INCIDENT =
            "arn:aws:ssm-incidents::123456789012:response-plan/night";
    private static final String POLICY =
            "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:u:autoScalingGroupName/g:policyName/p";
    private static final ActionReach EVERYWHERE = new ActionReach(true, true);

    @Test
    void readsActions() {
        knows("arn:aws:sns:us-east-1:123456789012:ops", ActionArn.Kind.TOPIC, Map.of());
        knows(POLICY, ActionArn.Kind.POLICY, Map.of());
        knows(FUNCTION, ActionArn.Kind.FUNCTION, Map.of("function", "page"));
        knows(
                FUNCTION + ":live",
                ActionArn.Kind.FUNCTION,
                Map.of("function", "page", "qualifier", "live"));
        knows(STOP, ActionArn.Kind.INSTANCE, Map.of("operation", "stop"));
        knows(
                "arn:aws:swf:us-east-1:123456789012:action/actions/AWS_EC2.InstanceId.Reboot/1.0",
                ActionArn.Kind.INSTANCE,
                Map.of("operation", "reboot"));
        knows(OPS_ITEM, ActionArn.Kind.OPS_ITEM, Map.of("severity", "2"));
        knows(
                OPS_ITEM + "#CATEGORY=Security",
                ActionArn.Kind.OPS_ITEM,
                Map.of("severity", "2", "category", "security"));
        knows(INCIDENT, ActionArn.Kind.INCIDENT, Map.of("responsePlan", "night"));
        knows(
                "arn:aws:ssm-incidents::123456789012:responseplan/night",
                ActionArn.Kind.INCIDENT,
                Map.of("responsePlan", "night"));
        knows(
                "arn:aws:aiops:us-east-1:123456789012:investigation-group/g",
                ActionArn.Kind.INVESTIGATION,
                Map.of("investigationGroup", "g"));
        for (var other :
                new String[] {
                    "arn:aws:automate:us-east-1:ec2:explode",
                    "arn:aws:ssm:us-east-1:123456789012:opsitem:5",
                    "arn:aws:ssm:us-east-1:123456789012:opsitem:1#CATEGORY=Gossip",
                    "arn:aws:lambda:us-east-1:123456789012:layer:page",
                    "arn:aws:sqs:us-east-1:123456789012:q"
                }) {
            assertThat(ActionArn.parse(other)).as(other).isEmpty();
        }
    }

    private static void knows(String arn, ActionArn.Kind kind, Map<String, String> parts) {
        var action = ActionArn.parse(arn).orElseThrow();
        assertThat(action.kind()).isEqualTo(kind);
        assertThat(action.parts()).isEqualTo(parts);
    }

    @Test
    void whatIsNotConfiguredIsRefused() {
        refuse(
                ActionReach.NONE,
                r -> r.alarmActions(STOP),
                "Actions of automate are not supported, only those of sns: " + STOP);
        refuse(
                new ActionReach(false, true),
                r -> r.alarmActions(FUNCTION),
                "Actions of lambda are not supported, only those of sns: " + FUNCTION);
        accept(r -> r.okActions(FUNCTION).alarmActions(OPS_ITEM, INCIDENT, POLICY));
        refuse(
                EVERYWHERE,
                r -> r.alarmActions(FUNCTION.replace("us-east-1", "eu-west-1")),
                "Invalid region eu-west-1 specified. Only us-east-1 is supported.");
        refuse(
                EVERYWHERE,
                r -> r.alarmActions("arn:aws:automate:us-east-1:ec2:explode"),
                "Invalid arn syntax: arn:aws:automate:us-east-1:ec2:explode");
    }

    @Test
    void instancesNeedAnAlarmOnOneMetricOfTheirs() {
        accept(r -> onInstance(r).alarmActions(STOP).okActions(STOP));
        refuse(
                EVERYWHERE,
                r -> r.alarmActions(STOP),
                "EC2 actions require a metric with the dimension InstanceId: " + STOP);
        refuse(
                EVERYWHERE,
                r ->
                        r.alarmActions(STOP)
                                .metricName(null)
                                .namespace(null)
                                .metrics(MetricDataQuery.builder().id("m").expression("1").build()),
                "EC2 actions are not available for metric math alarms");
    }

    @Test
    void incidentsBeginWithAnAlarmOnly() {
        refuse(
                EVERYWHERE,
                r -> r.okActions(OPS_ITEM),
                "Action " + OPS_ITEM + " is only supported for the ALARM state.");
        refuse(
                EVERYWHERE,
                r -> r.insufficientDataActions(INCIDENT),
                "Action " + INCIDENT + " is only supported for the ALARM state.");
    }

    @Test
    void compositeAlarmsScaleNothingAndStopNothing() {
        checkComposite(FUNCTION);
        checkComposite(OPS_ITEM);
        checkComposite(INCIDENT);
        for (var arn : new String[] {STOP, POLICY}) {
            assertThatThrownBy(() -> checkComposite(arn))
                    .hasMessage("Invalid action for a composite alarm: " + arn);
        }
    }

    private static void checkComposite(String arn) {
        var request = PutCompositeAlarmRequest.builder().alarmActions(arn).build();
        AlarmActions.checkOfComposite(request, "us-east-1", EVERYWHERE);
    }

    private static void accept(Consumer<PutMetricAlarmRequest.Builder> change) {
        assertThatCode(() -> check(EVERYWHERE, change)).doesNotThrowAnyException();
    }

    private static void refuse(
            ActionReach reach, Consumer<PutMetricAlarmRequest.Builder> change, String message) {
        assertThatThrownBy(() -> check(reach, change))
                .isInstanceOf(AwsError.class)
                .hasMessage(message);
    }

    private static void check(ActionReach reach, Consumer<PutMetricAlarmRequest.Builder> change) {
        var request = PutMetricAlarmRequest.builder().applyMutation(change).build();
        AlarmActions.check(request, "us-east-1", reach);
    }

    private static PutMetricAlarmRequest.Builder onInstance(PutMetricAlarmRequest.Builder to) {
        return to.dimensions(Dimension.builder().name("InstanceId").value("i-1").build());
    }
}
