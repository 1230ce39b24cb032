package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.Period;
import io.pharos.logs.insights.eval.Moment;
import io.pharos.logs.insights.eval.QueryTimes;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// The table commands, on rows whose values stand at known places.
final class TableSteps {
    private TableSteps() {}

    /// `accum`: what is no number adds nothing, and has no sum.
    static TableStep accumulate(int from, int to) {
        return (List<@Nullable Object[]> rows) -> {
            var sum = 0.0;
            for (var row : rows) {
                var number = Values.number(row[from]);
                sum += Double.isNaN(number) ? 0 : number;
                row[to] = Double.isNaN(number) ? null : (Object) sum;
            }
            return rows;
        };
    }

    /// `autoregress`
    ///
    /// @param first how many rows before the first of the places has its value from
    static TableStep lag(int from, int first, int[] to) {
        return (List<@Nullable Object[]> rows) -> {
            for (var i = 0; i < rows.size(); i++) {
                for (var j = 0; j < to.length; j++) {
                    var before = i - first - j;
                    rows.get(i)[to[j]] = before < 0 ? null : rows.get(before)[from];
                }
            }
            return rows;
        };
    }

    /// `filldown`
    static TableStep fillDown(int[] from, int[] to) {
        return (List<@Nullable Object[]> rows) -> {
            var last = new @Nullable Object[from.length];
            for (var row : rows) {
                for (var i = 0; i < from.length; i++) {
                    last[i] = row[from[i]] == null ? last[i] : row[from[i]];
                    row[to[i]] = last[i];
                }
            }
            return rows;
        };
    }

    /// `addtotals`
    ///
    /// @param total where the sum of a row goes; -1: nowhere
    static TableStep addTotals(int[] of, int total, boolean ofColumns) {
        return (List<@Nullable Object[]> rows) -> {
            var sums = new double[of.length];
            var isSum = new boolean[of.length];
            for (var row : rows) {
                var sum = 0.0;
                for (var i = 0; i < of.length; i++) {
                    var number = row[of[i]] instanceof Moment ? Double.NaN : numberAt(row, of[i]);
                    if (!Double.isNaN(number)) {
                        sum += number;
                        sums[i] += number;
                        isSum[i] = true;
                    }
                }
                if (total >= 0) {
                    row[total] = sum;
                }
            }
            if (!ofColumns || rows.isEmpty()) {
                return rows;
            }
            var last = new @Nullable Object[rows.getFirst().length];
            var all = 0.0;
            for (var i = 0; i < of.length; i++) {
                last[of[i]] = isSum[i] ? (Object) sums[i] : null;
                all += sums[i];
            }
            if (total >= 0) {
                last[total] = all;
            }
            var withLast = new ArrayList<>(rows);
            withLast.add(last);
            return withLast;
        };
    }

    private static double numberAt(@Nullable Object[] row, int place) {
        return Values.number(row[place]);
    }

    /// `outlier`: what is more than so many interquartile ranges away from the quartiles.
    ///
    /// @param marks where it is told; empty: nowhere
    static TableStep outlier(
            boolean removes, double factor, boolean isLowToo, int[] from, int[] to, int[] marks) {
        return (List<@Nullable Object[]> rows) -> {
            var removed = new boolean[rows.size()];
            for (var i = 0; i < from.length; i++) {
                var place = from[i];
                var sorted =
                        rows.stream()
                                .mapToDouble(row -> numberAt(row, place))
                                .filter(Double::isFinite)
                                .sorted()
                                .toArray();
                var low = quantile(sorted, 0.25);
                var high = quantile(sorted, 0.75);
                var most = high + factor * (high - low);
                var least = isLowToo ? low - factor * (high - low) : Double.NEGATIVE_INFINITY;
                for (var r = 0; r < rows.size(); r++) {
                    var row = rows.get(r);
                    var number = numberAt(row, place);
                    var isOut = number > most || number < least;
                    removed[r] |= removes && isOut;
                    row[to[i]] = isOut ? (Object) Math.clamp(number, least, most) : row[place];
                    if (marks.length > 0) {
                        row[marks[i]] = isOut;
                    }
                }
            }
            var kept = new ArrayList<@Nullable Object[]>(rows.size());
            for (var r = 0; r < rows.size(); r++) {
                if (!removed[r]) {
                    kept.add(rows.get(r));
                }
            }
            return kept;
        };
    }

    private static double quantile(double[] sorted, double part) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        var place = part * (sorted.length - 1);
        var low = (int) place;
        var high = Math.min(sorted.length - 1, low + 1);
        return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
    }

    /// `sessionize`: sessions are numbered as they begin.
    static TableStep sessionize(int time, int[] keys, long gapMs, int to) {
        return (List<@Nullable Object[]> rows) -> {
            record Session(long number, double lastMs) {}
            var inTime =
                    rows.stream()
                            .filter(row -> !Double.isNaN(numberAt(row, time)))
                            .sorted(Comparator.comparingDouble(row -> numberAt(row, time)))
                            .toList();
            var open = new HashMap<List<@Nullable String>, Session>();
            var started = 0L;
            for (var row : inTime) {
                var at = numberAt(row, time);
                var key = key(row, keys);
                var session = open.get(key);
                var number =
                        session == null || at - session.lastMs() > gapMs
                                ? ++started
                                : session.number();
                open.put(key, new Session(number, at));
                row[to] = (double) number;
            }
            return rows;
        };
    }

    private static List<@Nullable String> key(@Nullable Object[] row, int[] places) {
        var key = new ArrayList<@Nullable String>(places.length);
        for (var place : places) {
            key.add(Values.shown(row[place]));
        }
        return key;
    }

    /// What `fillmissing` puts into rows for periods without events.
    ///
    /// @param time where the start of the period is
    /// @param offsetMs how far it was shifted
    /// @param keys what else rows were grouped by
    /// @param values by their places
    record Gaps(
            int time,
            Period period,
            long offsetMs,
            int[] keys,
            Map<Integer, @Nullable Object> values,
            QueryTimes times) {}

    /// `fillmissing`: a row for each period of the query, and each of the other groups.
    ///
    /// @throws QueryTooLarge when these are too many
    static TableStep fillMissing(Gaps gaps) {
        return (List<@Nullable Object[]> rows) -> {
            if (rows.isEmpty()) {
                return rows;
            }
            var known = new HashMap<List<Object>, @Nullable Object[]>();
            var groups = new LinkedHashSet<List<@Nullable Object>>();
            for (var row : rows) {
                var group = values(row, gaps.keys());
                groups.add(group);
                known.put(Arrays.asList(numberAt(row, gaps.time()), group), row);
            }
            var filled = new ArrayList<@Nullable Object[]>();
            var end = gaps.times().endMs();
            var at = gaps.period().floor(gaps.times().startMs());
            while (at <= end) {
                for (var group : groups) {
                    if (filled.size() >= TableStep.MAX_ROWS) {
                        throw new QueryTooLarge("fillmissing makes too many rows");
                    }
                    var shown = at + gaps.offsetMs();
                    var row = known.get(Arrays.asList((double) shown, group));
                    filled.add(row == null ? gap(gaps, shown, group, rows.getFirst().length) : row);
                }
                at = gaps.period().ceil(at + 1);
            }
            return filled;
        };
    }

    private static List<@Nullable Object> values(@Nullable Object[] row, int[] places) {
        var values = new ArrayList<@Nullable Object>(places.length);
        for (var place : places) {
            values.add(row[place]);
        }
        return values;
    }

    private static @Nullable Object[] gap(
            Gaps gaps, long time, List<@Nullable Object> group, int width) {
        var row = new @Nullable Object[width];
        row[gaps.time()] = new Moment(time);
        for (var i = 0; i < gaps.keys().length; i++) {
            row[gaps.keys()[i]] = group.get(i);
        }
        gaps.values().forEach((place, value) -> row[place] = value);
        return row;
    }

    /// `appendcols`: the first row beside the first one.
    ///
    /// @param own where the value is already, by column; -1: nowhere
    static TableStep append(
            List<@Nullable Object[]> others, int[] from, int[] own, int[] to, boolean overrides) {
        return (List<@Nullable Object[]> rows) -> {
            for (var r = 0; r < rows.size(); r++) {
                var row = rows.get(r);
                for (var i = 0; i < to.length; i++) {
                    var mine = own[i] < 0 ? null : row[own[i]];
                    var other = r < others.size() ? others.get(r)[from[i]] : null;
                    row[to[i]] = other != null && (overrides || mine == null) ? other : mine;
                }
            }
            return rows;
        };
    }
}
