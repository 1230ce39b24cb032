package io.pharos.alarms.live;

import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.metric.Unit;
import io.pharos.stream.Origin;
import io.pharos.stream.Rollup;
import io.pharos.stream.WindowQuery;
import io.pharos.stream.WindowResponse;
import io.pharos.stream.metric.RollupCursor;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The windows of one series that alarms name. Filled from metrics-service, then fed by roll-ups; a
/// roll-up that the fill has already (its origin is below the fill's position) is left out.
///
/// ```
///   empty ──request──▶ filling (roll-ups wait) ──answer──▶ filled ──▶ fed
///                          ▲                                  │
///                          └── confirmed once, or grown ──────┘
/// ```
final class LiveSeries {
    private static final int MINUTE_S = 60;
    private static final int SECOND_S = 1;

    /// Windows of high resolution move by as much, and their periods are multiples of it.
    private static final int GRAIN_S = 10;

    /// Kept beyond what the alarms need, so that a window may be a little late.
    static final int SLACK_S = 180;

    /// Roll-ups that may wait for a fill; more, and the fill is asked for again later instead.
    private static final int MAX_WAITING = 10_000;

    private final SeriesId id;
    private final long hash;
    private @Nullable LiveAlarm alarms;
    private Map<Integer, Long> positions = Map.of();
    private @Nullable List<Waiting> waiting;
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

    private record Waiting(Rollup rollup, @Nullable Origin origin) {}

    /// How much there is, or is to be.
    ///
    /// @param minutes how far roll-ups of a minute reach back, in seconds
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

    /// As in [Rollup#getSeriesHash()].
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

    boolean isFilling() {
        return waiting != null;
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

    /// From now on roll-ups wait for the answer to these queries.
    List<WindowQuery> beginFill(Instant now) {
        waiting = new ArrayList<>();
        isOverrun = false;
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

    /// What was known stays, and so does what waited.
    void fillFailed() {
        if (filled != null && waiting != null) {
            waiting.forEach(one -> merge(RollupCursor.at(one.rollup())));
        }
        waiting = null;
    }

    /// Replaces everything by the answer, then takes what waited and is not in it.
    ///
    /// @param rollups those of this series
    /// @return false when too much had to wait: the fill has to be done again
    boolean completeFill(List<Rollup> rollups, WindowResponse answer) {
        var waited = waiting == null ? List.<Waiting>of() : waiting;
        waiting = null;
        if (isOverrun) {
            return false;
        }
        minutes = new Cells(MINUTE_S, asked.isDistributed());
        seconds = new Cells(GRAIN_S, asked.isDistributed());
        positions = new HashMap<>();
        for (var position : answer.getPositionsList()) {
            positions.put(position.getPartition(), position.getNextOffset());
        }
        rollups.forEach(rollup -> merge(RollupCursor.at(rollup)));
        for (var one : waited) {
            if (!isInFill(one.origin())) {
                merge(RollupCursor.at(one.rollup()));
            }
        }
        filled = asked;
        minutesRevision = ++revision;
        secondsRevision = ++revision;
        return true;
    }

    private boolean isInFill(@Nullable Origin origin) {
        return origin != null && origin.offset() < positions.getOrDefault(origin.partition(), 0L);
    }

    /// Takes the roll-up that the cursor stands at.
    ///
    /// @param origin where in metric-data the roll-up comes from
    void accept(RollupCursor rollup, @Nullable Origin origin) {
        if (waiting != null) {
            if (waiting.size() < MAX_WAITING) {
                waiting.add(new Waiting(rollup.rollup(), origin));
            } else {
                isOverrun = true;
            }
        } else if (filled != null && !isInFill(origin)) {
            merge(rollup);
        }
    }

    private void merge(RollupCursor rollup) {
        var unit = Unit.named(rollup.unit());
        if (unit == null) {
            return; // of a later version; no alarm can name it
        }
        if (rollup.resolutionS() != SECOND_S) {
            minutes.add(rollup, unit);
            minutesRevision = ++revision;
        } else if (wanted.seconds() > 0) {
            seconds.add(rollup, unit);
            secondsRevision = ++revision;
        }
    }

    /// Whether a rule's window may change by the roll-up that the cursor stands at.
    boolean isOf(AlarmRule rule, RollupCursor rollup) {
        return (rollup.resolutionS() == SECOND_S) == isInSeconds(rule);
    }

    /// Forgets what no alarm looks at any more.
    void trim(Instant now) {
        minutes.forgetBefore(start(now, wanted.minutes()));
        seconds.forgetBefore(start(now, wanted.seconds()));
    }
}
