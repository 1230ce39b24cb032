package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The values that a field has in rows that meet a condition, and in the others.
final class FieldValues {
    static final int MEETS = 0;
    static final int BASELINE = 1;

    /// Different values that are told apart; further ones are counted as one.
    static final int MAX_VALUES = 500;

    /// Entries with the highest shifts that are shown.
    private static final int CONTRIBUTORS = 5;

    private static final int MAX_LENGTH = 256; // of what tells values apart
    private static final String OTHER = "\u0001";

    private final Memory memory;
    private final Map<String, long[]> counts = new LinkedHashMap<>();
    private final long[] present = new long[2];
    private final Sample[] numbers;
    private boolean isNumeric = true;

    FieldValues(Memory memory) {
        this.memory = memory;
        this.numbers = new Sample[] {new Sample(memory), new Sample(memory)};
    }

    void add(String value, int side) {
        present[side]++;
        var number = Values.number(value);
        if (Double.isFinite(number)) {
            numbers[side].add(number);
        } else {
            isNumeric = false;
        }
        count(value, side, 1);
    }

    private void count(String value, int side, long times) {
        var kept = value.length() <= MAX_LENGTH ? value : value.substring(0, MAX_LENGTH);
        var of = counts.get(kept);
        if (of == null) {
            kept = counts.size() < MAX_VALUES ? kept : OTHER;
            of = counts.get(kept);
        }
        if (of == null) {
            memory.take(90 + Values.size(kept));
            of = new long[2];
            counts.put(kept, of);
        }
        of[side] += times;
    }

    void merge(FieldValues other) {
        isNumeric &= other.isNumeric;
        for (var side = 0; side < 2; side++) {
            present[side] += other.present[side];
            numbers[side].merge(other.numbers[side]);
        }
        other.counts.forEach((value, times) -> {
            for (var side = 0; side < 2; side++) {
                if (times[side] > 0) {
                    count(value, side, times[side]);
                }
            }
        });
    }

    /// What [Relevance#COLUMNS] show of it.
    ///
    /// @param rows how many there are of either side, with the field or without
    @Nullable Object[] row(String name, long[] rows) {
        var absent = new long[] {rows[MEETS] - present[MEETS], rows[BASELINE] - present[BASELINE]};
        if (!isNumeric) {
            var table = Arrays.copyOf(counts.values().toArray(long[][]::new), counts.size() + 1);
            table[counts.size()] = absent;
            return new Object[] {name, association(table), contributors(rows), null, null};
        }
        var score =
                Math.max(
                        numbers[MEETS].difference(numbers[BASELINE]),
                        association(new long[][] {present, absent}));
        return new Object[] {
            name, score, null, numbers[MEETS].median(), numbers[BASELINE].median()
        };
    }

    private List<Map<String, Object>> contributors(long[] rows) {
        return counts.entrySet().stream()
                .filter(value -> !value.getKey().equals(OTHER))
                .sorted(
                        Comparator.<Map.Entry<String, long[]>>comparingDouble(
                                        value -> -Math.abs(shift(value.getValue(), rows)))
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(CONTRIBUTORS)
                .map(value -> {
                    var shown = new LinkedHashMap<String, Object>();
                    shown.put("value", value.getKey());
                    shown.put("conditional", ratio(value.getValue()[MEETS], rows[MEETS]));
                    shown.put("baseline", ratio(value.getValue()[BASELINE], rows[BASELINE]));
                    return (Map<String, Object>) shown;
                })
                .toList();
    }

    private static double shift(long[] times, long[] rows) {
        return ratio(times[MEETS], rows[MEETS]) - ratio(times[BASELINE], rows[BASELINE]);
    }

    private static double ratio(long part, long all) {
        return all == 0 ? 0 : (double) part / all;
    }

    /// Cramér's V of a table of two columns without its bias (Bergsma 2013): what is different in each
    /// row, such as an id, tells nothing.
    static double association(long[][] table) {
        var columns = new double[2];
        var used = 0;
        for (var row : table) {
            columns[MEETS] += row[MEETS];
            columns[BASELINE] += row[BASELINE];
            used += row[MEETS] + row[BASELINE] > 0 ? 1 : 0;
        }
        var all = columns[MEETS] + columns[BASELINE];
        if (columns[MEETS] == 0 || columns[BASELINE] == 0 || used < 2) {
            return 0;
        }
        var chiSquare = 0.0;
        for (var row : table) {
            var sum = row[MEETS] + row[BASELINE];
            for (var side = 0; sum > 0 && side < 2; side++) {
                var expected = sum * columns[side] / all;
                chiSquare += (row[side] - expected) * (row[side] - expected) / expected;
            }
        }
        var bias = (used - 1.0) / (all - 1);
        var phi = Math.max(0, chiSquare / all - bias);
        var rowsLeft = used - (used - 1.0) * (used - 1.0) / (all - 1);
        var columnsLeft = 2 - 1 / (all - 1);
        var most = Math.min(rowsLeft, columnsLeft) - 1;
        return most <= 0 ? 0 : Math.clamp(Math.sqrt(phi / most), 0, 1);
    }

    /// Every nth number, so many that they are bounded.
    private static final class Sample {
        private static final int MAX = 2_048;

        private final Memory memory;
        private double[] kept = new double[8];
        private int size;
        private long stride = 1;
        private long seen;

        Sample(Memory memory) {
            this.memory = memory;
        }

        void add(double number) {
            if (seen++ % stride == 0) {
                keep(number);
            }
        }

        private void keep(double number) {
            if (size == MAX) {
                thin();
            }
            if (size == kept.length) {
                memory.take(8L * size);
                kept = Arrays.copyOf(kept, 2 * size);
            }
            kept[size++] = number;
        }

        private void thin() {
            for (var i = 0; 2 * i < size; i++) {
                kept[i] = kept[2 * i];
            }
            size = (size + 1) / 2;
            stride *= 2;
        }

        void merge(Sample other) {
            while (stride < other.stride) {
                thin();
            }
            for (var i = 0L; i < other.size; i += Math.max(1, stride / other.stride)) {
                keep(other.kept[(int) i]);
            }
            seen += other.seen;
        }

        private double[] sorted() {
            var sorted = Arrays.copyOf(kept, size);
            Arrays.sort(sorted);
            return sorted;
        }

        @Nullable Double median() {
            if (size == 0) {
                return null;
            }
            var sorted = sorted();
            return (sorted[(size - 1) / 2] + sorted[size / 2]) / 2;
        }

        /// Cliff's delta, how much more often a number of one side is above one of the other than below,
        /// less what it comes to by chance.
        double difference(Sample other) {
            if (size == 0 || other.size == 0) {
                return 0;
            }
            var others = other.sorted();
            var sum = 0.0;
            for (var i = 0; i < size; i++) {
                sum += below(others, kept[i], false) + below(others, kept[i], true) - others.length;
            }
            var pairs = (double) size * others.length;
            var delta = sum / pairs;
            var chance = (size + others.length + 1) / (3 * pairs);
            return chance >= 1
                    ? 0
                    : Math.sqrt(Math.max(0, (delta * delta - chance) / (1 - chance)));
        }

        /// How many are below a number, or not above it.
        private static int below(double[] sorted, double number, boolean orEqual) {
            var low = 0;
            var high = sorted.length;
            while (low < high) {
                var middle = (low + high) >>> 1;
                if (sorted[middle] < number || (orEqual && sorted[middle] == number)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
