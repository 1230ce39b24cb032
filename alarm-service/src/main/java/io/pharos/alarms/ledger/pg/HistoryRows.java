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
                            (account, region, name, at_ms, type, summary, data, alarm_type,
                             contributor, contributor_attributes)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)) {
            insert.setString(1, item.alarm().tenant().account());
            insert.setString(2, item.alarm().tenant().region());
            insert.setString(3, item.alarm().name());
            insert.setLong(4, item.at().toEpochMilli());
            insert.setString(5, item.type().toString());
            insert.setString(6, item.summary());
            insert.setString(7, item.data());
            insert.setString(8, item.alarmType().toString());
            ContributorColumns.set(insert, 9, item.contributor());
            insert.executeUpdate();
        }
    }

    /// Uses `alarm_history_by_alarm` when a name is given, `alarm_history_by_tenant` otherwise.
    List<KeptHistory> describe(Tenant tenant, HistoryFilter filter) throws SQLException {
        var sql =
                "SELECT id, name, at_ms, type, summary, data, alarm_type, contributor,"
                        + " contributor_attributes FROM alarms.alarm_history"
                        + " WHERE account = ? AND region = ? AND at_ms BETWEEN ? AND ?"
                        + " AND alarm_type = ANY(?)"
                        + (filter.name() == null ? "" : " AND name = ?")
                        + (filter.contributor() == null ? "" : " AND contributor = ?")
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
            select.setArray(
                    index++,
                    tx.createArrayOf(
                            "text",
                            filter.alarmTypes().stream().map(AlarmType::toString).toArray()));
            if (filter.name() != null) {
                select.setString(index++, filter.name());
            }
            if (filter.contributor() != null) {
                select.setString(index++, filter.contributor());
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
                var contributor = ContributorColumns.get(row);
                var item =
                        AlarmHistoryItem.builder()
                                .alarmContributorId(contributor == null ? null : contributor.id())
                                .alarmContributorAttributes(
                                        contributor == null ? null : contributor.attributes())
                                .alarmName(row.getString("name"))
                                .alarmType(row.getString("alarm_type"))
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
