package io.pharos.logs.insights.plan;

import io.pharos.logs.block.BlockCodec;
import io.pharos.logs.block.BlockMerge;
import io.pharos.logs.block.EventTable;
import io.pharos.logs.block.PackedBatch;
import io.pharos.logs.event.EventId;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Events of one group in blocks, without a database.
public final class Events {
    private final String log;
    private final long groupId;
    private final List<PackedBatch> batches = new ArrayList<>();
    private final Map<Long, String> streams = new HashMap<>();

    public Events(String log, long groupId) {
        this.log = log;
        this.groupId = groupId;
    }

    public Events add(String stream, long timestampMs, String message) {
        var id =
                streams.entrySet().stream()
                        .filter(known -> known.getValue().equals(stream))
                        .map(Map.Entry::getKey)
                        .findAny()
                        .orElse(streams.size() + 1L);
        streams.put(id, stream);
        var events = new PackedEvents.Builder().add(timestampMs, message).build();
        var batch = LogBatchCodec.fill(LogBatch.newBuilder(), events).build();
        batches.add(
                new PackedBatch(
                        id,
                        timestampMs + 1500,
                        EventId.batch((int) groupId, batches.size()),
                        timestampMs,
                        timestampMs,
                        1,
                        batch.getRawBytes(),
                        batch.getEvents().toByteArray()));
        return this;
    }

    /// @param size batches in a block
    public List<EventBlock> blocks(int size, boolean merged) {
        var blocks = new ArrayList<EventBlock>();
        for (var from = 0; from < batches.size(); from += size) {
            var part = batches.subList(from, Math.min(batches.size(), from + size));
            for (var block : BlockMerge.flush(part)) {
                var payload =
                        merged
                                ? BlockMerge.merge(
                                                List.of(block.payload()),
                                                block.day(),
                                                1,
                                                (_, _) -> true,
                                                0)
                                        .getFirst()
                                        .payload()
                                : block.payload();
                blocks.add(block(BlockCodec.open(payload)));
            }
        }
        return blocks;
    }

    private EventBlock block(EventTable table) {
        return new EventBlock(table, groupId, log, streams);
    }
}
