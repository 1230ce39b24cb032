package io.pharos.alarms.scaling;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;

/// What a policy makes of a group's capacity. Pure: the tables of AWS's guide are its tests.
public final class PolicyDecision {
    public static final String SIMPLE = "SimpleScaling";
    public static final String STEP = "StepScaling";
    public static final String TARGET = "TargetTrackingScaling";

    private PolicyDecision() {}

    /// @param reading what triggered it; null when nothing did, or its metric has no value
    /// @param honorCooldown whether a simple policy waits for activities and cooldowns, as it does when
    ///     an alarm triggers it
    public static Decision of(
            ScalingPolicy policy,
            Standing standing,
            @Nullable Reading reading,
            boolean honorCooldown) {
        return switch (policy.policyType()) {
            case STEP -> step(policy, standing, reading);
            case TARGET -> target(policy, standing, reading);
            default -> simple(policy, standing, honorCooldown);
        };
    }

    private static Decision simple(ScalingPolicy policy, Standing standing, boolean honorCooldown) {
        var wanted = standing.clamp(adjustment(policy).from(standing.desired()));
        if (honorCooldown && standing.busy()) {
            return Decision.stay(standing, wanted, "a scaling activity is in progress");
        }
        if (honorCooldown && standing.cooling()) {
            return Decision.stay(standing, wanted, "the group is in its cooldown period");
        }
        return settle(standing, wanted, wanted);
    }

    private static Adjustment adjustment(ScalingPolicy policy) {
        var least =
                policy.minAdjustmentMagnitude() == null
                        ? policy.minAdjustmentStep()
                        : policy.minAdjustmentMagnitude();
        return new Adjustment(policy.adjustmentType(), policy.scalingAdjustment(), least);
    }

    private static Decision step(
            ScalingPolicy policy, Standing standing, @Nullable Reading reading) {
        if (reading == null) {
            return Decision.stay(standing, standing.desired(), "the metric has no value");
        }
        var delta = reading.value() - reading.threshold();
        var step = Steps.find(policy.stepAdjustments(), delta, reading.upwards());
        if (step.isEmpty()) {
            return Decision.stay(
                    standing, standing.desired(), "no step adjustment is for that metric value");
        }
        var adjustment =
                new Adjustment(
                        policy.adjustmentType(),
                        step.get().scalingAdjustment(),
                        policy.minAdjustmentMagnitude());
        // Capacity that is still to settle was asked for already: only what is beyond it is added.
        var outward = adjustment.from(Math.min(standing.desired(), standing.settled()));
        if (outward >= standing.desired() || isOutward(adjustment)) {
            return out(standing, outward);
        }
        return in(standing, adjustment.from(standing.desired()));
    }

    private static boolean isOutward(Adjustment adjustment) {
        return !adjustment.type().equals(Adjustment.EXACT) && adjustment.amount() > 0;
    }

    private static Decision target(
            ScalingPolicy policy, Standing standing, @Nullable Reading reading) {
        if (reading == null) {
            return Decision.stay(standing, standing.desired(), "the metric has no value");
        }
        var configuration = policy.targetTrackingConfiguration();
        var target = configuration.targetValue();
        if (reading.upwards()) {
            var base = Math.min(standing.desired(), standing.settled());
            return out(standing, TargetTracking.capacity(base, reading.value(), target));
        }
        if (Boolean.TRUE.equals(configuration.disableScaleIn())) {
            return Decision.stay(standing, standing.desired(), "scale-in is disabled");
        }
        return in(standing, TargetTracking.scaleIn(standing.desired(), reading.value(), target));
    }

    private static Decision out(Standing standing, int capacity) {
        var wanted = standing.clamp(capacity);
        return settle(standing, wanted, Math.max(wanted, standing.clamp(standing.desired())));
    }

    private static Decision in(Standing standing, int capacity) {
        var wanted = standing.clamp(capacity);
        if (standing.warming()) {
            return Decision.stay(standing, wanted, "instances are warming up");
        }
        // Of several policies the largest capacity wins, also when all shrink.
        return settle(standing, wanted, standing.clamp(Math.max(wanted, othersWant(standing))));
    }

    /// No more than there is: another's wish to grow is its own to fulfil.
    private static int othersWant(Standing standing) {
        return Math.min(standing.othersWant(), standing.desired());
    }

    private static Decision settle(Standing standing, int wanted, int desired) {
        return desired == standing.desired()
                ? Decision.stay(standing, wanted, "the capacity is as wanted already")
                : new Decision(desired, wanted, null);
    }
}
