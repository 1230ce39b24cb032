package io.pharos.logs.entity;

import io.pharos.stream.LogEntity;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// What a flush changes of the entities of streams: nothing, as a rule. Records that come with none cost
/// a look at what the flush knows of their stream anyway, records with an entity the digest of it.
public final class EntityChanges {
    private final Map<Long, Stream> streams = new HashMap<>();
    private final List<EntitySpan> ended = new ArrayList<>();
    private final List<EntitySpan> added = new ArrayList<>();
    private final Map<Named, byte[]> entities =
            new TreeMap<>(Comparator.comparingLong(Named::groupId).thenComparing(Named::entity));

    /// An entity of a group.
    public record Named(long groupId, UUID entity) {}

    /// The entity of a stream after the flush.
    ///
    /// @param mark null: none
    public record Latest(long streamId, @Nullable EntityMark mark) {}

    private static final class Stream {
        private @Nullable EntitySpan open;
        private boolean isStored;
        private boolean isChanged;

        Stream(@Nullable EntitySpan open) {
            this.open = open;
            this.isStored = open != null;
        }
    }

    /// A record of a stream, in the order of the records.
    ///
    /// @param latest what is stored of the stream; null: no entity
    /// @param sent null: it came with none
    public void arrive(
            long groupId,
            long streamId,
            @Nullable EntityMark latest,
            long batch,
            long receivedMs,
            @Nullable LogEntity sent) {
        if (sent == null && latest == null && !streams.containsKey(streamId)) {
            return;
        }
        var stream = streams.computeIfAbsent(streamId, id -> new Stream(open(groupId, id, latest)));
        var entity = sent == null ? null : Entity.of(sent);
        var open = stream.open;
        if (open != null) {
            if (entity != null && open.entity().equals(entity.id()) && open.isOfPartition(batch)) {
                return;
            }
            (stream.isStored ? ended : added).add(open.endedBy(batch, receivedMs));
            stream.open = null;
            stream.isStored = false;
            stream.isChanged = true;
        }
        if (entity != null) {
            entities.put(new Named(groupId, entity.id()), entity.document());
            stream.open =
                    new EntitySpan(groupId, streamId, entity.id(), batch, null, receivedMs, null);
            stream.isChanged = true;
        }
    }

    private static @Nullable EntitySpan open(
            long groupId, long streamId, @Nullable EntityMark latest) {
        return latest == null
                ? null
                : new EntitySpan(
                        groupId, streamId, latest.entity(), latest.firstBatch(), null, 0, null);
    }

    public boolean isEmpty() {
        return streams.values().stream().noneMatch(stream -> stream.isChanged);
    }

    /// Stored spans that end; when they began is not known here.
    public List<EntitySpan> ended() {
        return ended;
    }

    /// New spans.
    public List<EntitySpan> added() {
        var all = new ArrayList<>(added);
        for (var stream : streams.values()) {
            if (stream.open != null && !stream.isStored) {
                all.add(stream.open);
            }
        }
        return all;
    }

    /// The streams that have another entity now, or another span of it.
    public Collection<Latest> latest() {
        var all = new ArrayList<Latest>();
        streams.forEach((id, stream) -> {
            if (stream.isChanged) {
                var open = stream.open;
                var mark = open == null ? null : new EntityMark(open.entity(), open.firstBatch());
                all.add(new Latest(id, mark));
            }
        });
        return all;
    }

    /// The entities of new spans, in one order for all flushes.
    public Map<Named, byte[]> entities() {
        return entities;
    }
}
