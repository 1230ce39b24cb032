package io.pharos.alarms.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.alarm.Comparison;
import io.pharos.alarms.alarm.MissingData;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Statistic;
import io.pharos.metric.StatisticSet;
import io.pharos.metric.Unit;

import org.junit.jupiter.api.Test;

import java.util.Random;

/// Numbers alone tell the same windows as whole aggregates do.
class CellsTest {
    private static final long START_S = 1_789_000_000 / 60 * 60;
    private static final AlarmRule RULE =
            new AlarmRule(
                    120,
                    10,
                    null,
                    Comparison.of("GreaterThanThreshold"),
                    1,
                    MissingData.MISSING,
                    "Sum",
                    0,
                    null);

    @Test
    void numbersSayWhatAggregatesSay() {
        for (var seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var numbers = new Cells(60, false);
            var aggregates = new Cells(60, true);
            var maximumAtOnce = 1 + random.nextInt(3);
            for (var i = 0; i < 100; i++) {
                var added = new Aggregate();
                added.addSet(set(random, maximumAtOnce));
                var atS = START_S + 60L * random.nextInt(30);
                var unit = random.nextInt(4) == 0 ? Unit.BYTES : Unit.NONE;
                numbers.add(atS, unit, added);
                aggregates.add(atS, unit, added);
                if (random.nextInt(30) == 0) {
                    var before = START_S + 60L * random.nextInt(10);
                    numbers.forgetBefore(before);
                    aggregates.forgetBefore(before);
                }
                compare(numbers, aggregates, random);
            }
        }
    }

    private static void compare(Cells numbers, Cells aggregates, Random random) {
        var unit = new Unit[] {null, Unit.NONE, Unit.BYTES}[random.nextInt(3)];
        var end = START_S + 60L * random.nextInt(35);
        assertThat(numbers.size()).isEqualTo(aggregates.size());
        assertThat(numbers.hasBetween(end - 60, end, unit))
                .isEqualTo(aggregates.hasBetween(end - 60, end, unit));
        for (var statistic : Statistic.Basic.values()) {
            var window = numbers.window(RULE, statistic, unit, end);
            var other = aggregates.window(RULE, statistic, unit, end);
            assertThat(window.values()).containsExactly(other.values());
            assertThat(window.sampleCounts()).containsExactly(other.sampleCounts());
        }
    }

    /// Values are whole, so that sums are the same in every order.
    private static StatisticSet set(Random random, int maximumAtOnce) {
        var count = 1 + random.nextInt(maximumAtOnce);
        var low = random.nextInt(100) - 20;
        var high = count == 1 ? low : low + random.nextInt(50);
        return new StatisticSet(count, (double) low + (count - 1.0) * high, low, high);
    }
}
