package io.pharos.alarms.live;

import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Histogram;
import io.pharos.metric.StatisticSet;
import io.pharos.metric.Unit;
import io.pharos.stream.Rollup;
import io.pharos.stream.WindowQuery;
import io.pharos.stream.WindowResponse;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The windows of one series that alarms name. Filled from metrics-service, then fed by what arrives. A
/// fill says up to where in the stream it is true: what arrived before is in it and left out, what arrived
/// after is added. It is good only where it reaches what had arrived before it was asked for: until
/// metrics-service is as far, it is asked again, and what arrives meanwhile waits.
///
/// ```
///   empty ──request──▶ filling (arrivals wait) ──answer that reaches──▶ filled ──▶ fed
///                          ▲    └─ one that does not: again                │
///                          └────────────────── grown ──────────────────────┘
/// ```
final class LiveSeries {
    private static final int MINUTE_S = 60;
    private static final int SECOND_S = 1;

    /// Windows of high resolution move by as much, and their periods are multiples of it.
    private static final int GRAIN_S = 10;

    /// Kept beyond what the alarms need, so that a window may be a little late.
    static final int SLACK_S = 180;

    /// What may wait for a fill; more, and the fill begins anew.
    private static final int MAX_WAITING = 10_000;

    /// How long a partition is waited for that answers do not tell of: it may be one of which metrics-service
    /// has nothing to read.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SeriesId id;
    private final long hash;
    private @Nullable LiveAlarm alarms;
    private Map<Integer, Long> positions = Map.of();
    private @Nullable List<Arrival> waiting;
    private Map<Integer, Long> required = Map.of();
    private Instant since = Instant.MIN;
    private boolean isAsked;
    private Cells minutes = new Cells(MINUTE_S, false);
    private Cells seconds = new Cells(GRAIN_S, false);
    private boolean isOverrun;
    private Extent wanted = Extent.NONE;
    private Extent asked = Extent.NONE;

    /// What the last fill brought; null before the first.
    private @Nullable Extent filled;

    private long minutesRevision;
    private long secondsRevision;
    private long revision;

    /// How much there is, or is to be.
    ///
    /// @param minutes how far periods of a minute reach back, in seconds
    /// @param seconds how far those of a second do
    /// @param isDistributed whether distributions are kept
    private record Extent(int minutes, int seconds, boolean isDistributed) {
        static final Extent NONE = new Extent(0, 0, false);

        static Extent of(LiveAlarm alarm) {
            var needed = alarm.rule().range() * alarm.rule().periodS();
            return new Extent(
                    // Windows that move by the hour end up to an hour ago.
                    alarm.rule().stepS() > MINUTE_S ? needed + alarm.rule().stepS() : needed,
                    alarm.rule().isHighResolution() ? needed : 0,
                    alarm.isOnDistribution());
        }

        boolean covers(Extent other) {
            return minutes >= other.minutes
                    && seconds >= other.seconds
                    && (isDistributed || !other.isDistributed);
        }

        Extent with(Extent other) {
            return new Extent(
                    Math.max(minutes, other.minutes),
                    Math.max(seconds, other.seconds),
                    isDistributed || other.isDistributed);
        }
    }

    LiveSeries(SeriesId id, long hash) {
        this.id = id;
        this.hash = hash;
    }

    SeriesId id() {
        return id;
    }

    /// As in [SeriesId#hash()].
    long hash() {
        return hash;
    }

    /// The first of them; the others are behind it.
    @Nullable LiveAlarm alarms() {
        return alarms;
    }

    /// @return true when the windows are now too short and must be filled again
    boolean add(LiveAlarm alarm) {
        alarm.standBefore(alarms);
        alarms = alarm;
        var needed = Extent.of(alarm);
        if (wanted.covers(needed)) {
            return false;
        }
        wanted = wanted.with(needed);
        return true;
    }

    void remove(LiveAlarm alarm) {
        var next = alarm.behind();
        if (alarm.stepOut(alarms) && alarm == alarms) {
            alarms = next;
        }
    }

    /// Whether an answer is on its way.
    boolean isAsked() {
        return isAsked;
    }

    /// Whether there is enough for an alarm to be judged by.
    boolean covers(LiveAlarm alarm) {
        // Most times nothing else was wanted since.
        return filled != null && (filled == wanted || filled.covers(Extent.of(alarm)));
    }

    /// Another number for everything that may change a rule's window.
    long revision(AlarmRule rule) {
        return isInSeconds(rule) ? secondsRevision : minutesRevision;
    }

    /// What a rule's window is made of. AWS: in data of standard resolution a high-resolution period
    /// sees the whole minute at its start.
    Cells cells(AlarmRule rule) {
        return isInSeconds(rule) ? seconds : minutes;
    }

    private boolean isInSeconds(AlarmRule rule) {
        return rule.isHighResolution() && seconds.size() > 0;
    }

    /// From now on arrivals wait for an answer to these queries.
    ///
    /// @param read up to where the stream was read, by partition
    List<WindowQuery> beginFill(Map<Integer, Long> read, Instant now) {
        if (waiting == null) {
            waiting = new ArrayList<>();
            required = read;
            since = now;
            isOverrun = false;
        }
        isAsked = true;
        asked = wanted;
        var queries = new ArrayList<WindowQuery>(2);
        var end = now.getEpochSecond() + 3 * 3_600;
        if (wanted.minutes() > 0) {
            queries.add(id.query(start(now, wanted.minutes()), end, MINUTE_S));
        }
        if (wanted.seconds() > 0) {
            queries.add(id.query(start(now, wanted.seconds()), end, SECOND_S));
        }
        return queries;
    }

    private static long start(Instant now, int wantedS) {
        return Math.floorDiv(now.getEpochSecond() - wantedS - SLACK_S, MINUTE_S) * MINUTE_S;
    }

    void fillFailed() {
        isAsked = false;
    }

    /// Replaces everything by the answer, then takes what waited and is not in it.
    ///
    /// @param rollups those of this series
    /// @return false when the answer does not reach far enough, or too much had to wait: it is to be asked
    ///     again
    boolean completeFill(List<Rollup> rollups, WindowResponse answer, Instant now) {
        isAsked = false;
        var arrived = waiting;
        if (arrived == null || isOverrun) {
            waiting = null;
            return false;
        }
        var reached = new HashMap<Integer, Long>();
        for (var position : answer.getPositionsList()) {
            reached.put(position.getPartition(), position.getNextOffset());
        }
        if (!reaches(reached, now)) {
            return false;
        }
        waiting = null;
        positions = reached;
        minutes = new Cells(MINUTE_S, asked.isDistributed());
        seconds = new Cells(GRAIN_S, asked.isDistributed());
        rollups.forEach(this::merge);
        for (var one : arrived) {
            if (!isInFill(one)) {
                merge(one);
            }
        }
        filled = asked;
        minutesRevision = ++revision;
        secondsRevision = ++revision;
        return true;
    }

    private boolean reaches(Map<Integer, Long> reached, Instant now) {
        var isPatient = now.isBefore(since.plus(PATIENCE));
        for (var one : required.entrySet()) {
            var next = reached.get(one.getKey());
            if (next == null ? isPatient && one.getValue() > 0 : next < one.getValue()) {
                return false;
            }
        }
        return true;
    }

    private boolean isInFill(Arrival arrival) {
        return arrival.offset() < positions.getOrDefault(arrival.partition(), 0L);
    }

    void accept(Arrival arrival) {
        if (waiting != null) {
            if (waiting.size() < MAX_WAITING) {
                waiting.add(arrival);
            } else {
                isOverrun = true;
            }
        }
        // Until a fill replaces it, what is known goes on.
        if (filled != null && !isInFill(arrival)) {
            merge(arrival);
        }
    }

    private void merge(Arrival arrival) {
        minutes.add(arrival.atS(), arrival.unit(), arrival.aggregate());
        minutesRevision = ++revision;
        if (arrival.isHighResolution() && wanted.seconds() > 0) {
            seconds.add(arrival.atS(), arrival.unit(), arrival.aggregate());
            secondsRevision = ++revision;
        }
    }

    private void merge(Rollup rollup) {
        var unit = Unit.named(rollup.getUnit());
        if (unit == null) {
            return; // of a later version; no alarm can name it
        }
        var cells = rollup.getResolutionS() == SECOND_S ? seconds : minutes;
        cells.add(rollup.getPeriodStartS(), unit, aggregate(rollup));
    }

    private static Aggregate aggregate(Rollup rollup) {
        var from = rollup.getStatisticSet();
        var set =
                new StatisticSet(
                        from.getSampleCount(), from.getSum(), from.getMinimum(), from.getMaximum());
        if (!rollup.hasHistogram()) {
            var aggregate = new Aggregate();
            aggregate.addSet(set);
            return aggregate;
        }
        var histogram = rollup.getHistogram();
        return Aggregate.of(
                set,
                Histogram.of(
                        histogram.getBinsList().stream().mapToInt(Integer::intValue).toArray(),
                        histogram.getWeightsList().stream()
                                .mapToDouble(Double::doubleValue)
                                .toArray(),
                        histogram.getZeroWeight()));
    }

    /// Whether it lies in a rule's windows that end by then.
    boolean isBefore(long endS, AlarmRule rule, Arrival arrival) {
        if (isInSeconds(rule)) {
            return arrival.isHighResolution() && arrival.atS() < endS;
        }
        return Math.floorDiv(arrival.atS(), MINUTE_S) * MINUTE_S < endS;
    }

    /// Forgets what no alarm looks at any more.
    void trim(Instant now) {
        minutes.forgetBefore(start(now, wanted.minutes()));
        seconds.forgetBefore(start(now, wanted.seconds()));
    }
}
