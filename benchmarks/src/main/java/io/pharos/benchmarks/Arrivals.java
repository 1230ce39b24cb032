package io.pharos.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/// When what was sent at a steady rate was due, and when it arrived.
final class Arrivals {
    private static final int SENDERS = 8;
    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(60);

    private final long[] due;
    private final AtomicLongArray at;
    private final CountDownLatch left;

    Arrivals(int count) {
        due = new long[count];
        at = new AtomicLongArray(count);
        left = new CountDownLatch(count);
    }

    @FunctionalInterface
    interface Send {
        void number(int i);
    }

    /// Each when it is due, as far as the senders keep up; late ones count as late.
    void paced(int rate, Send send) {
        var start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
        for (var i = 0; i < due.length; i++) {
            due[i] = start + i * 1_000_000_000L / rate;
        }
        try (var pool = Executors.newFixedThreadPool(SENDERS)) {
            for (var first = 0; first < SENDERS; first++) {
                var from = first;
                var _ =
                        pool.submit(() -> {
                            for (var i = from; i < due.length; i += SENDERS) {
                                for (long wait; (wait = due[i] - System.nanoTime()) > 0; ) {
                                    LockSupport.parkNanos(wait);
                                }
                                send.number(i);
                            }
                        });
            }
        }
    }

    /// The first arrival counts; a repeat of an at-least-once delivery does not.
    void at(int number) {
        if (at.compareAndSet(number, 0, System.nanoTime())) {
            left.countDown();
        }
    }

    long missing() {
        return left.getCount();
    }

    /// Waits for the last one; every one must have arrived.
    void report(String name, int rate) {
        try {
            if (!left.await(ARRIVAL_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + ": " + missing() + " did not arrive");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        var millis = new double[due.length];
        for (var i = 0; i < due.length; i++) {
            millis[i] = (at.get(i) - due[i]) / 1e6;
        }
        Arrays.sort(millis);
        System.out.printf(
                "%s: %,d at %d/s, all arrived: p50 %.1f, p90 %.1f, p99 %.1f, worst %.1f ms%n",
                name,
                millis.length,
                rate,
                millis[millis.length / 2],
                millis[millis.length * 9 / 10],
                millis[millis.length * 99 / 100],
                millis[millis.length - 1]);
    }
}
