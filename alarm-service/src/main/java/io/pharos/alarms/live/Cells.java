package io.pharos.alarms.live;

import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.evaluate.Window;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// Roll-ups of one series and resolution, sorted by their start: what windows are made of. Merging is
/// what it is for; the newest is mostly the one that grows.
final class Cells {
    private static final int INITIAL = 4;

    private long[] starts = new long[INITIAL];
    private Unit[] units = new Unit[INITIAL];
    private Aggregate[] aggregates = new Aggregate[INITIAL];
    private int size;

    void add(long startS, Unit unit, Aggregate aggregate) {
        var at = size;
        while (at > 0 && starts[at - 1] >= startS) {
            at--;
            if (starts[at] == startS && units[at] == unit) {
                aggregates[at].merge(aggregate);
                return;
            }
        }
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, size * 2);
            units = Arrays.copyOf(units, size * 2);
            aggregates = Arrays.copyOf(aggregates, size * 2);
        }
        System.arraycopy(starts, at, starts, at + 1, size - at);
        System.arraycopy(units, at, units, at + 1, size - at);
        System.arraycopy(aggregates, at, aggregates, at + 1, size - at);
        starts[at] = startS;
        units[at] = unit;
        aggregates[at] = aggregate;
        size++;
    }

    /// Forgets what started before `startS`.
    void forgetBefore(long startS) {
        var keep = 0;
        while (keep < size && starts[keep] < startS) {
            keep++;
        }
        // Moving is worth it only once most of it is old.
        if (keep > 0 && keep * 2 >= size) {
            System.arraycopy(starts, keep, starts, 0, size - keep);
            System.arraycopy(units, keep, units, 0, size - keep);
            System.arraycopy(aggregates, keep, aggregates, 0, size - keep);
            Arrays.fill(aggregates, size - keep, size, null);
            size -= keep;
        }
    }

    int size() {
        return size;
    }

    /// Whether something started in the time given.
    ///
    /// @param unit null for any
    boolean hasBetween(long fromS, long endS, @Nullable Unit unit) {
        for (var at = size; at > 0 && starts[at - 1] >= fromS; at--) {
            if (starts[at - 1] < endS && (unit == null || unit == units[at - 1])) {
                return true;
            }
        }
        return false;
    }

    /// The window of a rule. AWS leaves open what an alarm without a unit does on a series with
    /// several; here it sees them merged.
    ///
    /// @param unit null for any
    Window window(AlarmRule rule, Statistic statistic, @Nullable Unit unit, long endS) {
        var range = rule.range();
        var period = rule.periodS();
        var values = new double[range];
        var counts = new double[range];
        Arrays.fill(values, Double.NaN);
        var at = size;
        while (at > 0 && starts[at - 1] >= endS) {
            at--;
        }
        while (at > 0) {
            var index = (int) Math.min(range, (endS - 1 - starts[at - 1]) / period);
            if (index == range) {
                break;
            }
            var first = endS - (index + 1L) * period;
            var merged = (Aggregate) null;
            var isOwn = false;
            for (; at > 0 && starts[at - 1] >= first; at--) {
                if (unit != null && unit != units[at - 1]) {
                    continue;
                }
                if (merged == null) {
                    merged = aggregates[at - 1];
                } else {
                    if (!isOwn) {
                        var copy = new Aggregate();
                        copy.merge(merged);
                        merged = copy;
                        isOwn = true;
                    }
                    merged.merge(aggregates[at - 1]);
                }
            }
            if (merged != null) {
                values[index] = merged.value(statistic);
                counts[index] = merged.sampleCount();
            }
        }
        return new Window(endS, period, values, counts);
    }
}
