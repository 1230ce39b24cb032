package io.pharos.benchmarks;

import io.pharos.metrics.anomaly.History;
import io.pharos.metrics.anomaly.SeasonalModel;
import io.pharos.metrics.anomaly.TrainingRules;

import java.time.Instant;
import java.util.Arrays;
import java.util.Random;

/// How much of what is wrong does a band find, and how much of what it finds is wrong? Series whose
/// anomalies are known, made from fixed seeds: two weeks to learn from and one to judge, points five
/// minutes apart, trained every six hours on the two weeks before. Beside it, the mean of the same two
/// weeks plus or minus as many standard deviations. Then what a training and a band cost.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.AnomalyBands
/// [seeds, 10] [width, 3]`; takes half a minute.
///
/// The last results are in `docs/performance.md`.
public final class AnomalyBands {
    private static final int DAY_S = 86_400;
    private static final int PERIOD_S = 300;
    private static final int LEARN = 14 * DAY_S / PERIOD_S;
    private static final int JUDGE = 7 * DAY_S / PERIOD_S;
    private static final int TRAIN_EVERY = 6 * 3_600 / PERIOD_S;

    /// A Monday.
    private static final long START_S = Instant.parse("2026-01-05T00:00:00Z").getEpochSecond();

    private static final int EVENTS_A_WEEK = 12;

    private AnomalyBands() {}

    private enum Kind {
        FLAT("flat, normal noise"),
        TREND("trend and day"),
        WEEK("day and week"),
        NIGHTLY("nightly job of 15 min"),
        BIMODAL("two modes, at random"),
        SKEWED("day, log-normal noise"),
        COUNTS("day, Poisson counts"),
        SHIFT("day, level shift on day 17");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        double value(long timeS, Random random) {
            var day = Math.sin(2 * Math.PI * timeS / DAY_S);
            var days = (timeS - START_S) / DAY_S;
            return switch (this) {
                case FLAT -> 100 + 5 * random.nextGaussian();
                case TREND -> 50 + 3 * days + 20 * day + 3 * random.nextGaussian();
                case WEEK ->
                        (days % 7 >= 5 ? 40 + 5 * day : 100 + 35 * day) + 4 * random.nextGaussian();
                case NIGHTLY ->
                        (timeS % DAY_S / 900 == 9 ? 160 : 40 + 10 * day)
                                + 2 * random.nextGaussian();
                case BIMODAL ->
                        (random.nextDouble() < 0.65 ? 20 : 60) + 1.5 * random.nextGaussian();
                case SKEWED -> (30 + 15 * day) * Math.exp(0.3 * random.nextGaussian());
                case COUNTS -> poisson(6 + 5 * day, random);
                case SHIFT -> (days < 17 ? 100 : 160) + 20 * day + 4 * random.nextGaussian();
            };
        }

        /// How far an anomaly is off, at least: what one would see in a graph.
        double off() {
            return switch (this) {
                case FLAT -> 30;
                case TREND -> 20;
                case WEEK -> 30;
                case NIGHTLY -> 20;
                case BIMODAL -> 70;
                case SKEWED -> 80;
                case COUNTS -> 25;
                case SHIFT -> 30;
            };
        }
    }

    private static double poisson(double mean, Random random) {
        var limit = Math.exp(-mean);
        var count = 0;
        for (var product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }

    private record Labelled(History history, boolean[] wrong) {}

    /// Anomalies of 5 to 60 minutes in what is judged, two in what is learnt from.
    private static Labelled series(Kind kind, long seed) {
        var random = new Random(seed);
        var times = new long[LEARN + JUDGE];
        var values = new double[times.length];
        var wrong = new boolean[times.length];
        for (var i = 0; i < times.length; i++) {
            times[i] = START_S + (long) i * PERIOD_S;
            values[i] = kind.value(times[i], random);
        }
        for (var event = 0; event < EVENTS_A_WEEK + 2; event++) {
            var from =
                    event < EVENTS_A_WEEK
                            ? LEARN + random.nextInt(JUDGE - 12)
                            : random.nextInt(LEARN - 12);
            var length = 1 + random.nextInt(12);
            var off = kind.off() * (1 + random.nextDouble());
            var down = kind != Kind.SKEWED && kind != Kind.COUNTS && random.nextBoolean();
            for (var i = from; i < from + length; i++) {
                values[i] += wrong[i] ? 0 : down ? -off : off;
                wrong[i] = true;
            }
        }
        return new Labelled(new History(PERIOD_S, times, values), wrong);
    }

    /// Points found and right, found and not right, not found and wrong.
    private record Score(int hits, int falseAlarms, int misses) {
        static final Score NONE = new Score(0, 0, 0);

        Score plus(boolean found, boolean wrong) {
            return new Score(
                    hits + (found && wrong ? 1 : 0),
                    falseAlarms + (found && !wrong ? 1 : 0),
                    misses + (!found && wrong ? 1 : 0));
        }

        String told(int judged) {
            var found = hits + falseAlarms;
            return "%5.2f | %5.2f | %5.2f %%"
                    .formatted(
                            found == 0 ? 1 : (double) hits / found,
                            (double) hits / Math.max(1, hits + misses),
                            100.0 * falseAlarms / judged);
        }
    }

    /// See the class.
    public static void main(String[] args) {
        var seeds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        var width = args.length > 1 ? Double.parseDouble(args[1]) : 3;
        System.out.printf("width %.1f, %d series of each kind%n%n", width, seeds);
        System.out.println(
                "| series | precision | recall | false of all | mean ± kσ: precision | recall |"
                        + " false of all |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (var kind : Kind.values()) {
            var band = Score.NONE;
            var plain = Score.NONE;
            for (var seed = 0; seed < seeds; seed++) {
                var series = series(kind, seed);
                for (var from = LEARN; from < LEARN + JUDGE; from += TRAIN_EVERY) {
                    var learnt = part(series.history(), from - LEARN, from);
                    var next = part(series.history(), from, from + TRAIN_EVERY);
                    var edges =
                            SeasonalModel.fit(learnt, TrainingRules.DEFAULT)
                                    .orElseThrow()
                                    .band(next.timesS(), width);
                    var mean = Arrays.stream(learnt.values()).average().orElseThrow();
                    var deviation = deviation(learnt.values(), mean);
                    for (var i = 0; i < next.size(); i++) {
                        var value = next.values()[i];
                        var wrong = series.wrong()[from + i];
                        band = band.plus(value < edges[0][i] || value > edges[1][i], wrong);
                        plain = plain.plus(Math.abs(value - mean) > width * deviation, wrong);
                    }
                }
            }
            System.out.printf(
                    "| %s | %s | %s |%n",
                    kind.title, band.told(seeds * JUDGE), plain.told(seeds * JUDGE));
        }
        cost();
    }

    private static History part(History of, int from, int to) {
        return new History(
                PERIOD_S,
                Arrays.copyOfRange(of.timesS(), from, to),
                Arrays.copyOfRange(of.values(), from, to));
    }

    private static double deviation(double[] values, double mean) {
        var squares = 0.0;
        for (var value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / values.length);
    }

    private static void cost() {
        System.out.println();
        for (var periodS : new int[] {60, 300, 3_600}) {
            var random = new Random(1);
            var times = new long[14 * DAY_S / periodS];
            var values = new double[times.length];
            for (var i = 0; i < times.length; i++) {
                times[i] = START_S + (long) i * periodS;
                values[i] = Kind.WEEK.value(times[i], random);
            }
            var history = new History(periodS, times, values);
            var ahead = new long[DAY_S / periodS];
            for (var i = 0; i < ahead.length; i++) {
                ahead[i] = times[times.length - 1] + (long) (i + 1) * periodS;
            }
            var model = SeasonalModel.fit(history, TrainingRules.DEFAULT).orElseThrow();
            var bytes = model.toBytes();
            var fit = micros(() -> SeasonalModel.fit(history, TrainingRules.DEFAULT));
            var read = micros(() -> SeasonalModel.read(bytes));
            var band = micros(() -> model.band(ahead, 2));
            System.out.printf(
                    "period %d s, %d points: training %.1f ms, model %d bytes, read %.0f µs,"
                            + " band of a day (%d points) %.0f µs%n",
                    periodS, times.length, fit / 1_000, bytes.length, read, ahead.length, band);
        }
    }

    /// Of the median of rounds that are warm.
    private static double micros(Runnable work) {
        var rounds = new double[201];
        for (var i = 0; i < rounds.length; i++) {
            var from = System.nanoTime();
            work.run();
            rounds[i] = (System.nanoTime() - from) / 1_000.0;
        }
        var warm = Arrays.copyOfRange(rounds, rounds.length / 2, rounds.length);
        Arrays.sort(warm);
        return warm[warm.length / 2];
    }
}
