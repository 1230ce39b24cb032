package io.pharos.alarms.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;
import software.amazon.awssdk.services.autoscaling.model.StepAdjustment;

import java.util.List;

class PolicyDecisionTest {
    @Test
    void capacitiesAreAwss() {
        expect(10, Adjustment.PERCENT, 127, null, 0, 100, 22);
        expect(10, Adjustment.PERCENT, 30, null, 0, 100, 13);
        expect(4, Adjustment.PERCENT, 25, 2, 0, 100, 6);
        expect(1, Adjustment.PERCENT, 50, null, 0, 100, 2);
        expect(20, Adjustment.PERCENT, -33, null, 0, 100, 14);
        expect(3, Adjustment.PERCENT, -10, null, 0, 100, 2);
        expect(10, Adjustment.PERCENT, -5, 3, 0, 100, 7);
        expect(0, Adjustment.PERCENT, 50, 2, 0, 100, 0);
        expect(8, Adjustment.CHANGE, 5, null, 1, 10, 10);
        expect(2, Adjustment.CHANGE, -5, null, 1, 10, 1);
        expect(7, Adjustment.EXACT, 12, null, 1, 10, 10);
        expect(3, Adjustment.CHANGE, Integer.MAX_VALUE, null, 1, 10, 10);
    }

    private static void expect(
            int base, String type, int by, @Nullable Integer least, int min, int max, int to) {
        var policy =
                ScalingPolicy.builder()
                        .policyType(PolicyDecision.SIMPLE)
                        .adjustmentType(type)
                        .scalingAdjustment(by)
                        .minAdjustmentMagnitude(least)
                        .build();
        var standing = new Standing(min, max, base, base, false, false, false, 0);
        assertThat(PolicyDecision.of(policy, standing, null, true).desired())
                .as("%d %s %d", base, type, by)
                .isEqualTo(to);
    }

    @Test
    void aSimplePolicyWaitsForActivitiesAndCooldown() {
        var policy =
                ScalingPolicy.builder()
                        .policyType(PolicyDecision.SIMPLE)
                        .adjustmentType(Adjustment.CHANGE)
                        .scalingAdjustment(1)
                        .build();
        var busy = new Standing(0, 9, 2, 2, false, true, false, 0);
        var cooling = new Standing(0, 9, 2, 2, false, false, true, 0);
        assertThat(PolicyDecision.of(policy, busy, null, true).changes()).isFalse();
        assertThat(PolicyDecision.of(policy, cooling, null, true).changes()).isFalse();
        assertThat(PolicyDecision.of(policy, cooling, null, false).desired()).isEqualTo(3);
    }

    private static final ScalingPolicy STEPS =
            ScalingPolicy.builder()
                    .policyType(PolicyDecision.STEP)
                    .adjustmentType(Adjustment.CHANGE)
                    .stepAdjustments(
                            step(null, -10.0, -3),
                            step(-10.0, 0.0, -1),
                            step(0.0, 10.0, 3),
                            step(10.0, null, 5))
                    .build();

    private static StepAdjustment step(@Nullable Double from, @Nullable Double to, int by) {
        return StepAdjustment.builder()
                .metricIntervalLowerBound(from)
                .metricIntervalUpperBound(to)
                .scalingAdjustment(by)
                .build();
    }

    @Test
    void warmingInstancesCountForScaleOut() {
        expectStep(standing(10, 10, false), 55, 13);
        // The same step again asks for what is on its way; a larger one for the difference.
        expectStep(standing(13, 10, true), 55, 13);
        expectStep(standing(13, 10, true), 65, 15);
        // Nothing shrinks meanwhile.
        expectStep(standing(13, 10, true), 30, 13);
        expectStep(standing(13, 13, false), 30, 10);
    }

    @Test
    void stepsHaveTheirOpenEndsAsAwsHasThem() {
        expectStep(standing(10, 10, false), 50, 13);
        expectStep(standing(10, 10, false), 60, 15);
        expectStep(standing(10, 10, false), 49.9, 9);
        expectStep(standing(10, 10, false), 40, 7);
        var at = new Reading(50, 50, false);
        assertThat(PolicyDecision.of(STEPS, standing(10, 10, false), at, true).desired())
                .isEqualTo(9);
    }

    private static Standing standing(int desired, int settled, boolean warming) {
        return new Standing(0, 100, desired, settled, warming, warming, false, 0);
    }

    private static void expectStep(Standing standing, double metric, int to) {
        var reading = new Reading(metric, 50, true);
        assertThat(PolicyDecision.of(STEPS, standing, reading, true).desired())
                .as("%s at %s", standing, metric)
                .isEqualTo(to);
    }

    @Test
    void ofSeveralPoliciesTheLargestCapacityWins() {
        // Another asked for 8 a moment ago: 10 does not become 7.
        var standing = new Standing(0, 100, 10, 10, false, false, false, 8);
        var reading = new Reading(30, 50, false);
        var decision = PolicyDecision.of(STEPS, standing, reading, true);
        assertThat(decision.desired()).isEqualTo(8);
        assertThat(decision.wanted()).isEqualTo(7);
    }

    @Test
    void targetTrackingBringsTheMetricToItsTarget() {
        expectTarget(standing(4, 4, false), 75, true, 6);
        expectTarget(standing(6, 4, true), 75, true, 6);
        expectTarget(standing(20, 20, false), 10, false, 18); // a tenth at a time
        expectTarget(standing(4, 4, false), 44, false, 4);
        expectTarget(standing(4, 4, true), 10, false, 4);
        var none = PolicyDecision.of(target(false), standing(4, 4, false), null, true);
        assertThat(none.changes()).isFalse();
        var off =
                PolicyDecision.of(
                        target(true), standing(4, 4, false), new Reading(1, 45, false), true);
        assertThat(off.changes()).isFalse();
    }

    private static ScalingPolicy target(boolean noScaleIn) {
        return ScalingPolicy.builder()
                .policyType(PolicyDecision.TARGET)
                .targetTrackingConfiguration(t -> t.targetValue(50.0).disableScaleIn(noScaleIn))
                .build();
    }

    private static void expectTarget(Standing standing, double metric, boolean high, int to) {
        var reading = new Reading(metric, high ? 50 : 45, high);
        assertThat(PolicyDecision.of(target(false), standing, reading, true).desired())
                .isEqualTo(to);
    }

    @Test
    void stepsAreOneLine() {
        refused(List.of(step(0.0, 10.0, 1), step(5.0, null, 2)), "overlap");
        refused(List.of(step(0.0, 10.0, 1), step(11.0, null, 2)), "gaps");
        refused(List.of(step(0.0, 10.0, 1)), "unspecified upper bound");
        refused(List.of(step(-10.0, 0.0, 1)), "unspecified lower bound");
        refused(List.of(step(null, null, 1)), "At least one of");
        refused(List.of(step(10.0, 0.0, 1)), "less than");
        refused(java.util.Collections.nCopies(21, step(0.0, null, 1)), "not be more than 20");
        Steps.check(STEPS.stepAdjustments());
    }

    private static void refused(List<StepAdjustment> steps, String why) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> Steps.check(steps))
                .hasMessageContaining(why);
    }
}
