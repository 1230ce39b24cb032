package io.pharos.metrics.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.metrics.anomaly.TrainingRules.Range;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.function.LongToDoubleFunction;

class SeasonalModelTest {
    private static final int DAY = 86_400;
    private static final int WEEK = 7 * DAY;
    private static final int FIVE_MINUTES = 300;

    /// A Thursday.
    private static final long END = Instant.parse("2026-01-22T00:00:00Z").getEpochSecond();

    private final Random random = new Random(7);

    private static History history(int days, int periodS, LongToDoubleFunction metric) {
        return between(END - (long) days * DAY, END, periodS, metric);
    }

    private static History between(long fromS, long toS, int periodS, LongToDoubleFunction metric) {
        var times = new long[(int) ((toS - fromS) / periodS)];
        var values = new double[times.length];
        for (var i = 0; i < times.length; i++) {
            times[i] = fromS + (long) i * periodS;
            values[i] = metric.applyAsDouble(times[i]);
        }
        return new History(periodS, times, values);
    }

    private double noise(double deviation) {
        return deviation * random.nextGaussian();
    }

    private static double wave(long timeS, int cycleS) {
        return Math.sin(2 * Math.PI * timeS / cycleS);
    }

    private static SeasonalModel fit(History history) {
        return SeasonalModel.fit(history, TrainingRules.DEFAULT).orElseThrow();
    }

    /// The share of a metric's points that are in the band.
    private static double inside(
            SeasonalModel model, long fromS, long toS, double width, LongToDoubleFunction metric) {
        var next = between(fromS, toS, model.periodS(), metric);
        var band = model.band(next.timesS(), width);
        var inside = 0;
        for (var i = 0; i < next.size(); i++) {
            inside += next.values()[i] >= band[0][i] && next.values()[i] <= band[1][i] ? 1 : 0;
        }
        return (double) inside / next.size();
    }

    private static double width(SeasonalModel model, long atS) {
        var band = model.band(new long[] {atS}, 2);
        return band[1][0] - band[0][0];
    }

    private static double middle(SeasonalModel model, long atS) {
        var band = model.band(new long[] {atS}, 2);
        return (band[0][0] + band[1][0]) / 2;
    }

    private void coversNextDay(String what, int periodS, LongToDoubleFunction metric) {
        var model = fit(history(14, periodS, metric));
        var end = END + 2 * DAY;
        assertThat(inside(model, END, end, 2, metric)).as(what).isBetween(0.88, 0.99);
        assertThat(inside(model, END, end, 4, metric)).as(what).isGreaterThan(0.985);
    }

    @Test
    void holdsAboutNineteenOfTwentyNormalValuesOfTheNextDay() {
        coversNextDay("flat", FIVE_MINUTES, _ -> 100 + noise(5));
        coversNextDay("minutes", 60, t -> 100 + 30 * wave(t, DAY) + noise(5));
        coversNextDay("hours", 3_600, t -> 100 + 30 * wave(t, DAY) + noise(5));
        coversNextDay("day", FIVE_MINUTES, t -> 100 + 30 * wave(t, DAY) + noise(3));
        coversNextDay("trend", FIVE_MINUTES, t -> 1e-4 * (t - END) + 30 * wave(t, DAY) + noise(3));
        coversNextDay("hour", FIVE_MINUTES, t -> (t % 3_600 < 600 ? 80 : 20) + noise(2));
    }

    @Test
    void bothModesOfAMetricAreExpected() {
        LongToDoubleFunction modes = _ -> (random.nextDouble() < 0.6 ? 10 : 50) + noise(1);
        var model = fit(history(14, FIVE_MINUTES, modes));
        assertThat(inside(model, END, END + 2 * DAY, 2, modes)).isGreaterThan(0.97);
        assertThat(inside(model, END, END + DAY, 2, _ -> 100)).isZero();
    }

    private static double week(long timeS) {
        var isWeekend =
                Math.floorMod(timeS, WEEK) / DAY == 2 || Math.floorMod(timeS, WEEK) / DAY == 3;
        return isWeekend ? 40 + 5 * wave(timeS, DAY) : 100 + 30 * wave(timeS, DAY);
    }

    @Test
    void knowsTheWeekend() {
        var model = fit(history(14, FIVE_MINUTES, t -> week(t) + noise(3)));
        assertThat(model.has(Cycle.WEEK)).isTrue();
        var friday = END + DAY;
        var saturday = END + 2 * DAY - 3_600;
        assertThat(inside(model, friday, saturday, 2, t -> week(t) + noise(3))).isGreaterThan(0.85);
        // Its last day of learning is a Wednesday, two days ahead is as far as it tells.
        var onFriday = Instant.parse("2026-01-24T00:00:00Z").getEpochSecond();
        var later =
                SeasonalModel.fit(
                                between(
                                        onFriday - 14L * DAY,
                                        onFriday,
                                        300,
                                        t -> week(t) + noise(3)),
                                TrainingRules.DEFAULT)
                        .orElseThrow();
        assertThat(inside(later, onFriday, onFriday + 2 * DAY, 2, t -> week(t) + noise(3)))
                .isGreaterThan(0.85);
        assertThat(
                        inside(
                                later,
                                onFriday,
                                onFriday + 2 * DAY,
                                3,
                                t -> week(t + 4 * DAY) + noise(3)))
                .as("as on a weekday")
                .isLessThan(0.1);
    }

    @Test
    void seasonsThatAreNoneAreNotFound() {
        var model = fit(history(14, FIVE_MINUTES, _ -> 100 + noise(5)));
        assertThat(model.has(Cycle.WEEK)).isFalse();
        assertThat(model.has(Cycle.DAY)).isFalse();
        assertThat(model.has(Cycle.HOUR)).isFalse();
    }

    @Test
    void aFewWildValuesAreNotLearnt() {
        LongToDoubleFunction calm = t -> 100 + 30 * wave(t, DAY) + noise(3);
        var clean = fit(history(14, FIVE_MINUTES, calm));
        var wild =
                fit(
                        history(
                                14,
                                FIVE_MINUTES,
                                t -> random.nextDouble() < 0.03 ? 5_000 : calm.applyAsDouble(t)));
        var outage =
                fit(
                        history(
                                14,
                                FIVE_MINUTES,
                                t ->
                                        t > END - DAY && t < END - DAY + 8 * 3_600
                                                ? 0
                                                : calm.applyAsDouble(t)));
        for (var at = END; at < END + DAY; at += 3_600) {
            assertThat(middle(wild, at)).isCloseTo(middle(clean, at), within());
            assertThat(width(wild, at)).isLessThan(1.4 * width(clean, at));
            assertThat(width(outage, at)).isLessThan(1.6 * width(clean, at));
        }
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.api.Assertions.within(4.0);
    }

    @Test
    void followsAShiftOfTheLevelWithinADay() {
        var shifted = fit(history(14, FIVE_MINUTES, t -> (t > END - DAY ? 200 : 100) + noise(3)));
        assertThat(inside(shifted, END, END + DAY, 2, _ -> 200 + noise(3))).isGreaterThan(0.85);
        assertThat(inside(shifted, END, END + DAY, 3, _ -> 100 + noise(3))).isLessThan(0.1);
    }

    @Test
    void aNightlyJobOfAQuarterOfAnHourIsExpected() {
        LongToDoubleFunction job =
                t -> (Math.floorMod(t, DAY) / 900 == 12 ? 90 : 20) + noise(2); // 03:00
        var model = fit(history(14, FIVE_MINUTES, job));
        assertThat(inside(model, END, END + DAY, 3, job)).isGreaterThan(0.97);
        assertThat(middle(model, END + 3 * 3_600 + 300)).isGreaterThan(80);
        assertThat(middle(model, END + 4 * 3_600 + 300)).isLessThan(30);
    }

    @Test
    void hoursOfTheDayStayWhenClocksChange() {
        var berlin = ZoneId.of("Europe/Berlin");
        var change = Instant.parse("2026-03-29T01:00:00Z").getEpochSecond(); // 02:00 becomes 03:00
        LongToDoubleFunction office =
                t -> {
                    var hour = Instant.ofEpochSecond(t).atZone(berlin).getHour();
                    return (hour >= 8 && hour < 18 ? 100 : 20) + noise(2);
                };
        var history = between(change - 14L * DAY, change, FIVE_MINUTES, office);
        var local =
                SeasonalModel.fit(history, new TrainingRules(List.of(), berlin, false))
                        .orElseThrow();
        var utc = SeasonalModel.fit(history, TrainingRules.DEFAULT).orElseThrow();
        assertThat(inside(local, change, change + DAY, 3, office)).isGreaterThan(0.97);
        assertThat(inside(utc, change, change + DAY, 3, office)).isLessThan(0.95);
    }

    @Test
    void excludedRangesAreNotLearnt() {
        LongToDoubleFunction broken = t -> (t >= END - 2 * DAY ? 900 : 100) + noise(3);
        var range = new Range(END - 2 * DAY, END);
        var rules = new TrainingRules(List.of(range), ZoneId.of("UTC"), false);
        var model = SeasonalModel.fit(history(14, FIVE_MINUTES, broken), rules).orElseThrow();
        assertThat(middle(model, END - 3_600)).isCloseTo(100, within());
        assertThat(middle(fit(history(14, FIVE_MINUTES, broken)), END - 3_600))
                .isCloseTo(900, within());
    }

    @Test
    void periodicSpikesAreInsideWhereTheyAreSaidToBe() {
        LongToDoubleFunction spiky =
                t -> 50 + noise(2) + (random.nextDouble() < 0.03 ? 100 + noise(10) : 0);
        var history = history(14, FIVE_MINUTES, spiky);
        var plain = fit(history);
        var tolerant =
                SeasonalModel.fit(history, new TrainingRules(List.of(), ZoneId.of("UTC"), true))
                        .orElseThrow();
        assertThat(inside(plain, END, END + DAY, 3, _ -> 150)).isZero();
        assertThat(inside(tolerant, END, END + DAY, 2, _ -> 140)).isEqualTo(1);
        assertThat(inside(tolerant, END, END + DAY, 3, _ -> 20)).isZero();
    }

    @Test
    void doesNotGoWhereTheMetricNeverWas() {
        var positive = fit(history(14, FIVE_MINUTES, _ -> Math.max(0, 2 + noise(3))));
        var negative = fit(history(14, FIVE_MINUTES, _ -> Math.min(0, -2 + noise(3))));
        var both = fit(history(14, FIVE_MINUTES, _ -> 2 + noise(3)));
        var at = new long[] {END};
        assertThat(positive.band(at, 3)[0][0]).isZero();
        assertThat(negative.band(at, 3)[1][0]).isZero();
        assertThat(both.band(at, 3)[0][0]).isNegative();
    }

    @Test
    void theEdgesAreOrderedAndGrowWithTheWidth() {
        for (var seed = 0; seed < 40; seed++) {
            random.setSeed(seed);
            var scale = Math.pow(10, random.nextInt(-6, 9));
            var days = random.nextInt(1, 15);
            var gaps = random.nextDouble() * 0.5;
            var whole =
                    history(days, 60 * random.nextInt(1, 30), _ -> scale * random.nextGaussian());
            var kept =
                    whole.without(
                            new TrainingRules(
                                    List.of(new Range(END - (long) (gaps * days * DAY), END - 60)),
                                    ZoneId.of("America/New_York"),
                                    seed % 2 == 0));
            var model = fit(kept);
            var times = between(END - DAY, END + DAY, 600, _ -> 0).timesS();
            var narrow = model.band(times, 1);
            var wide = model.band(times, 2.5);
            for (var i = 0; i < times.length && !Double.isNaN(narrow[0][i]); i++) {
                assertThat(wide[0][i]).isLessThanOrEqualTo(narrow[0][i]);
                assertThat(narrow[0][i]).isLessThanOrEqualTo(narrow[1][i]);
                assertThat(narrow[1][i]).isLessThanOrEqualTo(wide[1][i]);
            }
        }
    }

    @Test
    void littleHistoryMakesAWiderBand() {
        var weeks = fit(history(14, FIVE_MINUTES, _ -> 100 + noise(5)));
        var hours = fit(between(END - 6 * 3_600, END, FIVE_MINUTES, _ -> 100 + noise(5)));
        assertThat(width(hours, END)).isGreaterThan(1.5 * width(weeks, END));
    }

    @Test
    void needsThreeHoursAndTwentyPoints() {
        assertThat(SeasonalModel.fit(history(0, 60, _ -> 1), TrainingRules.DEFAULT)).isEmpty();
        var short_ = between(END - SeasonalModel.SHORTEST_S + 60, END, 60, _ -> 1);
        assertThat(SeasonalModel.fit(short_, TrainingRules.DEFAULT)).isEmpty();
        var enough = between(END - SeasonalModel.SHORTEST_S, END, 60, _ -> 1);
        assertThat(SeasonalModel.fit(enough, TrainingRules.DEFAULT)).isPresent();
        var few = between(END - 19 * 3_600, END, 3_600, _ -> 1);
        assertThat(SeasonalModel.fit(few, TrainingRules.DEFAULT)).isEmpty();
    }

    @Test
    void aConstantIsExpectedToStayOne() {
        for (var constant : new double[] {0, 5, -5, 1e12, 1e-12}) {
            var model = fit(history(14, FIVE_MINUTES, _ -> constant));
            assertThat(inside(model, END, END + DAY, 0.1, _ -> constant)).isEqualTo(1);
            assertThat(inside(model, END, END + DAY, 3, _ -> constant * 1.1 + 1e-9)).isZero();
        }
    }

    @Test
    void saysNothingBeforeItsHistoryNorTwoDaysAfter() {
        var model = fit(history(3, FIVE_MINUTES, _ -> 100 + noise(5)));
        var band =
                model.band(
                        new long[] {
                            END - 3 * DAY - 300, END - 3 * DAY, END + 2 * DAY - 300, END + 2 * DAY
                        },
                        2);
        assertThat(band[0][0]).isNaN();
        assertThat(band[0][1]).isFinite();
        assertThat(band[0][2]).isFinite();
        assertThat(band[0][3]).isNaN();
    }

    @Test
    void isKeptInAFewKilobytes() {
        var model = fit(history(14, FIVE_MINUTES, t -> week(t) + noise(3)));
        var bytes = model.toBytes();
        assertThat(bytes).hasSizeLessThan(4_096);
        var times = between(END, END + DAY, 60, _ -> 0).timesS();
        assertThat(SeasonalModel.read(bytes).orElseThrow().band(times, 2))
                .isDeepEqualTo(model.band(times, 2));
        bytes[0] = 99;
        assertThat(SeasonalModel.read(bytes)).as("of a version to come").isEmpty();
    }
}
