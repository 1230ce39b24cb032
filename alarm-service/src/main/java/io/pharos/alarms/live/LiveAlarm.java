package io.pharos.alarms.live;

import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.evaluate.Evaluation;
import io.pharos.alarms.evaluate.Verdict;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// An alarm this process evaluates.
final class LiveAlarm {
    private final KeptAlarm kept;
    private final AlarmRule rule;
    private final Statistic statistic;
    private final @Nullable Unit unit;
    private final LiveSeries series;
    private final Pace pace;
    private final Instant notBefore;
    private long judgedEnd = Long.MIN_VALUE;
    private long judgedRevision = -1;
    private boolean isBeingWritten;
    private boolean isGone;
    private boolean isPrompted;

    // Its place among those of its series and of its pace.
    private @Nullable LiveAlarm before;
    private @Nullable LiveAlarm behind;
    private int place = -1;

    /// @param pace of windows that move as this one's
    /// @param notBefore a state that a client set stays at least until then
    LiveAlarm(KeptAlarm kept, AlarmRule rule, LiveSeries series, Pace pace, Instant notBefore) {
        this.kept = kept;
        this.rule = rule;
        this.statistic = Statistic.parse(Objects.requireNonNull(rule.statistic())).orElseThrow();
        this.unit = rule.unit() == null ? null : Unit.named(rule.unit());
        this.series = series;
        this.pace = pace;
        this.notBefore = notBefore;
    }

    KeptAlarm kept() {
        return kept;
    }

    AlarmRule rule() {
        return rule;
    }

    LiveSeries series() {
        return series;
    }

    Pace pace() {
        return pace;
    }

    /// Whether its statistic can not be told by count, sum and bounds.
    boolean isOnDistribution() {
        return !(statistic instanceof Statistic.Basic);
    }

    /// Cheap when nothing moved since the last time: neither the window nor what is in it.
    Optional<Verdict> judge(Instant now) {
        isPrompted = false;
        if (isGone || isBeingWritten || !series.covers(this) || now.isBefore(notBefore)) {
            return Optional.empty();
        }
        var revision = series.revision(rule);
        var end = pace.sureEnd();
        if (end == judgedEnd && revision == judgedRevision && pace.earlyEnd() <= end) {
            return Optional.empty();
        }
        var cells = series.cells(rule);
        if (pace.earlyEnd() > end
                && cells.hasBetween(pace.earlyEnd() - pace.stepS(), pace.earlyEnd(), unit)) {
            end = pace.earlyEnd();
        }
        if (end == judgedEnd && revision == judgedRevision) {
            return Optional.empty();
        }
        judgedEnd = end;
        judgedRevision = revision;
        var window = cells.window(rule, statistic, unit, end);
        return Evaluation.of(rule, window, kept.alarm().state(), now);
    }

    /// @return false when it waits for its turn already
    boolean prompt() {
        var isNew = !isPrompted;
        isPrompted = true;
        return isNew;
    }

    /// Another takes its place, or none.
    void leave() {
        isGone = true;
    }

    /// A state that a client set stays at least until then.
    Instant notBefore() {
        return notBefore;
    }

    /// While its verdict is written, it is not judged again.
    void beginWrite() {
        isBeingWritten = true;
    }

    /// The verdict could not be written: it is reached again next time.
    void writeFailed() {
        isBeingWritten = false;
        judgedRevision = -1;
    }

    /// The next one of its series.
    @Nullable LiveAlarm behind() {
        return behind;
    }

    /// Becomes the first of its series.
    ///
    /// @param first so far
    void standBefore(@Nullable LiveAlarm first) {
        behind = first;
        if (first != null) {
            first.before = this;
        }
    }

    /// Leaves those of its series.
    ///
    /// @return whether it was among them
    boolean stepOut(@Nullable LiveAlarm first) {
        if (this != first && before == null) {
            return false;
        }
        if (before != null) {
            before.behind = behind;
        }
        if (behind != null) {
            behind.before = before;
        }
        before = null;
        return true;
    }

    /// Where it stands among those of its pace; -1 when it does not.
    int place() {
        return place;
    }

    void stand(int at) {
        place = at;
    }
}
