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
    private final Instant notBefore;
    private long judgedEnd = Long.MIN_VALUE;
    private long judgedRevision = -1;
    private boolean isBeingWritten;
    private boolean isGone;

    /// @param notBefore a state that a client set stays at least until then
    LiveAlarm(KeptAlarm kept, LiveSeries series, Instant notBefore) {
        this.kept = kept;
        this.rule = AlarmRule.of(kept.metric());
        this.statistic = Statistic.parse(Objects.requireNonNull(rule.statistic())).orElseThrow();
        this.unit = rule.unit() == null ? null : Unit.named(rule.unit());
        this.series = series;
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

    /// Cheap when nothing moved since the last time: neither the window nor what is in it.
    ///
    /// @param pace of windows that move as this one's
    Optional<Verdict> judge(Instant now, Pace pace) {
        if (isGone || isBeingWritten || !series.isFilled() || now.isBefore(notBefore)) {
            return Optional.empty();
        }
        var cells = series.cells(rule);
        var end = pace.sureEnd();
        if (pace.earlyEnd() > end
                && cells.hasBetween(pace.earlyEnd() - pace.stepS(), pace.earlyEnd(), unit)) {
            end = pace.earlyEnd();
        }
        if (end == judgedEnd && series.revision() == judgedRevision) {
            return Optional.empty();
        }
        judgedEnd = end;
        judgedRevision = series.revision();
        var window = cells.window(rule, statistic, unit, end);
        return Evaluation.of(rule, window, kept.alarm().state(), now);
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
}
