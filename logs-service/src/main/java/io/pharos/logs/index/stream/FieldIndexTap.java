package io.pharos.logs.index.stream;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.filter.pg.GroupFilters;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.index.IndexPolicy;
import io.pharos.logs.index.pg.PgIndexTimes;
import io.pharos.logs.index.pg.PgIndexTimes.Seen;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.insights.eval.EventFields;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.stream.log.PackedEvents;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Notes when the first and the last event came that has a field which a policy indexes. Groups without
/// such a policy are passed by.
@Singleton
public final class FieldIndexTap implements LogTap {
    private final GroupFilters<Indexed> indexes;
    private final InstantSource clock;

    public FieldIndexTap(InstantSource clock) {
        this.clock = clock;
        this.indexes = new GroupFilters<>(this::indexed);
    }

    /// @param segment the first part of the name, which stands in every message that has the field
    private record Indexed(String field, String segment, long sinceMs) {}

    private List<Indexed> indexed(Connection connection, LogGroup group) throws SQLException {
        var history = PgPolicies.history(connection, group);
        var nowMs = clock.millis();
        var policy = history.at(PolicyKind.FIELD_INDEX, nowMs);
        if (policy == null) {
            return List.of();
        }
        var found = new ArrayList<Indexed>();
        for (var field : IndexPolicy.parse(policy.document()).fields().keySet()) {
            IndexPolicy.since(history, Set.of(field), nowMs)
                    .ifPresent(since ->
                            found.add(new Indexed(field, field.split("\\.", 2)[0], since)));
        }
        return found;
    }

    @Override
    public void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival)
            throws SQLException {
        var active =
                indexes.of(batch, arrival.group()).stream()
                        .filter(index -> arrival.receivedMs() >= index.sinceMs())
                        .toList();
        if (active.isEmpty()) {
            return;
        }
        var events = arrival.transformed().events();
        var seen = new ArrayList<Seen>();
        for (var index : active) {
            var first = find(events, index, true);
            seen.add(
                    first < 0
                            ? new Seen(index.field(), index.sinceMs(), null, null)
                            : new Seen(
                                    index.field(),
                                    index.sinceMs(),
                                    events.timestampMs(first),
                                    events.timestampMs(find(events, index, false))));
        }
        PgIndexTimes.note(
                batch.connection(),
                arrival.group().id(),
                cause.partition(),
                seen,
                arrival.receivedMs());
    }

    /// Events of a record are in the order of their times.
    private static int find(PackedEvents events, Indexed index, boolean fromFirst) {
        for (var i = 0; i < events.count(); i++) {
            var event = fromFirst ? i : events.count() - 1 - i;
            var message = events.message(event);
            if (message.contains(index.segment())
                    && EventFields.of(message).containsKey(index.field())) {
                return event;
            }
        }
        return -1;
    }
}
