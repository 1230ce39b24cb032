package io.pharos.alarms.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.autoscaling.model.LifecycleState;

import java.time.Instant;
import java.util.List;
import java.util.Map;

class TerminationTest {
    private static final Instant NOW = Instant.parse("2026-01-30T12:00:00Z");
    private static final Map<String, Instant> CONFIGURATIONS =
            Map.of("old", NOW.minusSeconds(9_000), "new", NOW.minusSeconds(90));

    private static GroupInstance instance(
            String id, String zone, String configuration, long ageSeconds, boolean kept) {
        var launched = NOW.minusSeconds(ageSeconds).toEpochMilli();
        return new GroupInstance(
                id,
                "t3",
                zone,
                LifecycleState.IN_SERVICE,
                true,
                configuration,
                kept,
                launched,
                launched,
                0,
                0,
                null);
    }

    @Test
    void theFullestZoneGoesFirst() {
        expect(
                List.of(
                        instance("a", "z1", "old", 10, false),
                        instance("b", "z2", "new", 10, false),
                        instance("c", "z2", "new", 20, false)),
                "Default",
                1,
                "c");
    }

    @Test
    void thenTheOldestConfigurationThenTheHour() {
        var same =
                List.of(
                        instance("a", "z", "new", 3_500, false),
                        instance("b", "z", "old", 10, false),
                        instance("c", "z", "new", 100, false));
        expect(same, "Default", 2, "b", "a");
        expect(same, "OldestInstance", 1, "a");
        expect(same, "NewestInstance", 1, "b");
    }

    @Test
    void protectedInstancesStay() {
        expect(
                List.of(instance("a", "z", "old", 10, true), instance("b", "z", "new", 10, false)),
                "Default",
                2,
                "b");
    }

    private static void expect(
            List<GroupInstance> instances, String policy, int count, String... going) {
        assertThat(
                        Termination.choose(instances, count, List.of(policy), CONFIGURATIONS, NOW)
                                .stream()
                                .map(GroupInstance::id))
                .containsExactly(going);
    }
}
