package io.pharos.logs.entity;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The entities of streams of one group, as far as they were looked up. One thread adds streams, any
/// number of others ask.
public final class StreamEntities {
    /// Of streams that have none.
    public static final StreamEntities NONE = new StreamEntities();

    private final Map<Long, Spans> streams = new ConcurrentHashMap<>();

    /// A span and the fields of its entity.
    public record Span(EntitySpan span, Map<String, String> fields) {}

    private record Spans(long[] firsts, List<Span> spans) {}

    /// All spans of a stream, in the order of their first records.
    public void add(long streamId, List<Span> spans) {
        var firsts = spans.stream().mapToLong(one -> one.span().firstBatch()).toArray();
        streams.put(streamId, new Spans(firsts, List.copyOf(spans)));
    }

    /// The fields of the entity that a record came with, by their names in queries; empty: it came with
    /// none.
    ///
    /// @param batch see [io.pharos.logs.event.EventId#batch()]
    public Map<String, String> of(long streamId, long batch) {
        var spans = streams.get(streamId);
        if (spans == null) {
            return Map.of();
        }
        var found = Arrays.binarySearch(spans.firsts(), batch);
        var place = found < 0 ? -found - 2 : found;
        if (place < 0) {
            return Map.of();
        }
        var last = spans.spans().get(place);
        return last.span().has(batch) ? last.fields() : Map.of();
    }
}
