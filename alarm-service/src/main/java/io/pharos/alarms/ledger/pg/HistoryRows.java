package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.announce.HistoryItem;
import io.pharos.alarms.ledger.HistoryFilter;
import io.pharos.alarms.ledger.KeptHistory;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Table `alarms.alarm_history`. Every method works on the caller's transaction.
final class HistoryRows {
    private final Connection tx;

    HistoryRows(Connection tx) {
        this.tx = tx;
    }

    void add(HistoryItem item) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.alarm_history
                            (account, region, name, at_ms, type, summary, data)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """)) {
            insert.setString(1, item.alarm().tenant().account());
            insert.setString(2, item.alarm().tenant().region());
            insert.setString(3, item.alarm().name());
            insert.setLong(4, item.at().toEpochMilli());
            insert.setString(5, item.type().toString());
            insert.setString(6, item.summary());
            insert.setString(7, item.data());
            insert.executeUpdate();
        }
    }

    /// Uses `alarm_history_by_alarm` when a name is given, `alarm_history_by_tenant` otherwise.
    List<KeptHistory> describe(Tenant tenant, HistoryFilter filter) throws SQLException {
        var sql =
                "SELECT id, name, at_ms, type, summary, data FROM alarms.alarm_history"
                        + " WHERE account = ? AND region = ? AND at_ms BETWEEN ? AND ?"
                        + (filter.name() == null ? "" : " AND name = ?")
                        + (filter.type() == null ? "" : " AND type = ?")
                        + (filter.after() == null ? "" : after(filter))
                        + (filter.newestFirst()
                                ? " ORDER BY at_ms DESC, id DESC"
                                : " ORDER BY at_ms, id")
                        + " LIMIT ?";
        try (var select = tx.prepareStatement(sql)) {
            var index = 1;
            select.setString(index++, tenant.account());
            select.setString(index++, tenant.region());
            select.setLong(index++, filter.startMs());
            select.setLong(index++, filter.endMs());
            if (filter.name() != null) {
                select.setString(index++, filter.name());
            }
            if (filter.type() != null) {
                select.setString(index++, filter.type());
            }
            if (filter.after() != null) {
                select.setLong(index++, filter.after().atMs());
                select.setLong(index++, filter.after().id());
            }
            select.setInt(index, filter.limit());
            return read(select);
        }
    }

    private static String after(HistoryFilter filter) {
        return filter.newestFirst() ? " AND (at_ms, id) < (?, ?)" : " AND (at_ms, id) > (?, ?)";
    }

    private static List<KeptHistory> read(PreparedStatement select) throws SQLException {
        var items = new ArrayList<KeptHistory>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                var atMs = row.getLong("at_ms");
                var item =
                        AlarmHistoryItem.builder()
                                .alarmName(row.getString("name"))
                                .alarmType(AlarmType.METRIC_ALARM)
                                .timestamp(Instant.ofEpochMilli(atMs))
                                .historyItemType(row.getString("type"))
                                .historySummary(row.getString("summary"))
                                .historyData(row.getString("data"))
                                .build();
                var position = new HistoryFilter.Position(atMs, row.getLong("id"));
                items.add(new KeptHistory(position, item));
            }
        }
        return items;
    }
}
