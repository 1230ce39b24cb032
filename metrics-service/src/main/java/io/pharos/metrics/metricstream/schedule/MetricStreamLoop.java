package io.pharos.metrics.metricstream.schedule;

import io.pharos.kit.Loop;
import io.pharos.metrics.metricstream.pg.MinuteClose;
import io.pharos.metrics.metricstream.pg.StreamMarks;
import io.pharos.metrics.metricstream.pg.StreamOutbox;
import io.pharos.metrics.metricstream.stream.RecordSender;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import java.time.Duration;
import java.time.InstantSource;

/// Each second: looks which metric streams run, closes minutes that are over and sends records.
@Singleton
public final class MetricStreamLoop {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final StreamMarks marks;
    private final MinuteClose minutes;
    private final StreamOutbox outbox;
    private final RecordSender sender;
    private final Duration wait;
    private final Loop loop;

    @Inject
    MetricStreamLoop(
            StreamMarks marks,
            MinuteClose minutes,
            StreamOutbox outbox,
            RecordSender sender,
            InstantSource clock,
            Config config) {
        this(
                marks,
                minutes,
                outbox,
                sender,
                clock,
                Duration.ofMillis(config.getValue("pharos.metrics.stream-wait-ms", Long.class)));
    }

    public MetricStreamLoop(
            StreamMarks marks,
            MinuteClose minutes,
            StreamOutbox outbox,
            RecordSender sender,
            InstantSource clock,
            Duration wait) {
        if (wait.isNegative() || wait.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException(
                    "pharos.metrics.stream-wait-ms must be 0 to " + LONGEST_WAIT.toMillis());
        }
        this.marks = marks;
        this.minutes = minutes;
        this.outbox = outbox;
        this.sender = sender;
        this.wait = wait;
        this.loop = new Loop("metrics-streams", PAUSE, () -> tick(clock.millis()));
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    /// Does what is due at a time.
    public void tick(long nowMs) {
        var running = marks.refresh();
        while (MinuteClose.isFull(minutes.close(running, nowMs, wait)) && !loop.isStopping()) {
            // there is more
        }
        while (StreamOutbox.isFull(outbox.relay(sender, nowMs)) && !loop.isStopping()) {
            // there is more
        }
    }

    void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
        loop.close();
    }
}
