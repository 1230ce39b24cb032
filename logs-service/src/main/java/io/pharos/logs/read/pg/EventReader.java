package io.pharos.logs.read.pg;

import io.pharos.kit.Database;
import io.pharos.logs.block.BlockCodec;
import io.pharos.logs.block.BlockEntry;
import io.pharos.logs.block.BlockSelection;
import io.pharos.logs.block.EventTable;
import io.pharos.logs.block.Trigrams;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.config.Logs;
import io.pharos.logs.event.EventId;
import io.pharos.logs.read.EventPage;
import io.pharos.logs.read.EventQuery;
import io.pharos.logs.read.FoundEvent;
import io.pharos.logs.read.PageCollector;
import io.pharos.logs.stream.pg.PgLogStreams;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Reads pages of events in the order of their ids. A page is read from one snapshot, so that blocks
/// merged meanwhile show each event once; page after page gives every event once.
@Singleton
public final class EventReader {
    /// Blocks a page may open before it ends early: bounds the time of a request that finds little.
    private static final int MAX_OPENED = 1_000;

    private final Database database;
    private final PgBlocks blocks;
    private final PgLogStreams streams;
    private final int maxOpened;

    @Inject
    public EventReader(@Logs Database database, PgBlocks blocks, PgLogStreams streams) {
        this(database, blocks, streams, MAX_OPENED);
    }

    /// @param maxOpened smaller in tests
    public EventReader(Database database, PgBlocks blocks, PgLogStreams streams, int maxOpened) {
        this.database = database;
        this.blocks = blocks;
        this.streams = streams;
        this.maxOpened = maxOpened;
    }

    public EventPage read(EventQuery query) {
        if (query.firstMs() > query.lastMs()) {
            return new EventPage(List.of(), null);
        }
        return database.inTransaction(tx -> {
            try (var set = tx.createStatement()) {
                set.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            }
            return read(tx, query);
        });
    }

    private EventPage read(Connection tx, EventQuery query) throws SQLException {
        var page = new PageCollector(query.onward(), query.limit());
        var names = new HashMap<Long, String>();
        var opened = 0;
        var wanted =
                new BlockSelection(
                        query.groupId(),
                        query.firstMs(),
                        query.lastMs(),
                        query.streamIds(),
                        query.onward());
        try (var cursor = blocks.scan(tx, wanted)) {
            while (cursor.next()) {
                var block = cursor.entry();
                if (page.isClosedAt(query.onward() ? block.firstMs() : block.lastMs())) {
                    return page.page();
                }
                if (cannotMatch(query, block)) {
                    continue;
                }
                if (opened >= maxOpened && isProgress(query, block)) {
                    return page.pageUntil(seenBefore(query, block));
                }
                opened++;
                var events = BlockCodec.open(blocks.payload(tx, query.groupId(), block.id()));
                collect(tx, query, events, names, page);
            }
        }
        return page.page();
    }

    private static boolean cannotMatch(EventQuery query, BlockEntry block) {
        var stored = block.trigrams();
        if (stored == null || query.terms().isEmpty()) {
            return false;
        }
        var trigrams = Trigrams.opened(stored);
        return !query.terms().stream().allMatch(term -> Trigrams.mayContain(trigrams, term));
    }

    /// All events nearer than this have been seen when the next block is this one.
    private static EventId seenBefore(EventQuery query, BlockEntry block) {
        return EventId.atTime(query.onward() ? block.firstMs() : block.lastMs() + 1);
    }

    /// A page that ends before this block ends elsewhere than the one before it.
    private static boolean isProgress(EventQuery query, BlockEntry block) {
        var order = seenBefore(query, block).compareTo(query.boundary());
        return query.onward() ? order > 0 : order < 0;
    }

    private void collect(
            Connection tx,
            EventQuery query,
            EventTable events,
            Map<Long, String> names,
            PageCollector page)
            throws SQLException {
        learn(tx, query, events, names);
        for (var event = 0; event < events.count(); event++) {
            var timestamp = events.timestampMs(event);
            if (timestamp < query.fromMs() || timestamp > query.untilMs()) {
                continue;
            }
            var id = events.id(event);
            if (!query.covers(id) || !page.wants(id)) {
                continue;
            }
            var name = names.getOrDefault(events.streamId(event), "");
            if (name.isEmpty() || !query.stream().test(name)) {
                continue;
            }
            var message =
                    query.view()
                            .shown(
                                    events.text(),
                                    events.messageStart(event),
                                    events.messageLength(event),
                                    id.ingestionMs());
            if (query.message().test(message)) {
                page.add(new FoundEvent(id, name, message), events.messageLength(event));
            }
        }
    }

    /// Names of the streams that occur; an empty one for those that were deleted.
    private void learn(Connection tx, EventQuery query, EventTable events, Map<Long, String> names)
            throws SQLException {
        var unknown = new HashSet<Long>();
        for (var event = 0; event < events.count(); event++) {
            var id = events.streamId(event);
            if (!names.containsKey(id)) {
                unknown.add(id);
            }
        }
        if (!unknown.isEmpty()) {
            unknown.forEach(id -> names.put(id, ""));
            names.putAll(streams.names(tx, query.groupId(), unknown));
        }
    }
}
