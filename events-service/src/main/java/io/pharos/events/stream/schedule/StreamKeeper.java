package io.pharos.events.stream.schedule;

import io.pharos.events.stream.Stream;
import io.pharos.events.stream.kafka.StreamTopics;
import io.pharos.events.stream.pg.PgStreams;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import software.amazon.awssdk.services.kinesis.model.StreamStatus;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Finishes creations and deletions that a crash interrupted.
@Singleton
public final class StreamKeeper {
    private static final Logger LOG = Logger.getLogger(StreamKeeper.class);
    private static final Duration EVERY = Duration.ofSeconds(10);
    // A call that is still at work is left alone.
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final int BATCH = 100;

    private final PgStreams streams;
    private final StreamTopics topics;
    private final InstantSource clock;
    private final Thread loop = Thread.ofVirtual().name("stream-keeper").unstarted(this::run);

    public StreamKeeper(PgStreams streams, StreamTopics topics, InstantSource clock) {
        this.streams = streams;
        this.topics = topics;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    void stop(@Observes ShutdownEvent stopping) {
        loop.interrupt();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    settle(clock.instant());
                } catch (RuntimeException failure) {
                    LOG.warnf("streams stay unsettled: cause=%s", failure.getMessage());
                }
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return how many streams were settled
    public int settle(Instant now) {
        var unsettled = streams.unsettled(now.minus(GRACE), BATCH);
        unsettled.forEach(this::settle);
        return unsettled.size();
    }

    private void settle(Stream stream) {
        streams.settle(
                stream, stream.status() == StreamStatus.CREATING ? topics::create : topics::delete);
    }
}
