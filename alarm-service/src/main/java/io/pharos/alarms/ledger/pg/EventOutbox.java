package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.announce.AlarmEvent;
import io.pharos.kit.Database;
import io.pharos.stream.BusEvent;
import io.pharos.wire.Tenant;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Events on their way to the bus. One relay at a time over all processes, so that they stay in
/// order; an event keeps its id when it is sent again after a crash.
public final class EventOutbox {
    /// Any constant that no other advisory lock of the schema has.
    private static final long RELAY_LOCK = 0x70686172_616c6576L;

    private final Database database;

    public EventOutbox(Database database) {
        this.database = database;
    }

    /// Hands the oldest events to `sender` and deletes them when it returns.
    ///
    /// @return how many there were; 0 also while another process is at it
    public int relay(int limit, Consumer<List<BusEvent>> sender) {
        return database.inTransaction(tx -> {
            if (!lock(tx)) {
                return 0;
            }
            var positions = new ArrayList<Long>();
            var events = read(tx, limit, positions);
            if (!events.isEmpty()) {
                sender.accept(events);
                delete(tx, positions);
            }
            return events.size();
        });
    }

    private static boolean lock(Connection tx) throws SQLException {
        try (var select = tx.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
            select.setLong(1, RELAY_LOCK);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static List<BusEvent> read(Connection tx, int limit, List<Long> positions)
            throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT position, id, account, region, name, detail_type, detail, at_ms,
                            source, resources
                        FROM alarms.event_outbox ORDER BY position LIMIT ?
                        """)) {
            select.setInt(1, limit);
            var events = new ArrayList<BusEvent>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    positions.add(row.getLong("position"));
                    var tenant = new Tenant(row.getString("account"), row.getString("region"));
                    var source = row.getString("source");
                    events.add(
                            BusEvent.newBuilder()
                                    .setAccount(tenant.account())
                                    .setRegion(tenant.region())
                                    .setBus("default")
                                    .setId(row.getString("id"))
                                    .setSource(source == null ? AlarmEvent.SOURCE : source)
                                    .setDetailType(row.getString("detail_type"))
                                    .setTimeMs(row.getLong("at_ms"))
                                    .addAllResources(resources(row, tenant))
                                    .setDetail(row.getString("detail"))
                                    .setIngestedMs(row.getLong("at_ms"))
                                    .build());
                }
            }
            return events;
        }
    }

    private static List<String> resources(ResultSet row, Tenant tenant) throws SQLException {
        var given = row.getArray("resources");
        return given == null
                ? List.of(new AlarmKey(tenant, row.getString("name")).arn())
                : List.of((String[]) given.getArray());
    }

    private static void delete(Connection tx, List<Long> positions) throws SQLException {
        try (var delete =
                tx.prepareStatement("DELETE FROM alarms.event_outbox WHERE position = ANY(?)")) {
            delete.setArray(1, tx.createArrayOf("bigint", positions.toArray()));
            delete.executeUpdate();
        }
    }
}
