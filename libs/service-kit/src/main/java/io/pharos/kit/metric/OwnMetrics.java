package io.pharos.kit.metric;

import io.pharos.kit.StreamProducer;
import io.pharos.kit.metric.OwnMetricBook.Page;
import io.pharos.kit.metric.OwnMetricBook.Sums;
import io.pharos.stream.Topic;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Metrics that Pharos publishes of itself and of its users' resources. They are added up in memory and
/// appended to `metric-data` six times a minute, never across the end of one; not through the front
/// door, so that they are not calls themselves.
///
/// A value is counted exactly once; what a crash loses are the last ten seconds, and what Kafka did not
/// acknowledge is given up rather than counted twice.
@Singleton
public final class OwnMetrics {
    /// Divides a minute.
    static final Duration EVERY = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(OwnMetrics.class);
    private static final Duration LAST_LIMIT = Duration.ofSeconds(3);

    private final OwnMetricBook book = new OwnMetricBook();
    private final List<Consumer<OwnMetrics>> sources = new CopyOnWriteArrayList<>();
    private final AtomicLong lost = new AtomicLong();
    private final StreamProducer stream;
    private final InstantSource clock;
    private final Thread loop = Thread.ofVirtual().name("own-metrics").unstarted(this::run);

    public OwnMetrics(StreamProducer stream, InstantSource clock) {
        this.stream = stream;
        this.clock = clock;
    }

    public void add(OwnMetric metric, double value) {
        add(metric, Sums.of(value));
    }

    /// As many values at once.
    public void add(OwnMetric metric, double count, double sum, double minimum, double maximum) {
        add(metric, new Sums(count, sum, minimum, maximum));
    }

    private void add(OwnMetric metric, Sums sums) {
        if (!book.add(metric, sums)) {
            lost.incrementAndGet();
        }
    }

    /// Asked each time before what was added is sent.
    void ask(Consumer<OwnMetrics> source) {
        sources.add(source);
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    void stop(@Observes ShutdownEvent stopping) {
        loop.interrupt();
        try {
            CompletableFuture.allOf(flush(clock.instant()).toArray(CompletableFuture[]::new))
                    .get(LAST_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException away) {
            LOG.warnf("the last own metrics are lost: cause=%s", away.toString());
        }
    }

    private void run() {
        while (true) {
            try {
                var every = EVERY.toMillis();
                Thread.sleep(every - clock.millis() % every);
                for (var source : sources) {
                    source.accept(this);
                }
                flush(clock.instant());
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException away) {
                LOG.warnf("own metrics wait: cause=%s", away.toString());
            }
        }
    }

    /// Sends what was added since the last time. What can not be sent at all stays.
    ///
    /// @param now right after the time of what was added
    List<CompletableFuture<?>> flush(Instant now) {
        var tooMany = lost.getAndSet(0);
        if (tooMany > 0) {
            LOG.warnf("too many own metrics, values are lost: count=%d", tooMany);
        }
        var topic = Topic.METRIC_DATA.topicName();
        var sent = new ArrayList<CompletableFuture<?>>();
        // The last moment before, so that what ended with a minute belongs to it.
        var pages = book.take(now.minusMillis(EVERY.toMillis() / 10), stream.partitions(topic));
        for (var page : pages) {
            try {
                sent.add(
                        stream.send(topic, page.partition(), null, page.batch().toByteArray())
                                .whenComplete((_, failure) -> tell(page, failure)));
            } catch (RuntimeException full) {
                page.sums().forEach(book::add);
            }
        }
        return sent;
    }

    private static void tell(Page page, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warnf(
                    "own metrics are lost: namespace=%s count=%d cause=%s",
                    page.batch().getNamespace(), page.sums().size(), failure.toString());
        }
    }
}
