package io.pharos.metrics.anomaly;

import org.jspecify.annotations.Nullable;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a metric is expected to do, and how far it strays: trend and level, plus the seasons of the hour,
/// the day and the week, plus or minus a robust spread by the hour of the day. Immutable, and a pure
/// function of the history it was made from.
///
/// AWS does not disclose its model; this is a robust additive decomposition in the manner of STL
/// (Cleveland, Cleveland, McRae and Terpenning 1990) with medians in the place of loess: medians of
/// seasons and levels are those of Seasonal-Hybrid ESD (Vallis, Hochenbaum and Kejariwal 2014), the
/// trend is the seasonal slope of Hirsch, Slack and Smith (1982), a band that is the wider the more an
/// hour of the day strays is Brutlag's (2000), the spread is Rousseeuw and Croux's (1993). Up to a
/// quarter of the values may be wild without moving it far.
///
/// * A season is kept when what one half of its cycles teaches explains the other half. A week needs nine
///   days, a day two, an hour a quarter of a day.
/// * Without much history the band is wider.
/// * A band does not go below 0 where the metric never did, nor above where it never did.
public final class SeasonalModel {
    /// AWS: "up to two weeks".
    public static final int HISTORY_S = 14 * 86_400;

    /// From then on it says nothing.
    public static final int HORIZON_S = 2 * 86_400;

    static final int FEWEST_POINTS = 20;
    static final int SHORTEST_S = 3 * 3_600;

    private static final int HOUR_S = 3_600;
    private static final int DAY_S = 86_400;
    private static final int HOURS = 24;

    /// Two weeks of whole days and what is left of one.
    private static final int MOST_DAYS = 15;

    /// A spread is at least this share of the usual value, whatever was seen.
    private static final double LEAST_SHARE = 0.005;

    /// So many points of an hour of the day weigh as much as all others.
    private static final double SHRINK = 50;

    /// A metric with periodic spikes has no more anomalies than this.
    private static final double SPIKES = 0.995;

    private final int periodS;
    private final ZoneId zone;
    private final long fromS;
    private final long endS;
    private final double slope;
    private final Level level;
    private final List<Profile> seasons;
    private final float[] down;
    private final float[] up;
    private final double lowest;
    private final double highest;

    SeasonalModel(
            int periodS,
            ZoneId zone,
            long fromS,
            long endS,
            double slope,
            Level level,
            List<Profile> seasons,
            float[] down,
            float[] up,
            double lowest,
            double highest) {
        this.periodS = periodS;
        this.zone = zone;
        this.fromS = fromS;
        this.endS = endS;
        this.slope = slope;
        this.level = level;
        this.seasons = seasons;
        this.down = down;
        this.up = up;
        this.lowest = lowest;
        this.highest = highest;
    }

    /// Learns. Empty when there is too little to learn from: fewer than twenty points, or less than three
    /// hours from the first to the last.
    ///
    /// @param history of no more than two weeks
    public static Optional<SeasonalModel> fit(History history, TrainingRules rules) {
        var known = history.without(rules);
        var size = known.size();
        if (size < FEWEST_POINTS
                || known.timesS()[size - 1] - known.timesS()[0] + known.periodS() < SHORTEST_S) {
            return Optional.empty();
        }
        return Optional.of(new Fit(known, rules).model());
    }

    /// One fit: what is explained is taken off the residuals step by step.
    private static final class Fit {
        private final History history;
        private final TrainingRules rules;
        private final long[] times;
        private final long[] localS;
        private final int periodS;
        private final long fromS;
        private final long endS;
        private final double[] residuals;
        private final List<Profile> seasons = new ArrayList<>(3);

        Fit(History history, TrainingRules rules) {
            this.history = history;
            this.rules = rules;
            times = history.timesS();
            periodS = history.periodS();
            fromS = times[0];
            endS = times[times.length - 1] + periodS;
            localS = new LocalClock(rules.zone()).at(times);
            residuals = history.values().clone();
        }

        SeasonalModel model() {
            var spanS = endS - fromS;
            var weekly = isWeekly();
            var slope = weekly ? Slope.of(history, Cycle.WEEK, 2) : Slope.of(history, Cycle.DAY, 4);
            for (var i = 0; i < residuals.length; i++) {
                residuals[i] -= slope * (times[i] - endS);
            }
            var first = weekly ? Level.constant(median(residuals)) : level();
            first.takeOff(times, residuals);
            if (spanS >= 2 * DAY_S) {
                season(Cycle.DAY, Math.max(periodS, spanS >= 4 * DAY_S ? 300 : HOUR_S));
            }
            if (weekly) {
                season(Cycle.WEEK, HOUR_S);
            }
            if (spanS >= 6 * HOUR_S && periodS * 3 <= HOUR_S) {
                season(Cycle.HOUR, periodS);
            }
            var second = level();
            second.takeOff(times, residuals);
            return model(slope, sum(first, second), spanS);
        }

        private Level level() {
            return Level.fit(endS, times, residuals, MOST_DAYS);
        }

        private Level sum(Level first, Level second) {
            var at = second.timesS();
            var values = new double[at.length];
            for (var i = 0; i < at.length; i++) {
                values[i] = first.at(at[i]) + second.values()[i];
            }
            return new Level(at, values);
        }

        /// Whether a week ago tells more than yesterday does. The wildest twentieth has no say.
        private boolean isWeekly() {
            if (endS - fromS < 9 * DAY_S) {
                return false;
            }
            var at = new long[times.length];
            var byWeek = Slope.differences(history, Cycle.WEEK.seconds(), at);
            if (byWeek.length == 0) {
                return false;
            }
            var first = at[0];
            var byDay = Slope.differences(history, Cycle.DAY.seconds(), at);
            var from = 0;
            while (from < byDay.length && at[from] < first) {
                from++;
            }
            return size(byWeek) < 0.9 * size(Arrays.copyOfRange(byDay, from, byDay.length));
        }

        private static double size(double[] differences) {
            for (var i = 0; i < differences.length; i++) {
                differences[i] = Math.abs(differences[i]);
            }
            Arrays.sort(differences);
            return Robust.meanSize(differences, (int) Math.ceil(differences.length * 0.95));
        }

        /// @param finest where it does not fill the cycle, slots are hours
        private void season(Cycle cycle, int finest) {
            var slotS = cycle.seconds() % finest == 0 ? finest : HOUR_S;
            if (cycle.seconds() / slotS > 1
                    && Profile.isWorth(cycle, slotS, periodS, localS, residuals)) {
                var season = Profile.fit(cycle, slotS, localS, residuals, residuals.length);
                season.takeOff(localS, residuals, residuals.length, periodS);
                seasons.add(season);
            }
        }

        private SeasonalModel model(double slope, Level level, long spanS) {
            var values = history.values();
            var lowest = Double.POSITIVE_INFINITY;
            var highest = Double.NEGATIVE_INFINITY;
            var sizes = new double[values.length];
            for (var i = 0; i < values.length; i++) {
                lowest = Math.min(lowest, values[i]);
                highest = Math.max(highest, values[i]);
                sizes[i] = Math.abs(values[i]);
            }
            var least = LEAST_SHARE * Robust.median(sizes, sizes.length);
            var wider = Math.sqrt(1 + (double) DAY_S / spanS);
            var spikes = rules.periodicSpikes() ? SPIKES : 1;
            var all = Robust.spread(residuals.clone(), residuals.length, spikes);
            var spreads = spreads(all, spikes, spanS);
            var down = new float[HOURS];
            var up = new float[HOURS];
            for (var hour = 0; hour < HOURS; hour++) {
                var before = spreads[(hour + HOURS - 1) % HOURS];
                var after = spreads[(hour + 1) % HOURS];
                var here = spreads[hour];
                down[hour] =
                        (float) Math.max(least, wider * (before[0] + 2 * here[0] + after[0]) / 4);
                up[hour] =
                        (float) Math.max(least, wider * (before[1] + 2 * here[1] + after[1]) / 4);
            }
            return new SeasonalModel(
                    periodS,
                    rules.zone(),
                    fromS,
                    endS,
                    slope,
                    level,
                    List.copyOf(seasons),
                    down,
                    up,
                    lowest >= 0 ? 0 : Double.NEGATIVE_INFINITY,
                    highest <= 0 ? 0 : Double.POSITIVE_INFINITY);
        }

        /// By the hour of the day, down and up: the fewer points it has, the more as all others.
        private double[][] spreads(double[] all, double spikes, long spanS) {
            var spreads = new double[HOURS][];
            var group = new double[residuals.length];
            for (var hour = 0; hour < HOURS; hour++) {
                var count = 0;
                for (var i = 0; i < residuals.length; i++) {
                    if (hour(localS[i]) == hour) {
                        group[count++] = residuals[i];
                    }
                }
                if (spanS < 2 * DAY_S || count == 0) {
                    spreads[hour] = all;
                    continue;
                }
                var own = Robust.spread(group, count, spikes);
                var share = count / (count + SHRINK);
                var upward = share * own[1] + (1 - share) * all[1];
                spreads[hour] =
                        new double[] {
                            share * own[0] + (1 - share) * all[0],
                            spikes < 1 ? Math.max(upward, all[1]) : upward // at any hour
                        };
            }
            return spreads;
        }

        private static double median(double[] values) {
            return Robust.median(values.clone(), values.length);
        }
    }

    private static int hour(long localS) {
        return Math.floorMod(localS, DAY_S) / HOUR_S;
    }

    /// The edges of the band at the starts of periods: first the lower ones, then the upper. NaN where
    /// nothing is known: before what was learnt from, and two days after.
    ///
    /// @param width in spreads, which are standard deviations where values are distributed normally
    public double[][] band(long[] timesS, double width) {
        var clock = new LocalClock(zone);
        var lower = new double[timesS.length];
        var upper = new double[timesS.length];
        for (var i = 0; i < timesS.length; i++) {
            var timeS = timesS[i];
            if (timeS < fromS || timeS >= endS + HORIZON_S) {
                lower[i] = Double.NaN;
                upper[i] = Double.NaN;
                continue;
            }
            var localS = clock.at(timeS);
            var expected = level.at(timeS) + slope * (timeS - endS);
            for (var season : seasons) {
                expected += season.at(localS, periodS);
            }
            var hour = hour(localS);
            lower[i] = Math.clamp(expected - width * down[hour], lowest, highest);
            upper[i] = Math.clamp(expected + width * up[hour], lowest, highest);
        }
        return new double[][] {lower, upper};
    }

    public int periodS() {
        return periodS;
    }

    /// Whether a season of that length was found.
    boolean has(Cycle cycle) {
        return season(cycle) != null;
    }

    private @Nullable Profile season(Cycle cycle) {
        for (var season : seasons) {
            if (season.cycle() == cycle) {
                return season;
            }
        }
        return null;
    }

    /// Compact, and to be read by [#read(byte[])] of any later version.
    public byte[] toBytes() {
        return ModelForm.write(
                new ModelForm.Parts(
                        periodS, zone, fromS, endS, slope, level, seasons, down, up, lowest,
                        highest));
    }

    /// Empty when it was written by a version that this one does not know: train again.
    public static Optional<SeasonalModel> read(byte[] bytes) {
        return ModelForm.read(bytes)
                .map(parts ->
                        new SeasonalModel(
                                parts.periodS(),
                                parts.zone(),
                                parts.fromS(),
                                parts.endS(),
                                parts.slope(),
                                parts.level(),
                                parts.seasons(),
                                parts.down(),
                                parts.up(),
                                parts.lowest(),
                                parts.highest()));
    }
}
