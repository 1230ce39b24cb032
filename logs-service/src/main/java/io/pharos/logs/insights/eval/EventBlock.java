package io.pharos.logs.insights.eval;

import io.pharos.logs.block.EventTable;

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
public record EventBlock(
        EventTable events,
        EventTable fields,
        EventTable unmasked,
        EventTable unmaskedFields,
        long groupId,
        String log,
        Map<Long, String> streams) {
    /// Events that are shown as they came.
    public EventBlock(EventTable events, long groupId, String log, Map<Long, String> streams) {
        this(events, events, events, events, groupId, log, streams);
    }

    /// Whether fields are discovered in the messages themselves.
    public boolean isPlain() {
        return fields == events;
    }
}
