package io.pharos.alarms.live;

import io.pharos.alarms.alarm.AlarmRule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The alarms whose windows move at the same times, and where their windows end. A window moves twice:
/// soon after its step has ended for alarms that have datapoints in it, and later, when AWS looks, for
/// all of them.
final class Pace {
    private final int stepS;
    private final Duration settle;
    private final List<LiveAlarm> alarms = new ArrayList<>();
    private long earlyEnd = Long.MIN_VALUE;
    private long sureEnd = Long.MIN_VALUE;

    Pace(int stepS, Duration settle) {
        this.stepS = stepS;
        this.settle = settle;
    }

    int stepS() {
        return stepS;
    }

    /// In no order.
    List<LiveAlarm> alarms() {
        return alarms;
    }

    void add(LiveAlarm alarm) {
        alarm.stand(alarms.size());
        alarms.add(alarm);
    }

    void remove(LiveAlarm alarm) {
        var place = alarm.place();
        if (place >= 0) {
            var last = alarms.removeLast();
            if (last != alarm) {
                alarms.set(place, last);
                last.stand(place);
            }
            alarm.stand(-1);
        }
    }

    /// Of windows with datapoints in their last step.
    long earlyEnd() {
        return earlyEnd;
    }

    /// Of the others.
    long sureEnd() {
        return sureEnd;
    }

    /// A clock that goes back a little moves nothing; one that goes back further is followed.
    ///
    /// @return whether an end moved
    boolean move(Instant now) {
        var early = steady(earlyEnd, AlarmRule.windowEnd(now, stepS, settle));
        var sure = steady(sureEnd, AlarmRule.windowEnd(now, stepS, AlarmRule.SETTLE));
        if (early == earlyEnd && sure == sureEnd) {
            return false;
        }
        earlyEnd = early;
        sureEnd = sure;
        return true;
    }

    private long steady(long before, long after) {
        return after < before && before - after <= stepS ? before : after;
    }
}
