package io.pharos.alarms.live;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.evaluate.Verdict;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.stream.Origin;
import io.pharos.stream.Rollup;
import io.pharos.stream.WindowRequest;
import io.pharos.stream.WindowResponse;
import io.pharos.stream.metric.MetricCursor;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The alarms this process evaluates and the windows of their series. Holds no connection and no
/// thread: the evaluator tells it the time, the follower brings datums, and it says what to ask
/// metrics-service and which alarms change. Safe for several threads; every call is short.
public final class AlarmBook {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// About as long as metrics-service takes to store what came.
    private static final Duration AGAIN_AFTER = Duration.ofMillis(300);

    /// Series in one request to metrics-service.
    private static final int FILL_PAGE = 500;

    /// Alarms judged before others get a word in.
    private static final int TURNS = 2_000;

    private final Duration interval;
    private final Map<AlarmKey, LiveAlarm> alarms = new HashMap<>();
    private final SeriesTable series = new SeriesTable();
    private final Map<Integer, Pace> paces = new TreeMap<>();
    private final List<LiveAlarm> prompt = new ArrayList<>();
    private final ArrayDeque<LiveAlarm> turns = new ArrayDeque<>();
    private final PriorityQueue<Later> later =
            new PriorityQueue<>(Comparator.comparing(Later::due));
    private final PriorityQueue<FillWish> wishes = new PriorityQueue<>();
    private final Map<String, Origin> seen = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();
    private final Duration settle;
    private Instant trimmed = Instant.MIN;

    private record Later(Instant due, LiveAlarm alarm) {}

    private record FillWish(Instant due, LiveSeries series) implements Comparable<FillWish> {
        @Override
        public int compareTo(FillWish other) {
            return due.compareTo(other.due);
        }
    }

    /// Windows to ask for, and the series they are for.
    public static final class Fill {
        private final WindowRequest request;
        private final Set<LiveSeries> wanted;

        private Fill(WindowRequest request, Set<LiveSeries> wanted) {
            this.request = request;
            this.wanted = wanted;
        }

        public WindowRequest request() {
            return request;
        }
    }

    /// An alarm that changes.
    public static final class Judgement {
        private final LiveAlarm alarm;
        private final Verdict verdict;

        private Judgement(LiveAlarm alarm, Verdict verdict) {
            this.alarm = alarm;
            this.verdict = verdict;
        }

        public KeptAlarm alarm() {
            return alarm.kept();
        }

        public Verdict verdict() {
            return verdict;
        }
    }

    /// @param interval how long a state that a client set stays at least
    /// @param settle how long after its end a window is judged that has datapoints in its last step
    public AlarmBook(Duration interval, Duration settle) {
        this.interval = interval;
        this.settle = settle;
    }

    /// Takes an alarm as it is now; an older version than the known one is left out. A new alarm or
    /// configuration is looked at as soon as its windows are there; a state that a client set stays
    /// for one interval.
    public synchronized void put(KeptAlarm kept, Instant now) {
        var known = alarms.get(kept.key());
        if (known != null && known.kept().version() >= kept.version()) {
            return;
        }
        if (known != null) {
            detach(known);
        }
        var id = SeriesId.of(kept.key().tenant(), kept.metric());
        var one = seriesOf(id);
        var notBefore = notBefore(known, kept, now);
        var alarm = live(kept, one, notBefore);
        if (one.add(alarm)) {
            wish(one, now);
        }
        if (now.isBefore(notBefore)) {
            later.add(new Later(notBefore, alarm));
        } else {
            prompt(alarm);
        }
        if (known != null) {
            forgetUnused(known.series());
        }
    }

    private LiveAlarm live(KeptAlarm kept, LiveSeries one, Instant notBefore) {
        var rule = AlarmRule.of(kept.metric());
        var pace = paces.computeIfAbsent(rule.stepS(), stepS -> new Pace(stepS, settle));
        var alarm = new LiveAlarm(kept, rule, one, pace, notBefore);
        alarms.put(kept.key(), alarm);
        pace.add(alarm);
        return alarm;
    }

    private void prompt(LiveAlarm alarm) {
        if (alarm.prompt()) {
            prompt.add(alarm);
        }
    }

    /// An alarm that is seen for the first time may have been set since it was made.
    private Instant notBefore(@Nullable LiveAlarm known, KeptAlarm kept, Instant now) {
        var alarm = kept.alarm();
        var most = now.plus(interval);
        if (known != null) {
            var isSet = known.kept().alarm().configured().equals(alarm.configured());
            return isSet ? most : Instant.MIN;
        }
        if (!alarm.stateUpdated().isAfter(alarm.configured())) {
            return Instant.MIN;
        }
        var until = alarm.stateUpdated().plus(interval);
        return until.isBefore(most) ? until : most;
    }

    private LiveSeries seriesOf(SeriesId id) {
        var hash = id.hash();
        var known = find(hash, id::equals);
        if (known != null) {
            return known;
        }
        var created = new LiveSeries(id, hash);
        series.add(created);
        return created;
    }

    public synchronized void remove(AlarmKey key) {
        var known = alarms.remove(key);
        if (known != null) {
            detach(known);
            forgetUnused(known.series());
        }
    }

    private void detach(LiveAlarm alarm) {
        alarm.leave();
        alarm.pace().remove(alarm);
        alarm.series().remove(alarm);
    }

    private void forgetUnused(LiveSeries one) {
        if (one.alarms() == null) {
            series.remove(one);
        }
    }

    /// Leaves only alarms that this process still owns.
    public synchronized void retain(Collection<AlarmKey> owned) {
        for (var key : List.copyOf(alarms.keySet())) {
            if (!owned.contains(key)) {
                remove(key);
            }
        }
    }

    public synchronized int size() {
        return alarms.size();
    }

    private void wish(LiveSeries one, Instant due) {
        wishes.add(new FillWish(due, one));
    }

    /// The windows to ask metrics-service for now. Each is answered by [#filled] or [#fillFailed].
    public synchronized List<Fill> fills(Instant now) {
        var byTenant = new HashMap<Tenant, Set<LiveSeries>>();
        while (!wishes.isEmpty() && !wishes.peek().due().isAfter(now)) {
            var one = wishes.remove().series();
            if (one.isAsked()) {
                wish(one, now.plus(RETRY_AFTER));
            } else if (one.alarms() != null) {
                byTenant.computeIfAbsent(one.id().tenant(), _ -> identitySet()).add(one);
            }
        }
        var fills = new ArrayList<Fill>();
        byTenant.forEach((tenant, wanted) -> split(tenant, wanted, now, fills));
        return fills;
    }

    private static Set<LiveSeries> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private void split(Tenant tenant, Set<LiveSeries> wanted, Instant now, List<Fill> fills) {
        var positions = Map.copyOf(read);
        var page = identitySet();
        var request = request(tenant);
        for (var one : wanted) {
            request.addAllQueries(one.beginFill(positions, now));
            page.add(one);
            if (page.size() == FILL_PAGE) {
                fills.add(new Fill(request.build(), page));
                page = identitySet();
                request = request(tenant);
            }
        }
        if (!page.isEmpty()) {
            fills.add(new Fill(request.build(), page));
        }
    }

    private static WindowRequest.Builder request(Tenant tenant) {
        return WindowRequest.newBuilder().setAccount(tenant.account()).setRegion(tenant.region());
    }

    public synchronized void filled(Fill fill, WindowResponse answer, Instant now) {
        var bySeries = new IdentityHashMap<LiveSeries, List<Rollup>>();
        fill.wanted.forEach(one -> bySeries.put(one, new ArrayList<>()));
        var tenant = new Tenant(fill.request.getAccount(), fill.request.getRegion());
        for (var rollup : answer.getRollupsList()) {
            var one = find(rollup.getSeriesHash(), id -> id.isOf(tenant, rollup));
            var own = one == null ? null : bySeries.get(one);
            if (own != null) {
                own.add(rollup);
            }
        }
        bySeries.forEach((one, rollups) -> {
            if (!one.completeFill(rollups, answer, now)) {
                wish(one, now.plus(AGAIN_AFTER));
            }
            for (var alarm = one.alarms(); alarm != null; alarm = alarm.behind()) {
                prompt(alarm);
            }
        });
    }

    public synchronized void fillFailed(Fill fill, Instant now) {
        fill.wanted.forEach(one -> {
            one.fillFailed();
            wish(one, now.plus(RETRY_AFTER));
        });
    }

    /// From where on the stream is read now. Every series is filled again, for something before may have been
    /// missed.
    ///
    /// @param positions by partition of `metric-data`
    public synchronized void follow(Map<Integer, Long> positions, Instant now) {
        read.putAll(positions);
        refillAll(now);
    }

    private void refillAll(Instant now) {
        series.forEach(one -> wish(one, now));
    }

    /// Takes a record of `metric-data`, in the order of its partition. One that comes again, or repeats an origin, is left out,
    /// as metrics-service does.
    ///
    /// @param origin of a record that was derived
    /// @throws InvalidProtocolBufferException when it is no such record
    /// @throws IllegalArgumentException when it is broken
    public synchronized void accept(
            int partition, long offset, @Nullable Origin origin, byte[] record)
            throws InvalidProtocolBufferException {
        if (offset < read.getOrDefault(partition, 0L)) {
            return;
        }
        read.put(partition, offset + 1);
        if (origin != null) {
            var source = partition + "|" + origin.source();
            var last = seen.get(source);
            if (last != null && last.compareTo(origin) >= 0) {
                return;
            }
            seen.put(source, origin);
        }
        for (var datum = MetricCursor.of(record); datum.next(); ) {
            var one = find(datum);
            if (one != null) {
                var arrival = Arrival.of(partition, offset, datum);
                one.accept(arrival);
                promptIfLate(one, arrival);
            }
        }
    }

    /// What changes a window that was judged already, is not left until the alarm's turn.
    private void promptIfLate(LiveSeries one, Arrival arrival) {
        for (var alarm = one.alarms(); alarm != null; alarm = alarm.behind()) {
            if (one.isBefore(alarm.pace().earlyEnd(), alarm.rule(), arrival)) {
                prompt(alarm);
            }
        }
    }

    private @Nullable LiveSeries find(MetricCursor datum) {
        var hash = datum.seriesHash();
        // Nothing is made for what nobody follows.
        return series.first(hash) < 0 ? null : find(hash, id -> id.isOf(datum));
    }

    private @Nullable LiveSeries find(long hash, Predicate<SeriesId> isIt) {
        for (var at = series.first(hash); at >= 0; at = series.next(at, hash)) {
            var one = series.at(at);
            if (isIt.test(one.id())) {
                return one;
            }
        }
        return null;
    }

    /// Judges the alarms whose windows have moved by `now`, and those that can not wait; datums may
    /// come in between. Each judgement is ended by [#written] or [#writeFailed].
    public List<Judgement> due(Instant now) {
        var judgements = new ArrayList<Judgement>();
        due(now, judgements::add);
        return judgements;
    }

    /// The same, each told as soon as it is reached: the ones that move most often first, so that they
    /// do not wait for a hundred thousand others at a full minute.
    public void due(Instant now, Consumer<Judgement> told) {
        beginTurns(now);
        for (var hasMore = true; hasMore; ) {
            var judgements = new ArrayList<Judgement>();
            hasMore = takeTurns(now, judgements);
            judgements.forEach(told);
        }
    }

    private synchronized void beginTurns(Instant now) {
        while (!later.isEmpty() && !later.peek().due().isAfter(now)) {
            prompt(later.remove().alarm());
        }
        turns.addAll(prompt);
        prompt.clear();
        for (var pace : paces.values()) {
            if (pace.move(now)) {
                turns.addAll(pace.alarms());
            }
        }
    }

    /// @return whether there are more
    private synchronized boolean takeTurns(Instant now, List<Judgement> judgements) {
        for (var i = 0; i < TURNS && !turns.isEmpty(); i++) {
            var alarm = turns.remove();
            alarm.judge(now)
                    .ifPresent(verdict -> {
                        alarm.beginWrite();
                        judgements.add(new Judgement(alarm, verdict));
                    });
        }
        return !turns.isEmpty();
    }

    /// The alarm as the judgement left it, as it is kept now.
    public synchronized void written(KeptAlarm kept, Instant now) {
        var known = alarms.get(kept.key());
        if (known == null || known.kept().version() >= kept.version()) {
            return;
        }
        detach(known);
        var alarm = live(kept, known.series(), Instant.MIN);
        known.series().add(alarm);
        // Its window may have moved meanwhile.
        prompt(alarm);
    }

    /// The verdict could not be written: it is reached again soon.
    public synchronized void writeFailed(Judgement judgement, Instant now) {
        judgement.alarm.writeFailed();
        later.add(new Later(now.plus(RETRY_AFTER), judgement.alarm));
    }

    /// Forgets what no window needs any more.
    public synchronized void trim(Instant now) {
        if (now.plusSeconds(LiveSeries.SLACK_S).isBefore(trimmed)) {
            // The clock went back to where windows are forgotten already.
            refillAll(now);
        }
        trimmed = now;
        series.forEach(one -> one.trim(now));
    }
}
