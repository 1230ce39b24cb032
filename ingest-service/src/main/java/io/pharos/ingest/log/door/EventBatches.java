package io.pharos.ingest.log.door;

import io.pharos.ingest.log.door.DoorEvents.DoorEvent;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.AwsError;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Events as batches that PutLogEvents would take: by time, within its limits of size, number and span.
/// Pure.
public final class EventBatches {
    private EventBatches() {}

    /// @throws AwsError for an event that is too large for any batch: then none is taken
    public static List<PackedEvents> of(DoorEvents sent) {
        var ordered = new ArrayList<>(sent.events());
        ordered.sort(Comparator.comparingLong(DoorEvent::timestampMs));
        var batches = new ArrayList<PackedEvents>();
        var batch = new PackedEvents.Builder();
        var bytes = 0L;
        var first = 0L;
        for (var event : ordered) {
            var utf8 = event.message().getBytes(StandardCharsets.UTF_8);
            var size = utf8.length + (long) LogBatchCodec.EVENT_OVERHEAD;
            if (size > LogBatchCodec.MAX_BATCH_BYTES) {
                throw AwsError.validation(
                        "Log event too large: "
                                + size
                                + " bytes exceeds limit of "
                                + LogBatchCodec.MAX_BATCH_BYTES);
            }
            var full =
                    bytes + size > LogBatchCodec.MAX_BATCH_BYTES
                            || batch.count() == LogBatchCodec.MAX_EVENTS
                            || event.timestampMs() - first > LogBatchCodec.MAX_SPAN_MS;
            if (batch.count() > 0 && full) {
                batches.add(batch.build());
                batch = new PackedEvents.Builder();
                bytes = 0;
            }
            if (batch.count() == 0) {
                first = event.timestampMs();
            }
            batch.add(event.timestampMs(), utf8, 0, utf8.length);
            bytes += size;
        }
        if (batch.count() > 0) {
            batches.add(batch.build());
        }
        return batches;
    }
}
