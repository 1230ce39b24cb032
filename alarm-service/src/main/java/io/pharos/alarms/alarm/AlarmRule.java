package io.pharos.alarms.alarm;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.time.Duration;
import java.time.Instant;

/// What an evaluation needs of an alarm on metrics: AWS's evaluation parameters with their
/// defaults filled in.
///
/// @param periodS 10, 20, 30 or a multiple of 60
/// @param datapointsToAlarm as set, null when left out (reasons then take their short form)
/// @param threshold 0 for a comparison against a band
/// @param statistic as AWS names it: `Average`, `p90`; null for an expression
/// @param lowSampleFloor datapoints with fewer samples make the alarm keep its state; 0 = all count
/// @param unit only datapoints of this unit exist for the alarm; null = of any unit
public record AlarmRule(
        int periodS,
        int evaluationPeriods,
        @Nullable Integer datapointsToAlarm,
        Comparison comparison,
        double threshold,
        MissingData missingData,
        @Nullable String statistic,
        double lowSampleFloor,
        @Nullable String unit) {

    private static final int DAY_S = 86_400;
    private static final int HOUR_S = 3_600;

    /// A window without newest datapoints is looked at this long after its end: they may still be on
    /// their way. Observed at AWS for alarms on one metric; expressions are computed up to now.
    public static final Duration SETTLE = Duration.ofSeconds(10);

    public AlarmRule {
        if (periodS <= 0 || evaluationPeriods <= 0 || Double.isNaN(threshold)) {
            throw new IllegalArgumentException("not an alarm's rule");
        }
        if (datapointsToAlarm != null
                && (datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods)) {
            throw new IllegalArgumentException("datapointsToAlarm " + datapointsToAlarm);
        }
    }

    /// @param alarm a checked alarm on a metric or a list of queries
    public static AlarmRule of(MetricAlarm alarm) {
        return alarm.hasMetrics() ? ofQueries(alarm) : ofMetric(alarm);
    }

    private static AlarmRule ofMetric(MetricAlarm alarm) {
        var statistic =
                alarm.statisticAsString() == null
                        ? alarm.extendedStatistic()
                        : alarm.statisticAsString();
        var ignoresLowSamples = "ignore".equals(alarm.evaluateLowSampleCountPercentile());
        return of(
                alarm,
                alarm.period(),
                MissingData.of(alarm.treatMissingData(), alarm.namespace()),
                statistic,
                ignoresLowSamples ? lowSampleFloor(statistic) : 0,
                alarm.unitAsString());
    }

    private static AlarmRule ofQueries(MetricAlarm alarm) {
        var queries = AlarmQueries.of(alarm);
        var stat = queries.onlyMetric().orElse(null);
        return of(
                alarm,
                queries.periodS(),
                MissingData.of(alarm.treatMissingData(), queries.namespaces()),
                stat == null ? null : stat.stat(),
                0,
                stat == null ? null : stat.unitAsString());
    }

    private static AlarmRule of(
            MetricAlarm alarm,
            int periodS,
            MissingData missingData,
            @Nullable String statistic,
            double lowSampleFloor,
            @Nullable String unit) {
        return new AlarmRule(
                periodS,
                alarm.evaluationPeriods(),
                alarm.datapointsToAlarm(),
                Comparison.of(alarm.comparisonOperatorAsString()),
                alarm.threshold() == null ? 0 : alarm.threshold(),
                missingData,
                statistic,
                lowSampleFloor,
                unit);
    }

    /// AWS: below 10/(1-p) samples for p in [0.5, 1), below 10/p for p in (0, 0.5), there is not
    /// enough data for a percentile to mean something.
    private static double lowSampleFloor(String statistic) {
        if (!isPercentile(statistic)) {
            return 0;
        }
        var percent = Double.parseDouble(statistic.substring(1));
        if (percent <= 0 || percent >= 100) {
            return 0;
        }
        return 1000 / (percent >= 50 ? 100 - percent : percent);
    }

    public static boolean isPercentile(String statistic) {
        return statistic.length() > 1
                && statistic.charAt(0) == 'p'
                && Character.isDigit(statistic.charAt(1));
    }

    /// M of "M out of N".
    public int breachesToAlarm() {
        return datapointsToAlarm == null ? evaluationPeriods : datapointsToAlarm;
    }

    /// How many good datapoints rule out ALARM: N - M + 1.
    public int goodToBeOk() {
        return evaluationPeriods - breachesToAlarm() + 1;
    }

    public boolean isHighResolution() {
        return periodS < 60;
    }

    /// How many periods are looked at: more than N, so that a late datapoint does not make a hole.
    /// AWS: N + 2 periods of a minute or more; N periods and a minute for high resolution.
    public int range() {
        return isHighResolution() ? evaluationPeriods + 60 / periodS : evaluationPeriods + 2;
    }

    /// Windows slide by the minute, by 10 seconds in high resolution, and by the hour when they are
    /// longer than a day; they are not aligned to the period.
    public int stepS() {
        return isHighResolution() ? 10 : isLong() ? HOUR_S : 60;
    }

    /// Where the newest period ends when AWS looks, in seconds since the epoch.
    public long windowEnd(Instant now) {
        return windowEnd(now, stepS(), statistic == null ? Duration.ZERO : SETTLE);
    }

    /// Where the newest period ends, in seconds since the epoch.
    ///
    /// @param settle how long its end must have passed
    public static long windowEnd(Instant now, int stepS, Duration settle) {
        return Math.floorDiv(now.minus(settle).getEpochSecond(), stepS) * stepS;
    }

    private boolean isLong() {
        return (long) periodS * evaluationPeriods > DAY_S;
    }
}
