package io.pharos.kit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.util.concurrent.atomic.AtomicLong;

/// What one consumer tells of itself, each meter tagged with its name.
record ConsumerMeters(
        Counter handled,
        Counter repeated,
        Counter poisoned,
        Counter retried,
        Counter undeliverable,
        Timer batch,
        AtomicLong lag) {
    static ConsumerMeters of(MeterRegistry meters, String consumer) {
        var lag = new AtomicLong();
        Gauge.builder("pharos.stream.lag", lag, AtomicLong::get)
                .tag("consumer", consumer)
                .description("Records behind the end of its partitions")
                .register(meters);
        return new ConsumerMeters(
                counter(meters, consumer, "handled", "Records committed"),
                counter(meters, consumer, "repeated", "Derived records that came again; dropped"),
                counter(meters, consumer, "poisoned", "Records moved to the dead-letter topic"),
                counter(meters, consumer, "retried", "Batches that failed for now"),
                counter(meters, consumer, "undeliverable", "Sends to topics that are gone"),
                Timer.builder("pharos.stream.batch")
                        .tag("consumer", consumer)
                        .description("From a batch's transaction to its commit")
                        .register(meters),
                lag);
    }

    private static Counter counter(
            MeterRegistry meters, String consumer, String what, String description) {
        return Counter.builder("pharos.stream." + what)
                .tag("consumer", consumer)
                .description(description)
                .register(meters);
    }
}
