package io.pharos.alarms.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import java.util.UUID;

class ScalingNameTest {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");

    @Test
    void policiesAreReadBack() {
        for (var policy : new String[] {"up", "a:policyName/b", "x/y"}) {
            var arn = ScalingName.policy(TENANT, UUID.randomUUID(), "web/1", policy);
            assertThat(ScalingName.policyOf(arn))
                    .contains(new ScalingName.PolicyName(TENANT, "web/1", policy));
        }
    }

    @Test
    void otherNamesAreNone() {
        var group = ScalingName.group(TENANT, UUID.randomUUID(), "web");
        assertThat(ScalingName.policyOf(group)).isEmpty();
        assertThat(ScalingName.policyOf("up")).isEmpty();
        assertThat(ScalingName.policyOf("arn:aws:autoscaling:r:a:scalingPolicy:x")).isEmpty();
        assertThat(
                        ScalingName.policyOf(
                                "arn:aws:autoscaling:r:a:scalingPolicy:x:autoScalingGroupName/g"
                                        + ":policyName/p"))
                .isEmpty();
    }
}
