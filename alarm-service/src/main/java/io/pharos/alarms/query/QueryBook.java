package io.pharos.alarms.query;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.wire.Tenant;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The alarms on queries that this process evaluates, and whose turn it is. Each has its own second of
/// the minute (of ten seconds in high resolution), so that they do not all ask at once. After a pause
/// each has one turn, not one for every minute that passed. Safe for several threads.
public final class QueryBook {
    /// AWS: queries in one GetMetricData call.
    private static final int MAX_QUERIES = 500;

    /// Turns are this long after the window's step has ended and up to a third of a step later.
    private static final int SETTLE_S = 2;

    private static final int SPREAD_SHARE = 3;
    private static final int HIGH_RESOLUTION_SPREAD_S = 6;

    private final Map<AlarmKey, Entry> alarms = new HashMap<>();

    private static final class Entry {
        KeptAlarm kept;
        final AlarmRule rule;
        long nextS;
        boolean isBusy;

        Entry(KeptAlarm kept, AlarmRule rule, long nextS) {
            this.kept = kept;
            this.rule = rule;
            this.nextS = nextS;
        }

        /// A turn further away than the next is one of a clock that went back.
        boolean isDue(long nowS) {
            return nextS <= nowS || nextS > following(nowS);
        }

        long following(long nowS) {
            var step = rule.stepS();
            var spread = rule.isHighResolution() ? HIGH_RESOLUTION_SPREAD_S : step / SPREAD_SHARE;
            var phase = SETTLE_S + Math.floorMod(kept.key().hashCode(), spread);
            return Math.floorDiv(nowS - phase, step) * step + step + phase;
        }
    }

    private record Slot(Tenant tenant, long startS, long endS) {}

    /// Takes an alarm as it is now; an older version than the known one is left out. A new one or a
    /// new configuration has its turn at once, a state that a client set stays until the next turn.
    public synchronized void put(KeptAlarm kept, Instant now) {
        var known = alarms.get(kept.key());
        if (known != null && known.kept.version() >= kept.version()) {
            return;
        }
        var isSet =
                known != null && known.kept.alarm().configured().equals(kept.alarm().configured());
        var entry = new Entry(kept, AlarmRule.of(kept.metric()), now.getEpochSecond());
        if (isSet) {
            entry.nextS = entry.following(now.getEpochSecond());
        }
        alarms.put(kept.key(), entry);
    }

    public synchronized void remove(AlarmKey key) {
        alarms.remove(key);
    }

    /// Leaves only alarms that this process still owns.
    public synchronized void retain(Collection<AlarmKey> owned) {
        alarms.keySet().retainAll(owned);
    }

    public synchronized int size() {
        return alarms.size();
    }

    /// The turns that are due, by what can be asked in one call. Each turn is ended by [#done].
    public synchronized List<List<Turn>> due(Instant now) {
        var together = new LinkedHashMap<Slot, List<Turn>>();
        var batches = new ArrayList<List<Turn>>();
        for (var entry : alarms.values()) {
            if (entry.isBusy || !entry.isDue(now.getEpochSecond())) {
                continue;
            }
            entry.isBusy = true;
            entry.nextS = entry.following(now.getEpochSecond());
            var turn = Turn.of(entry.kept, entry.rule.windowEnd(now));
            if (turn.isAlone()) {
                batches.add(List.of(turn));
            } else {
                var slot = new Slot(entry.kept.key().tenant(), turn.startS(), turn.endS());
                together.computeIfAbsent(slot, _ -> new ArrayList<>()).add(turn);
            }
        }
        together.values().forEach(turns -> split(turns, batches));
        return batches;
    }

    private static void split(List<Turn> turns, List<List<Turn>> batches) {
        var page = new ArrayList<Turn>();
        var size = 0;
        for (var turn : turns) {
            size += turn.queries().queries().size();
            if (size > MAX_QUERIES) {
                batches.add(page);
                page = new ArrayList<>();
                size = turn.queries().queries().size();
            }
            page.add(turn);
        }
        batches.add(page);
    }

    /// @param kept the alarm as the turn left it
    public synchronized void done(Turn turn, KeptAlarm kept) {
        var entry = alarms.get(turn.kept().key());
        if (entry == null) {
            return;
        }
        entry.isBusy = false;
        if (kept.version() > entry.kept.version()) {
            entry.kept = kept;
        }
    }
}
