package io.pharos.metrics.metricstream.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.StreamProducer.Appended;
import io.pharos.metrics.metricstream.Destination;
import io.pharos.metrics.metricstream.http.FirehoseSender;
import io.pharos.metrics.metricstream.pg.StreamOutbox.Outcome;
import io.pharos.metrics.metricstream.pg.StreamOutbox.Outgoing;
import io.pharos.metrics.metricstream.pg.StreamOutbox.Sender;
import io.pharos.stream.StreamTopic;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Sends records of metric streams to where they end: a stream of Pharos, or Firehose. What is for a
/// stream that is gone is dropped and counted.
@Singleton
public final class RecordSender implements Sender {
    private static final Logger LOG = Logger.getLogger(RecordSender.class);

    private final StreamProducer producer;
    private final FirehoseSender firehose;
    private final Counter noStream;
    private final Counter failed;

    @Inject
    public RecordSender(StreamProducer producer, FirehoseSender firehose, MeterRegistry meters) {
        this.producer = producer;
        this.firehose = firehose;
        this.noStream = meters.counter("pharos.metrics.stream.no.stream");
        this.failed = meters.counter("pharos.metrics.stream.failed");
    }

    @Override
    public List<Outcome> send(String destination, List<Outgoing> records) {
        var target = Destination.parse(destination);
        if (target == null) {
            throw new IllegalStateException("a destination that was never accepted");
        }
        var outcomes =
                target.isFirehose() ? firehose.send(target, records) : append(target, records);
        failed.increment(outcomes.stream().filter(one -> one == Outcome.FAILED).count());
        return outcomes;
    }

    private List<Outcome> append(Destination target, List<Outgoing> records) {
        var owner = target.owner();
        var topic = StreamTopic.of(owner.account(), owner.region(), target.name());
        int shards;
        try {
            shards = producer.partitions(topic);
        } catch (UnknownTopicOrPartitionException gone) {
            noStream.increment(records.size());
            return Collections.nCopies(records.size(), Outcome.DONE);
        } catch (RuntimeException unreachable) {
            LOG.warnf("stream does not answer: topic=%s cause=%s", topic, unreachable.toString());
            return Collections.nCopies(records.size(), Outcome.FAILED);
        }
        var sent = new ArrayList<CompletableFuture<Appended>>(records.size());
        for (var record : records) {
            var key = Long.toString(record.id());
            try {
                sent.add(
                        producer.send(
                                topic,
                                StreamTopic.partition(key, shards),
                                key.getBytes(StandardCharsets.UTF_8),
                                record.body()));
            } catch (RuntimeException full) {
                sent.add(CompletableFuture.failedFuture(full));
            }
        }
        return sent.stream().map(RecordSender::outcome).toList();
    }

    private static Outcome outcome(CompletableFuture<Appended> sent) {
        try {
            sent.join();
            return Outcome.DONE;
        } catch (CompletionException failure) {
            LOG.warnf("record is sent again later: cause=%s", failure.getCause());
            return Outcome.FAILED;
        }
    }
}
