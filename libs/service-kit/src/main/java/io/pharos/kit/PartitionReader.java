package io.pharos.kit;

import io.pharos.stream.Origin;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// What a consumer holds of one assigned partition, between polls. Used by its thread only.
final class PartitionReader {
    final TopicPartition partition;

    /// What the stored position is thought to be; empty when none is stored.
    private OptionalLong stored = OptionalLong.empty();

    private OptionalLong plannedEnd = OptionalLong.empty();
    private final Map<String, Origin> origins = new HashMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> buffer = new ArrayList<>();
    private boolean ready;
    private long retryAtNanos = System.nanoTime();

    PartitionReader(TopicPartition partition) {
        this.partition = partition;
    }

    void startAt(StreamPositions.Known known) {
        stored = known.next();
        plannedEnd = known.plannedEnd();
        origins.clear();
        origins.putAll(known.origins());
        buffer.clear();
        ready = true;
    }

    /// The stored position is to be read again before anything is taken.
    void forget() {
        buffer.clear();
        ready = false;
        retryAtNanos = System.nanoTime();
    }

    void retryAt(long nanos) {
        retryAtNanos = nanos;
    }

    boolean isReady() {
        return ready;
    }

    boolean isDueForLoading(long nowNanos) {
        return !ready && nowNanos - retryAtNanos >= 0;
    }

    OptionalLong stored() {
        return stored;
    }

    Map<String, Origin> origins() {
        return origins;
    }

    void dropPlan() {
        plannedEnd = OptionalLong.empty();
    }

    boolean isPlanned(long end) {
        return plannedEnd.isPresent() && plannedEnd.getAsLong() == end;
    }

    void advance(long next, Map<String, Origin> newOrigins) {
        stored = OptionalLong.of(next);
        if (plannedEnd.isPresent() && plannedEnd.getAsLong() <= next) {
            plannedEnd = OptionalLong.empty();
        }
        origins.putAll(newOrigins);
    }

    void add(List<ConsumerRecord<byte[], byte[]>> polled) {
        if (ready) {
            buffer.addAll(polled);
        }
    }

    boolean isEmpty() {
        return buffer.isEmpty();
    }

    /// The next batch; empty when there is none, or when a begun one is not complete yet.
    ///
    /// @param readTo every record below this offset has been polled
    List<ConsumerRecord<byte[], byte[]>> take(long readTo) {
        var count = buffer.size();
        if (plannedEnd.isPresent()) {
            var end = plannedEnd.getAsLong();
            if (readTo < end) {
                return List.of();
            }
            count = (int) buffer.stream().takeWhile(r -> r.offset() < end).count();
            if (count == 0) {
                // What was planned is gone: nothing was there but a retention gap.
                dropPlan();
                return take(readTo);
            }
        }
        var head = buffer.subList(0, count);
        var batch = List.copyOf(head);
        head.clear();
        return batch;
    }
}
