package io.pharos.alarms.live.schedule;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AlarmQueries;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.alarms.ledger.pg.AlarmFeed;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.Evaluators;
import io.pharos.alarms.live.AlarmBook;
import io.pharos.alarms.live.WindowSource;
import io.pharos.alarms.query.QueryEvaluator;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/// Evaluates this process's share of the alarms, tick by tick. A tick reads what changed, asks for
/// windows and judges; asking and writing run on `executor`, so that a slow answer delays no alarm
/// but its own.
public final class AlarmEvaluator {
    private static final Logger LOG = Logger.getLogger(AlarmEvaluator.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final Duration TRIM = Duration.ofMinutes(1);
    private static final Duration PURGE = Duration.ofMinutes(10);

    private final AlarmBook book;
    private final QueryEvaluator queries;
    private final AlarmLedger ledger;
    private final AlarmFeed feed;
    private final Evaluators evaluators;
    private final WindowSource windows;
    private final Duration retention;
    private final Executor executor;
    private final Runnable written;
    private Instant ticked = Instant.MIN;
    private Instant beaten = Instant.MIN;
    private Instant trimmed = Instant.MIN;
    private Instant purged = Instant.MIN;
    private boolean isStale = true;

    /// @param retention how long history is kept
    /// @param written is run after each change of a state: there may be actions to do
    public AlarmEvaluator(
            AlarmBook book,
            QueryEvaluator queries,
            AlarmLedger ledger,
            AlarmFeed feed,
            Evaluators evaluators,
            WindowSource windows,
            Duration retention,
            Executor executor,
            Runnable written) {
        this.book = book;
        this.queries = queries;
        this.ledger = ledger;
        this.feed = feed;
        this.evaluators = evaluators;
        this.windows = windows;
        this.retention = retention;
        this.executor = executor;
        this.written = written;
    }

    /// Several times a second, always by the same thread: judges each time, and ticks once a second.
    public void turn(Instant now) {
        if (isDue(ticked, TICK, now)) {
            ticked = now;
            tick(now);
        } else {
            judge(now.truncatedTo(ChronoUnit.MILLIS));
        }
    }

    /// Also when the clock went back behind the last time.
    private static boolean isDue(Instant last, Duration every, Instant now) {
        return now.isBefore(last) || !now.isBefore(last.plus(every));
    }

    /// Reads what changed and judges. A failure leaves the rest to the next tick.
    public void tick(Instant instant) {
        var now = instant.truncatedTo(ChronoUnit.MILLIS);
        if (isDue(beaten, BEAT, now)) {
            isStale |= evaluators.beat(now);
            beaten = now;
        }
        if (isStale) {
            load(now);
            isStale = false;
        }
        for (var change : feed.poll()) {
            if (change.alarm().filter(KeptAlarm::isOnMetrics).isPresent()
                    && evaluators.owns(change.key())) {
                put(change.alarm().get(), now);
            } else {
                book.remove(change.key());
                queries.book().remove(change.key());
            }
        }
        judge(now);
        queries.tick(now);
        keepHouse(now);
    }

    private void judge(Instant now) {
        for (var fill : book.fills(now)) {
            executor.execute(() -> fill(fill, now));
        }
        book.due(now, judgement -> executor.execute(() -> write(judgement, now)));
    }

    /// What looks at one series is judged in memory, all else is asked of metrics-service.
    private void put(KeptAlarm kept, Instant now) {
        var metric = kept.metric();
        if (metric.hasMetrics() && AlarmQueries.of(metric).onlyMetric().isEmpty()) {
            book.remove(kept.key());
            queries.book().put(kept, now);
        } else {
            queries.book().remove(kept.key());
            book.put(kept, now);
        }
    }

    private void load(Instant now) {
        Set<AlarmKey> owned = new HashSet<>();
        feed.loadAll(page -> {
            for (var kept : page) {
                if (kept.isOnMetrics() && evaluators.owns(kept.key())) {
                    owned.add(kept.key());
                    put(kept, now);
                }
            }
        });
        book.retain(owned);
        queries.book().retain(owned);
        LOG.infof("alarms loaded: count=%d", owned.size());
    }

    private void fill(AlarmBook.Fill fill, Instant now) {
        try {
            book.filled(fill, windows.windows(fill.request()), now);
        } catch (RuntimeException failure) {
            LOG.warnf(
                    "windows are not filled, asked again soon: series=%d cause=%s",
                    fill.request().getQueriesCount(), failure.toString());
            book.fillFailed(fill, now);
        }
    }

    private void write(AlarmBook.Judgement judgement, Instant now) {
        try {
            var change = ledger.change(judgement.alarm(), judgement.verdict(), now);
            if (change.isPresent()) {
                book.written(change.get(), now);
                written.run();
            } else {
                // Somebody changed it meanwhile; the feed brings what it is now.
                book.writeFailed(judgement, now);
            }
        } catch (RuntimeException failure) {
            LOG.warnf(
                    "state is not written, evaluated again: alarm=%s cause=%s",
                    judgement.alarm().key().arn(), failure.toString());
            book.writeFailed(judgement, now);
        }
    }

    private void keepHouse(Instant now) {
        if (isDue(trimmed, TRIM, now)) {
            book.trim(now);
            trimmed = now;
        }
        if (isDue(purged, PURGE, now)) {
            purged = now;
            executor.execute(() -> {
                ledger.purgeHistory(now.minus(retention));
                feed.purge(now);
                evaluators.purge(now);
            });
        }
    }
}
