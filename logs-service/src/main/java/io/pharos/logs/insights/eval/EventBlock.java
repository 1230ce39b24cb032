package io.pharos.logs.insights.eval;

import io.pharos.logs.block.EventTable;

import java.util.Map;

/// Events of one group, and what they are called.
///
/// @param groupId see [io.pharos.logs.group.LogGroup#id()]
/// @param log what `@log` shows: account and group, `123456789012:/app`
/// @param streams names by id; events of streams that are not in it are gone
public record EventBlock(EventTable events, long groupId, String log, Map<Long, String> streams) {}
