package io.pharos.metrics.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

class PeriodGridTest {
    private static final Instant NOW = Instant.parse("2026-01-20T12:00:00Z");

    @Test
    void roundsTheStartDownByItsAge() {
        expect("2026-01-20T11:58:31Z", 60, "2026-01-20T11:58:00Z");
        expect("2026-01-20T11:58:31Z", 5, "2026-01-20T11:58:30Z");
        expect("2026-01-20T11:03:31Z", 300, "2026-01-20T11:03:00Z"); // not a multiple of the period
        expect("2026-01-01T11:03:31Z", 300, "2026-01-01T11:00:00Z"); // 15 to 63 days
        expect("2025-10-01T11:33:31Z", 3600, "2025-10-01T11:00:00Z");
    }

    @Test
    void floorsTheEndToThePeriodAndLeavesItOut() {
        expectCount("2026-01-20T01:08:00Z", "2026-01-20T01:09:01Z", 60, 1);
        expectCount("2026-01-20T01:08:00Z", "2026-01-20T01:09:00Z", 60, 1);
        expectCount("2026-01-20T01:08:00Z", "2026-01-20T01:10:00Z", 60, 2);
        expectCount("2026-01-20T12:03:00Z", "2026-01-20T12:20:00Z", 300, 4);
        expectCount("2026-01-20T01:08:00Z", "2026-01-20T01:08:30Z", 60, 0);
    }

    @Test
    void hasNothingFinerThanIsKept() {
        var end = NOW.toString();
        expectCount(NOW.minus(Duration.ofHours(3)).toString(), end, 30, 360);
        expectCount(NOW.minus(Duration.ofHours(4)).toString(), end, 30, 0);
        expectCount(NOW.minus(Duration.ofDays(15)).toString(), end, 60, 21_600);
        expectCount(NOW.minus(Duration.ofDays(16)).toString(), end, 60, 0);
        expectCount(NOW.minus(Duration.ofDays(16)).toString(), end, 300, 16 * 288);
        expectCount(NOW.minus(Duration.ofDays(64)).toString(), end, 300, 0);
        expectCount(NOW.minus(Duration.ofDays(64)).toString(), end, 3600, 64 * 24);
    }

    @Test
    void knowsThePeriodsOfAws() {
        assertThat(List.of(1, 5, 10, 20, 30, 60, 120, 3600, 86_400)).allMatch(PeriodGrid::isPeriod);
        assertThat(List.of(0, -60, 2, 15, 59, 61, 90)).noneMatch(PeriodGrid::isPeriod);
    }

    @Test
    void cutsAPartOut() {
        var grid = new PeriodGrid(1_000_020, 60, 10);
        assertThat(grid.between(0, Long.MAX_VALUE / 2)).isEqualTo(grid);
        assertThat(grid.between(1_000_021, 1_000_140)).isEqualTo(new PeriodGrid(1_000_080, 60, 1));
        assertThat(grid.between(2_000_000, 3_000_000).count()).isZero();
    }

    private static void expect(String start, int periodS, String rounded) {
        var grid = PeriodGrid.of(Instant.parse(start), NOW, periodS, NOW);
        assertThat(Instant.ofEpochSecond(grid.startS())).isEqualTo(rounded);
    }

    private static void expectCount(String start, String end, int periodS, long count) {
        assertThat(PeriodGrid.of(Instant.parse(start), Instant.parse(end), periodS, NOW).count())
                .isEqualTo(count);
    }
}
