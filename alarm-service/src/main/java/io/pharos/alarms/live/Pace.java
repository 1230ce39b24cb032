package io.pharos.alarms.live;

import io.pharos.alarms.alarm.AlarmRule;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/// The alarms whose windows move at the same times, and where their windows end. A window moves twice:
/// soon after its step has ended for alarms that have datapoints in it, and later, when AWS looks, for
/// all of them.
final class Pace {
    private final int stepS;
    private final Duration settle;
    private final Set<LiveAlarm> alarms = new LinkedHashSet<>();
    private long earlyEnd = Long.MIN_VALUE;
    private long sureEnd = Long.MIN_VALUE;

    Pace(int stepS, Duration settle) {
        this.stepS = stepS;
        this.settle = settle;
    }

    int stepS() {
        return stepS;
    }

    Set<LiveAlarm> alarms() {
        return alarms;
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
