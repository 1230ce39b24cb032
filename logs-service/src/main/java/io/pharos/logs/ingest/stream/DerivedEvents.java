package io.pharos.logs.ingest.stream;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.Tenant;

import java.util.Collection;
import java.util.List;

/// Events that an arrival makes in other log groups, on their way: records of `log-events` derived from its
/// own, so exactly once. Groups and streams that are not there are made.
public final class DerivedEvents {
    /// AWS: of a log stream's name.
    private static final int MAX_STREAM = 512;

    private final StreamBatch batch;
    private final StreamRecord cause;
    private final long receivedMs;
    private final String stream;
    private final List<Group> to;
    private final int maxBytes;
    private PackedEvents.Builder events = new PackedEvents.Builder();
    private int bytes;

    /// Where they go.
    public record Group(Tenant tenant, String name) {}

    /// @param stream cut where a name may not be as long
    /// @param maxBytes of a record, as [LogBatchCodec] counts them; no event has more
    public DerivedEvents(
            StreamBatch batch,
            StreamRecord cause,
            long receivedMs,
            String stream,
            Collection<Group> to,
            int maxBytes) {
        this.batch = batch;
        this.cause = cause;
        this.receivedMs = receivedMs;
        this.stream = stream.substring(0, Math.min(stream.length(), MAX_STREAM));
        this.to = List.copyOf(to);
        this.maxBytes = maxBytes;
    }

    /// Times do not fall from one to the next.
    public void add(long timestampMs, byte[] message) {
        var size = message.length + LogBatchCodec.EVENT_OVERHEAD;
        if (bytes + size > maxBytes || events.count() == LogBatchCodec.MAX_EVENTS) {
            send();
        }
        events.add(timestampMs, message, 0, message.length);
        bytes += size;
    }

    /// What is left.
    public void send() {
        if (events.count() == 0) {
            return;
        }
        var packed = events.build();
        for (var group : to) {
            var record =
                    LogBatchCodec.fill(
                                    LogBatch.newBuilder()
                                            .setAccount(group.tenant().account())
                                            .setRegion(group.tenant().region())
                                            .setLogGroup(group.name())
                                            .setLogStream(stream)
                                            .setReceivedMs(receivedMs)
                                            .setCreateMissing(true),
                                    packed)
                            .build();
            batch.derive(
                    cause,
                    Topic.LOG_EVENTS.topicName(),
                    LogBatchCodec.key(record),
                    record.toByteArray());
        }
        events = new PackedEvents.Builder();
        bytes = 0;
    }
}
