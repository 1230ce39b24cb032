package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;

import java.time.Instant;
import java.util.List;

class KeptShapeTest {
    @Test
    void isReadBackAsItWas() {
        var group =
                AutoScalingGroup.builder()
                        .autoScalingGroupName("wéb")
                        .minSize(1)
                        .createdTime(Instant.parse("2026-01-30T10:15:30.655Z"))
                        .newInstancesProtectedFromScaleIn(false)
                        .availabilityZones(List.of("a", "b"))
                        .tags(t -> t.key("k").value(""))
                        .build();
        var text = KeptShape.write(group);
        assertThat(KeptShape.read(text, AutoScalingGroup.builder())).isEqualTo(group);
    }

    @Test
    void keepsNumbersWhole() {
        var policy =
                ScalingPolicy.builder()
                        .policyType("TargetTrackingScaling")
                        .stepAdjustments(s -> s.metricIntervalLowerBound(0.1).scalingAdjustment(-3))
                        .targetTrackingConfiguration(t ->
                                t.targetValue(1e-7)
                                        .customizedMetricSpecification(
                                                m -> m.metricName("M").statistic("Average")))
                        .build();
        var text = KeptShape.write(policy);
        assertThat(KeptShape.read(text, ScalingPolicy.builder())).isEqualTo(policy);
    }
}
