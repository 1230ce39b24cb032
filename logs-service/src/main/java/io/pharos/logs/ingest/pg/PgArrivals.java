package io.pharos.logs.ingest.pg;

import io.pharos.logs.block.BlockMerge;
import io.pharos.logs.block.PackedBatch;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.entity.EntityMark;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.ingest.Destinations;
import io.pharos.logs.ingest.Destinations.Destination;
import io.pharos.logs.ingest.LogDestination;
import io.pharos.logs.ingest.StreamSpan;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What a flush does in its transaction: finds where batches go and adds them. A handful of statements
/// whatever the number of batches, but for the first events of streams that services create.
@Singleton
public final class PgArrivals {
    private final PgLogGroups groups;
    private final PgLogStreams streams;
    private final PgBlocks blocks;

    public PgArrivals(PgLogGroups groups, PgLogStreams streams, PgBlocks blocks) {
        this.groups = groups;
        this.streams = streams;
        this.blocks = blocks;
    }

    private record StreamName(long groupId, String name) {}

    private record Stream(long id, @Nullable EntityMark entity) {}

    /// Finds groups and streams, creates those that may be created, and moves the streams' times on.
    public Destinations arrive(Connection tx, Map<LogDestination, StreamSpan> spans)
            throws SQLException {
        var found = groups(tx, spans);
        var ids = moveOn(tx, spans, found);
        if (createMissing(tx, spans, found, ids)) {
            ids = moveOn(tx, spans, found);
        }
        var byName = new HashMap<LogDestination, Destination>();
        for (var name : spans.keySet()) {
            var group = found.get(groupOf(name));
            var stream =
                    group == null ? null : ids.get(new StreamName(group.id(), name.logStream()));
            if (group != null && stream != null) {
                byName.put(name, new Destination(group, stream.id(), stream.entity()));
            }
        }
        return new Destinations(byName);
    }

    private record GroupName(Tenant tenant, String name) {}

    private static GroupName groupOf(LogDestination destination) {
        return new GroupName(destination.tenant(), destination.logGroup());
    }

    private Map<GroupName, LogGroup> groups(Connection tx, Map<LogDestination, StreamSpan> spans)
            throws SQLException {
        var wanted = new HashMap<GroupName, StreamSpan>();
        spans.forEach((name, span) ->
                wanted.merge(groupOf(name), span, (a, b) -> a.createMissing() ? a : b));
        var found = new HashMap<GroupName, LogGroup>();
        for (var group :
                groups.lock(
                        tx,
                        wanted.keySet().stream().map(GroupName::tenant).toList(),
                        wanted.keySet().stream().map(GroupName::name).toList())) {
            found.put(new GroupName(group.tenant(), group.name()), group);
        }
        for (var name : wanted.entrySet()) {
            var key = name.getKey();
            if (!found.containsKey(key) && name.getValue().createMissing()) {
                groups.createMissing(tx, key.tenant(), key.name(), name.getValue().receivedMs());
                found.put(key, groups.requireLocked(tx, key.tenant(), key.name()));
            }
        }
        return found;
    }

    private boolean createMissing(
            Connection tx,
            Map<LogDestination, StreamSpan> spans,
            Map<GroupName, LogGroup> found,
            Map<StreamName, Stream> ids)
            throws SQLException {
        var created = false;
        for (var name : spans.entrySet()) {
            var group = found.get(groupOf(name.getKey()));
            var stream = name.getKey().logStream();
            if (group != null
                    && name.getValue().createMissing()
                    && !ids.containsKey(new StreamName(group.id(), stream))) {
                streams.createMissing(tx, group.id(), stream, name.getValue().receivedMs());
                created = true;
            }
        }
        return created;
    }

    /// Safe to repeat: least and greatest only. A stream's rows come from one partition, so flushes
    /// do not wait for each other here.
    private static Map<StreamName, Stream> moveOn(
            Connection tx, Map<LogDestination, StreamSpan> spans, Map<GroupName, LogGroup> found)
            throws SQLException {
        var sql =
                """
                UPDATE logs.log_stream s
                SET first_event_ms = least(s.first_event_ms, v.first_ms),
                    last_event_ms = greatest(s.last_event_ms, v.last_ms),
                    last_ingestion_ms = greatest(s.last_ingestion_ms, v.received_ms)
                FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[])
                    AS v (group_id, name, first_ms, last_ms, received_ms)
                WHERE s.group_id = v.group_id AND s.name = v.name
                RETURNING s.group_id, s.name, s.id, s.entity, s.entity_batch
                """;
        var rows = new Columns();
        spans.forEach((name, span) -> {
            var group = found.get(groupOf(name));
            if (group != null) {
                rows.add(group.id(), name.logStream(), span);
            }
        });
        var ids = new HashMap<StreamName, Stream>();
        if (rows.names.isEmpty()) {
            return ids;
        }
        try (var update = tx.prepareStatement(sql)) {
            rows.bind(tx, update);
            try (var moved = update.executeQuery()) {
                while (moved.next()) {
                    var entity = moved.getObject(4, UUID.class);
                    var mark = entity == null ? null : new EntityMark(entity, moved.getLong(5));
                    ids.put(
                            new StreamName(moved.getLong(1), moved.getString(2)),
                            new Stream(moved.getLong(3), mark));
                }
            }
        }
        return ids;
    }

    private static final class Columns {
        final List<Long> groups = new ArrayList<>();
        final List<String> names = new ArrayList<>();
        final List<Long> firsts = new ArrayList<>();
        final List<Long> lasts = new ArrayList<>();
        final List<Long> received = new ArrayList<>();

        void add(long group, String name, StreamSpan span) {
            groups.add(group);
            names.add(name);
            firsts.add(span.firstMs());
            lasts.add(span.lastMs());
            received.add(span.receivedMs());
        }

        void bind(Connection tx, PreparedStatement statement) throws SQLException {
            statement.setArray(1, tx.createArrayOf("bigint", groups.toArray()));
            statement.setArray(2, tx.createArrayOf("text", names.toArray()));
            statement.setArray(3, tx.createArrayOf("bigint", firsts.toArray()));
            statement.setArray(4, tx.createArrayOf("bigint", lasts.toArray()));
            statement.setArray(5, tx.createArrayOf("bigint", received.toArray()));
        }
    }

    /// Stores what arrived for one group from one partition.
    public void store(Connection tx, long groupId, int partition, List<PackedBatch> batches)
            throws SQLException {
        var added = BlockMerge.flush(batches);
        blocks.insert(tx, groupId, added);
        for (var block : added) {
            blocks.addUsage(tx, groupId, block.day(), partition, block.events(), block.rawBytes());
        }
    }
}
