package io.pharos.logs.livetail;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.cloudwatchlogs.model.LiveTailSessionLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.SessionTimeoutException;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseStream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/// One client's live tail. Seconds are its measure: of each, at most [#MAX_RESULTS] lines are shown. The
/// first half of them goes out as soon as it is there; the other half is a fair sample of the rest of
/// the second, sent at its end. A second without a line ends with an empty update.
///
/// A client that reads too slowly loses the oldest updates. Thread-safe; events come from one thread.
public final class LiveTailSession implements SdkPublisher<StartLiveTailResponseStream> {
    /// AWS: lines of an update, which it sends once a second.
    public static final int MAX_RESULTS = 500;

    /// AWS: updates that wait for a slow client.
    public static final int MAX_WAITING = 10;

    /// AWS: a session ends then.
    public static final Duration MAX_AGE = Duration.ofHours(3);

    static final long SECOND_MS = 1_000;

    /// Lines of a second that are not held back for its sample.
    static final int MAX_PROMPT = MAX_RESULTS / 2;

    /// Characters of an update, so that a frame and what waits stay small; one line may be longer.
    static final int MAX_UPDATE_CHARS = 1 << 20;

    private final LiveTailFilter filter;
    private final RandomGenerator random;
    private final Runnable onEnd;
    private final long startedMs;

    /// Used by the thread that brings events.
    private final Second second;

    private final Deque<StartLiveTailResponseStream> waiting = new ArrayDeque<>();
    private @Nullable Subscriber<? super StartLiveTailResponseStream> client;
    private long demand;
    private boolean started;
    private boolean emitting;
    private boolean over;
    private @Nullable Throwable failure;

    /// @param first what the client gets before anything else
    /// @param onEnd called once, when the client went away or the session timed out
    public LiveTailSession(
            LiveTailFilter filter,
            StartLiveTailResponseStream first,
            long startedMs,
            RandomGenerator random,
            Runnable onEnd) {
        this.filter = filter;
        this.random = random;
        this.startedMs = startedMs;
        this.onEnd = onEnd;
        this.second = new Second(startedMs);
        waiting.add(first);
    }

    public LiveTailFilter filter() {
        return filter;
    }

    public long startedMs() {
        return startedMs;
    }

    private record Line(long number, LiveTailSessionLogEvent event) {
        int chars() {
            return event.message().length();
        }
    }

    /// What of the current second is not sent yet.
    private static final class Second {
        long fromMs;
        int prompt;
        long beyond;
        long number;
        boolean updated;
        boolean lost;
        final List<Line> fresh = new ArrayList<>();
        final List<Line> sample = new ArrayList<>();

        Second(long fromMs) {
            this.fromMs = fromMs;
        }
    }

    /// A line that matches; in the order of arrival.
    public void add(LiveTailSessionLogEvent event) {
        var line = new Line(second.number++, event);
        if (second.prompt < MAX_PROMPT) {
            second.prompt++;
            second.fresh.add(line);
            return;
        }
        second.beyond++;
        if (second.sample.size() < MAX_RESULTS - MAX_PROMPT) {
            second.sample.add(line);
        } else {
            var place = random.nextLong(second.beyond);
            if (place < second.sample.size()) {
                second.sample.set((int) place, line);
            }
        }
    }

    /// Lines were passed over, so the next update is a sample.
    public void skipped() {
        second.lost = true;
    }

    /// Sends what is due. To be called after events were added, and a few times a second anyway.
    public void advance(long nowMs) {
        if (!second.fresh.isEmpty()) {
            update(second.fresh, false);
        }
        if (nowMs - second.fromMs >= SECOND_MS) {
            second.sample.sort(Comparator.comparingLong(Line::number));
            var sampled = second.lost || second.beyond > second.sample.size();
            if (!second.sample.isEmpty() || sampled || !second.updated) {
                update(second.sample, sampled);
            }
            second.fromMs = nowMs;
            second.prompt = 0;
            second.beyond = 0;
            second.updated = false;
            second.lost = false;
        }
        if (nowMs - startedMs >= MAX_AGE.toMillis()) {
            fail(SessionTimeoutException.builder().message("The session has timed out.").build());
        }
        emit();
    }

    private void update(List<Line> lines, boolean sampled) {
        var shown = new ArrayList<LiveTailSessionLogEvent>(lines.size());
        var chars = 0;
        for (var line : lines) {
            chars += line.chars();
            if (shown.isEmpty() || chars <= MAX_UPDATE_CHARS) {
                shown.add(line.event());
            }
        }
        var less = sampled || shown.size() < lines.size();
        lines.clear();
        second.updated = true;
        offer(
                StartLiveTailResponseStream.sessionUpdateBuilder()
                        .sessionMetadata(m -> m.sampled(less))
                        .sessionResults(shown)
                        .build());
    }

    private synchronized void offer(StartLiveTailResponseStream update) {
        if (over) {
            return;
        }
        waiting.add(update);
        if (waiting.size() > MAX_WAITING) {
            var first = waiting.removeFirst();
            if (!started) {
                // How the session began is told whatever happens.
                waiting.removeFirst();
                waiting.addFirst(first);
            }
        }
    }

    /// Ends the session; what still waits is dropped.
    public void fail(Throwable why) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            failure = why;
        }
        onEnd.run();
        emit();
    }

    @Override
    public void subscribe(Subscriber<? super StartLiveTailResponseStream> subscriber) {
        synchronized (this) {
            if (client != null) {
                throw new IllegalStateException("a session has one client");
            }
            client = subscriber;
        }
        subscriber.onSubscribe(
                new Subscription() {
                    @Override
                    public void request(long n) {
                        synchronized (LiveTailSession.this) {
                            demand = Math.max(demand, demand + n);
                        }
                        emit();
                    }

                    @Override
                    public void cancel() {
                        leave();
                    }
                });
    }

    private void leave() {
        synchronized (this) {
            waiting.clear();
            client = null;
            failure = null;
            if (over) {
                return;
            }
            over = true;
        }
        onEnd.run();
    }

    /// One thread at a time calls the client.
    private void emit() {
        synchronized (this) {
            if (emitting) {
                return;
            }
            emitting = true;
        }
        while (true) {
            Subscriber<? super StartLiveTailResponseStream> to;
            StartLiveTailResponseStream next;
            Throwable end;
            synchronized (this) {
                to = client;
                end = failure;
                next = to == null || demand == 0 || end != null ? null : waiting.poll();
                if (to == null || (next == null && end == null)) {
                    emitting = false;
                    return;
                }
                if (next == null) {
                    client = null;
                } else {
                    started = true;
                    demand--;
                }
            }
            if (next == null) {
                to.onError(end);
            } else {
                to.onNext(next);
            }
        }
    }
}
