package io.pharos.logs.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;

class EventIdTest {
    /// A published sample of AWS's.
    private static final String SAMPLE = "31132629274945519779805322857203735586714454643391594505";

    @Test
    void readsAndWritesAwsLayout() {
        var id = EventId.parse(SAMPLE);
        assertThat(id.timestampMs()).isEqualTo(1396035378988L);
        assertThat(id.ingestionMs()).isEqualTo(1396035394997L);
        assertThat(id.index()).isEqualTo(9);
        assertThat(id.toString()).isEqualTo(SAMPLE);
    }

    @Test
    void isPureAndFiftySixDigitsForEveryTime() {
        expect(0, "0".repeat(56));
        assertThat(EventId.of(EventId.MAX_TIMESTAMP_MS, 1, 2, 3, 4).toString()).hasSize(56);
        assertThat(EventId.of(1, 2, 3, 4, 5)).isEqualTo(EventId.of(1, 2, 3, 4, 5));
    }

    private static void expect(long timestamp, String text) {
        assertThat(EventId.of(timestamp, 0, 0, 0, 0)).hasToString(text);
    }

    @Test
    void textOrderIsEventOrder() {
        var random = new Random(7);
        var ids = new ArrayList<EventId>();
        for (var i = 0; i < 2_000; i++) {
            ids.add(
                    EventId.of(
                            1_700_000_000_000L + random.nextInt(3),
                            1_700_000_000_000L + random.nextInt(3),
                            random.nextInt(3),
                            random.nextInt(3),
                            random.nextInt(3)));
        }
        Collections.sort(ids);
        assertThat(ids.stream().map(EventId::toString)).isSorted();
        assertThat(ids.stream().map(EventId::toString).map(EventId::parse))
                .containsExactlyElementsOf(ids);
    }

    @Test
    void nextLiesDirectlyAbove() {
        var last = EventId.of(5, 6, 7, 8, EventId.MAX_EVENTS - 1);
        assertThat(last.next()).isGreaterThan(last).isLessThan(EventId.of(5, 6, 7, 9, 0));
        assertThat(EventId.atTime(5)).isLessThan(last);
        assertThat(EventId.atTime(6)).isGreaterThan(last.next());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "abc", "3113262927494551977980532285720373558671445464339159450x"})
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> EventId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> EventId.of(EventId.MAX_TIMESTAMP_MS + 1, 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EventId.of(0, 0, 0, 0, EventId.MAX_EVENTS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EventId.batch(0, 1L << 48))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
