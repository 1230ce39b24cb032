package io.pharos.logs.insights.eval;

import io.pharos.logs.block.EventTable;
import io.pharos.logs.entity.StreamEntities;

import java.util.Map;

/// Events of one group, and what they are called.
///
/// @param events with the messages that are shown
/// @param fields the same events with the texts in which fields are discovered
/// @param unmasked [#events] with nothing masked
/// @param unmaskedFields [#fields] with nothing masked
/// @param groupId see [io.pharos.logs.group.LogGroup#id()]
/// @param log what `@log` shows: account and group, `123456789012:/app`
/// @param streams names by id; events of streams that are not in it are gone
/// @param entities what the events came with, where it is wanted
public record EventBlock(
        EventTable events,
        EventTable fields,
        EventTable unmasked,
        EventTable unmaskedFields,
        long groupId,
        String log,
        Map<Long, String> streams,
        StreamEntities entities) {
    /// Events that are shown as they came, with no entities.
    public EventBlock(EventTable events, long groupId, String log, Map<Long, String> streams) {
        this(events, groupId, log, streams, StreamEntities.NONE);
    }

    /// Events that are shown as they came.
    public EventBlock(
            EventTable events,
            long groupId,
            String log,
            Map<Long, String> streams,
            StreamEntities entities) {
        this(events, events, events, events, groupId, log, streams, entities);
    }

    /// Whether fields are discovered in the messages themselves.
    public boolean isPlain() {
        return fields == events;
    }
}
