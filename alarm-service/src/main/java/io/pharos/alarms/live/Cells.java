package io.pharos.alarms.live;

import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.evaluate.Window;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// What one series did, by periods of one length and sorted by their start: what windows are made of. Merging is
/// what it is for; the newest is mostly the one that grows.
///
/// A cell is a number while it is one sample, four numbers when one of them is more, and a whole
/// aggregate when somebody wants percentiles: there are a dozen for each of a hundred thousand alarms.
final class Cells {
    private static final int INITIAL = 4;

    /// Count, sum and maximum.
    private static final int MORE = 3;

    private final int grainS;
    private long[] starts = new long[INITIAL];
    private byte[] units = new byte[INITIAL];
    private double[] minima = new double[INITIAL];
    private double @Nullable [] more;
    private Aggregate @Nullable [] aggregates;
    private int size;

    /// @param grainS what starts within as many seconds is one cell
    /// @param isDistributed whether statistics are asked for that need a distribution
    Cells(int grainS, boolean isDistributed) {
        this.grainS = grainS;
        this.aggregates = isDistributed ? new Aggregate[INITIAL] : null;
    }

    /// Merges what a series did at a time.
    void add(long atS, Unit unit, Aggregate added) {
        var startS = Math.floorDiv(atS, (long) grainS) * grainS;
        var code = (byte) unit.code();
        var at = size;
        while (at > 0 && starts[at - 1] >= startS) {
            at--;
            if (starts[at] == startS && units[at] == code) {
                merge(at, added);
                return;
            }
        }
        if (size == starts.length) {
            grow(size + Math.max(INITIAL, size / 2));
        }
        move(at, at + 1);
        size++;
        starts[at] = startS;
        units[at] = code;
        set(at, added);
    }

    private void set(int at, Aggregate added) {
        if (aggregates != null) {
            aggregates[at] = new Aggregate();
            aggregates[at].merge(added);
            return;
        }
        var minimum = added.minimum();
        minima[at] = minimum;
        var count = added.sampleCount();
        if (more == null && (count != 1 || added.sum() != minimum || added.maximum() != minimum)) {
            more = samples();
        }
        if (more != null) {
            put(more, at, count, added.sum(), added.maximum());
        }
    }

    private void merge(int at, Aggregate added) {
        if (aggregates != null) {
            aggregates[at].merge(added);
            return;
        }
        if (more == null) {
            more = samples();
        }
        minima[at] = Math.min(minima[at], added.minimum());
        put(
                more,
                at,
                more[at * MORE] + added.sampleCount(),
                more[at * MORE + 1] + added.sum(),
                Math.max(more[at * MORE + 2], added.maximum()));
    }

    private static void put(double[] more, int at, double count, double sum, double maximum) {
        more[at * MORE] = count;
        more[at * MORE + 1] = sum;
        more[at * MORE + 2] = maximum;
    }

    /// Of cells of one sample each.
    private double[] samples() {
        var made = new double[starts.length * MORE];
        for (var at = 0; at < size; at++) {
            put(made, at, 1, minima[at], minima[at]);
        }
        return made;
    }

    private void grow(int capacity) {
        starts = Arrays.copyOf(starts, capacity);
        units = Arrays.copyOf(units, capacity);
        minima = Arrays.copyOf(minima, capacity);
        if (more != null) {
            more = Arrays.copyOf(more, capacity * MORE);
        }
        if (aggregates != null) {
            aggregates = Arrays.copyOf(aggregates, capacity);
        }
    }

    /// What is at `from` and behind it goes to `to`.
    private void move(int from, int to) {
        var length = size - from;
        if (length == 0) {
            return;
        }
        System.arraycopy(starts, from, starts, to, length);
        System.arraycopy(units, from, units, to, length);
        System.arraycopy(minima, from, minima, to, length);
        if (more != null) {
            System.arraycopy(more, from * MORE, more, to * MORE, length * MORE);
        }
        if (aggregates != null) {
            System.arraycopy(aggregates, from, aggregates, to, length);
        }
    }

    /// Forgets what started before `startS`.
    void forgetBefore(long startS) {
        var keep = 0;
        while (keep < size && starts[keep] < startS) {
            keep++;
        }
        // Moving many is worth it only once most are old.
        if (keep > 0 && (size <= 32 || keep * 2 >= size)) {
            move(keep, 0);
            size -= keep;
            if (aggregates != null) {
                Arrays.fill(aggregates, size, size + keep, null);
            }
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
            if (starts[at - 1] < endS && isOf(unit, at - 1)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOf(@Nullable Unit unit, int at) {
        return unit == null || unit.code() == units[at];
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
            var from = at;
            while (from > 0 && starts[from - 1] >= first) {
                from--;
            }
            if (aggregates == null) {
                fill(values, counts, index, from, at, unit, (Statistic.Basic) statistic);
            } else {
                var merged = merged(aggregates, from, at, unit);
                if (merged != null) {
                    values[index] = merged.value(statistic);
                    counts[index] = merged.sampleCount();
                }
            }
            at = from;
        }
        return new Window(endS, period, values, counts);
    }

    private void fill(
            double[] values,
            double[] counts,
            int index,
            int from,
            int to,
            @Nullable Unit unit,
            Statistic.Basic statistic) {
        var count = 0.0;
        var sum = 0.0;
        var minimum = Double.POSITIVE_INFINITY;
        var maximum = Double.NEGATIVE_INFINITY;
        var isThere = false;
        for (var at = to - 1; at >= from; at--) {
            if (isOf(unit, at)) {
                isThere = true;
                count += more == null ? 1 : more[at * MORE];
                sum += more == null ? minima[at] : more[at * MORE + 1];
                minimum = Math.min(minimum, minima[at]);
                maximum = Math.max(maximum, more == null ? minima[at] : more[at * MORE + 2]);
            }
        }
        if (isThere) {
            counts[index] = count;
            values[index] =
                    switch (statistic) {
                        case SAMPLE_COUNT -> count;
                        case SUM -> sum;
                        case AVERAGE -> sum / count;
                        case MINIMUM -> minimum;
                        case MAXIMUM -> maximum;
                    };
        }
    }

    private @Nullable Aggregate merged(Aggregate[] whole, int from, int to, @Nullable Unit unit) {
        var merged = (Aggregate) null;
        var isOwn = false;
        for (var at = to - 1; at >= from; at--) {
            if (!isOf(unit, at)) {
                continue;
            }
            if (merged == null) {
                merged = whole[at];
            } else {
                if (!isOwn) {
                    var copy = new Aggregate();
                    copy.merge(merged);
                    merged = copy;
                    isOwn = true;
                }
                merged.merge(whole[at]);
            }
        }
        return merged;
    }
}
