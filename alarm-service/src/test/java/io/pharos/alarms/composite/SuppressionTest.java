package io.pharos.alarms.composite;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.ActionsSuppressedBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Second by second, with a wait of 2 and an extension of 3 as in AWS's documentation.
class SuppressionTest {
    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final Duration EXTENSION = Duration.ofSeconds(3);

    private Suppression.@Nullable Phase phase;
    private boolean inAlarm;
    private final List<Long> acted = new ArrayList<>();

    @Test
    void waitsForAQuietSuppressor() {
        valueChanges(2);
        assertThat(held()).isEqualTo(ActionsSuppressedBy.WAIT_PERIOD);
        runTo(9);
        assertThat(acted).containsExactly(4L);
        assertThat(phase).isNull();
    }

    @Test
    void anotherChangeWaitsAnew() {
        valueChanges(2);
        valueChanges(3);
        runTo(9);
        assertThat(acted).containsExactly(5L);
    }

    @Test
    void aSuppressorInAlarmHoldsAndItsEndExtends() {
        valueChanges(2);
        suppressor(3, true);
        assertThat(phase).isEqualTo(Suppression.Phase.alarm());
        runTo(5);
        assertThat(acted).isEmpty();
        suppressor(6, false);
        assertThat(held()).isEqualTo(ActionsSuppressedBy.EXTENSION_PERIOD);
        runTo(20);
        assertThat(acted).containsExactly(9L);
    }

    @Test
    void aChangeInTheExtensionWaits() {
        valueChanges(2);
        suppressor(3, true);
        suppressor(6, false);
        valueChanges(7);
        assertThat(held()).isEqualTo(ActionsSuppressedBy.WAIT_PERIOD);
        runTo(20);
        assertThat(acted).containsExactly(9L);
    }

    @Test
    void aSuppressorThatComesBackInTheExtensionHoldsOn() {
        valueChanges(2);
        suppressor(3, true);
        suppressor(4, false);
        suppressor(5, true);
        runTo(20);
        assertThat(acted).isEmpty();
        assertThat(phase).isEqualTo(Suppression.Phase.alarm());
    }

    @Test
    void aChangeUnderASuppressorInAlarmIsHeld() {
        suppressor(1, true);
        valueChanges(2);
        valueChanges(3);
        runTo(20);
        assertThat(acted).isEmpty();
    }

    @Test
    void whatWasDoneIsDone() {
        valueChanges(2);
        runTo(5);
        suppressor(6, true);
        suppressor(7, false);
        runTo(20);
        assertThat(acted).containsExactly(4L);
    }

    @Test
    void withoutLengthsOrSuppressorActionsAreDoneAtOnce() {
        var now = Instant.EPOCH;
        assertThat(Suppression.valueChanged(null, WAIT, now).acts()).isTrue();
        assertThat(Suppression.valueChanged(false, Duration.ZERO, now))
                .isEqualTo(new Suppression.Step(null, true));
        assertThat(
                        Suppression.suppressorChanged(
                                Suppression.Phase.alarm(), false, Duration.ZERO, now))
                .isEqualTo(new Suppression.Step(null, true));
        assertThat(Suppression.suppressorChanged(null, true, EXTENSION, now))
                .isEqualTo(new Suppression.Step(null, false));
    }

    private ActionsSuppressedBy held() {
        return Objects.requireNonNull(phase).by();
    }

    private void valueChanges(long second) {
        runTo(second);
        take(second, Suppression.valueChanged(inAlarm, WAIT, at(second)));
    }

    private void suppressor(long second, boolean nowInAlarm) {
        runTo(second);
        inAlarm = nowInAlarm;
        take(second, Suppression.suppressorChanged(phase, nowInAlarm, EXTENSION, at(second)));
    }

    private long clock;

    private void runTo(long second) {
        for (; clock <= second; clock++) {
            take(clock, Suppression.timePassed(phase, at(clock)));
        }
    }

    private void take(long second, Suppression.Step step) {
        phase = step.phase();
        if (step.acts()) {
            acted.add(second);
        }
    }

    private static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }
}
