package io.pharos.alarms.live;

import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Histogram;
import io.pharos.metric.StatisticSet;
import io.pharos.metric.Unit;
import io.pharos.stream.Origin;
import io.pharos.stream.Rollup;
import io.pharos.stream.WindowQuery;
import io.pharos.stream.WindowResponse;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /// Kept beyond what the alarms need, so that a window may be a little late.
    private static final int SLACK_S = 180;

    /// Roll-ups that may wait for a fill; more, and the fill is asked for again later instead.
    private static final int MAX_WAITING = 10_000;

    private final SeriesId id;
    private final Set<LiveAlarm> alarms = new LinkedHashSet<>();
    private final Map<Integer, Long> positions = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private Cells minutes = new Cells();
    private Cells seconds = new Cells();
    private boolean filled;
    private boolean filling;
    private boolean isOverrun;
    private int secondsWanted;
    private int minutesWanted;
    private long revision;

    private record Waiting(Rollup rollup, @Nullable Origin origin) {}

    LiveSeries(SeriesId id) {
        this.id = id;
    }

    SeriesId id() {
        return id;
    }

    Set<LiveAlarm> alarms() {
        return alarms;
    }

    /// @return true when the windows are now too short and must be filled again
    boolean add(LiveAlarm alarm) {
        alarms.add(alarm);
        var needed = alarm.rule().range() * alarm.rule().periodS();
        // Long windows end at the last full hour.
        var reach = needed + 3_600;
        var grows = reach > minutesWanted;
        minutesWanted = Math.max(minutesWanted, reach);
        if (alarm.rule().isHighResolution()) {
            grows |= needed > secondsWanted;
            secondsWanted = Math.max(secondsWanted, needed);
        }
        return grows;
    }

    boolean isFilling() {
        return filling;
    }

    boolean isFilled() {
        return filled;
    }

    /// Grows with everything that may change a window.
    long revision() {
        return revision;
    }

    /// What a rule's window is made of. AWS: in data of standard resolution a high-resolution period
    /// sees the whole minute at its start.
    Cells cells(AlarmRule rule) {
        return rule.isHighResolution() && seconds.size() > 0 ? seconds : minutes;
    }

    /// From now on roll-ups wait for the answer to these queries.
    List<WindowQuery> beginFill(Instant now) {
        filling = true;
        isOverrun = false;
        waiting.clear();
        var queries = new ArrayList<WindowQuery>(2);
        var end = now.getEpochSecond() + 3 * 3_600;
        if (minutesWanted > 0) {
            queries.add(id.query(start(now, minutesWanted), end, MINUTE_S));
        }
        if (secondsWanted > 0) {
            queries.add(id.query(start(now, secondsWanted), end, SECOND_S));
        }
        return queries;
    }

    private static long start(Instant now, int wantedS) {
        return Math.floorDiv(now.getEpochSecond() - wantedS - SLACK_S, MINUTE_S) * MINUTE_S;
    }

    /// What was known stays, and so does what waited.
    void fillFailed() {
        filling = false;
        if (filled) {
            waiting.forEach(one -> merge(one.rollup()));
        }
        waiting.clear();
    }

    /// Replaces everything by the answer, then takes what waited and is not in it.
    ///
    /// @param rollups those of this series
    /// @return false when too much had to wait: the fill has to be done again
    boolean completeFill(List<Rollup> rollups, WindowResponse answer) {
        filling = false;
        if (isOverrun) {
            waiting.clear();
            return false;
        }
        minutes = new Cells();
        seconds = new Cells();
        positions.clear();
        for (var position : answer.getPositionsList()) {
            positions.put(position.getPartition(), position.getNextOffset());
        }
        rollups.forEach(this::merge);
        for (var one : waiting) {
            if (!isInFill(one.origin())) {
                merge(one.rollup());
            }
        }
        waiting.clear();
        filled = true;
        revision++;
        return true;
    }

    private boolean isInFill(@Nullable Origin origin) {
        return origin != null && origin.offset() < positions.getOrDefault(origin.partition(), 0L);
    }

    /// @param origin where in metric-data the roll-up comes from
    void accept(Rollup rollup, @Nullable Origin origin) {
        if (filling) {
            if (waiting.size() < MAX_WAITING) {
                waiting.add(new Waiting(rollup, origin));
            } else {
                isOverrun = true;
            }
        }
        if (filled && !filling && !isInFill(origin)) {
            merge(rollup);
        }
    }

    private void merge(Rollup rollup) {
        var unit = Unit.named(rollup.getUnit());
        if (unit == null) {
            return; // of a later version; no alarm can name it
        }
        var cells = rollup.getResolutionS() == SECOND_S ? seconds : minutes;
        cells.add(rollup.getPeriodStartS(), unit, aggregate(rollup));
        revision++;
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

    /// Forgets what no alarm looks at any more.
    void trim(Instant now) {
        minutes.forgetBefore(start(now, minutesWanted));
        seconds.forgetBefore(start(now, secondsWanted));
    }
}
