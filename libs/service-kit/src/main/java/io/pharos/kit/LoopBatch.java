package io.pharos.kit;

import io.pharos.stream.Origin;

import org.apache.kafka.clients.producer.ProducerRecord;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One batch of a [ConsumerLoop]. What is derived is kept until the handler returned: a handler that
/// fails has sent nothing.
final class LoopBatch implements StreamBatch {
    private final String consumer;
    private final List<StreamRecord> records;
    private final Connection connection;
    private final Map<Long, Integer> derivedOf = new HashMap<>();
    private final List<Derived> derived = new ArrayList<>();
    private final List<Runnable> afterCommit = new ArrayList<>();

    private record Derived(Origin origin, ProducerRecord<byte[], byte[]> record) {}

    LoopBatch(String consumer, List<StreamRecord> records, Connection connection) {
        this.consumer = consumer;
        this.records = records;
        this.connection = connection;
    }

    @Override
    public String topic() {
        return records.getFirst().topic();
    }

    @Override
    public int partition() {
        return records.getFirst().partition();
    }

    @Override
    public List<StreamRecord> records() {
        return records;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public void derive(StreamRecord cause, String topic, byte[] key, byte[] value) {
        derive(cause, new ProducerRecord<>(topic, key, value));
    }

    @Override
    public void derive(StreamRecord cause, String topic, int partition, byte[] key, byte[] value) {
        derive(cause, new ProducerRecord<>(topic, partition, key, value));
    }

    private void derive(StreamRecord cause, ProducerRecord<byte[], byte[]> record) {
        var index = derivedOf.merge(cause.offset(), 1, Integer::sum) - 1;
        var origin = new Origin(consumer, cause.topic(), cause.partition(), cause.offset(), index);
        record.headers().add(Origin.HEADER, origin.toHeader());
        derived.add(new Derived(origin, record));
    }

    @Override
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    /// In the order of their causes, whatever the order of the calls.
    List<ProducerRecord<byte[], byte[]>> derived() {
        return derived.stream()
                .sorted(Comparator.comparing(Derived::origin))
                .map(Derived::record)
                .toList();
    }

    List<Runnable> actionsAfterCommit() {
        return afterCommit;
    }
}
