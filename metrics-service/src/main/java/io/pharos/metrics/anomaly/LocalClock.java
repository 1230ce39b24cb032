package io.pharos.metrics.anomaly;

import java.time.Instant;
import java.time.ZoneId;

/// What clocks on the wall show, as seconds: an hour of the day is the same number modulo a day all year
/// round. Asks the rules of the zone once a quarter of an hour of time.
final class LocalClock {
    private static final int QUARTER_S = 900;

    private final ZoneId zone;
    private long known = Long.MIN_VALUE;
    private int offsetS;

    LocalClock(ZoneId zone) {
        this.zone = zone;
    }

    /// Zones change their offset at quarters of an hour at the finest.
    long at(long timeS) {
        var quarter = Math.floorDiv(timeS, QUARTER_S);
        if (quarter != known) {
            known = quarter;
            offsetS = zone.getRules().getOffset(Instant.ofEpochSecond(timeS)).getTotalSeconds();
        }
        return timeS + offsetS;
    }

    long[] at(long[] timesS) {
        var local = new long[timesS.length];
        for (var i = 0; i < local.length; i++) {
            local[i] = at(timesS[i]);
        }
        return local;
    }
}
