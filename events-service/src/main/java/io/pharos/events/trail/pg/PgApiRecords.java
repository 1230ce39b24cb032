package io.pharos.events.trail.pg;

import io.pharos.events.config.Events;
import io.pharos.events.trail.Lookup;
import io.pharos.events.trail.Lookup.Attribute;
import io.pharos.kit.Database;
import io.pharos.stream.ApiRecord;
import io.pharos.stream.ApiResource;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// API records of the last 90 days.
@Singleton
public final class PgApiRecords {
    public static final Duration KEPT = Duration.ofDays(90);
    private static final int FORGET_AT_ONCE = 10_000;

    private final Database database;

    public PgApiRecords(@Events Database database) {
        this.database = database;
    }

    public static void insert(Connection tx, List<ApiRecord> records) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO events.api_record (event_id, account, region, at, event_source, event_name, read_only,
                            access_key_id, user_name, resource_types, resource_names, record)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)) {
            for (var record : records) {
                var resources = record.getResourcesList();
                insert.setString(1, record.getEventId());
                insert.setString(2, record.getAccount());
                insert.setString(3, record.getRegion());
                insert.setTimestamp(4, Timestamp.from(Instant.ofEpochMilli(record.getTimeMs())));
                insert.setString(5, record.getEventSource());
                insert.setString(6, record.getEventName());
                insert.setBoolean(7, record.getReadOnly());
                insert.setString(8, record.getAccessKeyId());
                insert.setString(9, record.getUserName());
                insert.setArray(
                        10,
                        tx.createArrayOf(
                                "text", resources.stream().map(ApiResource::getType).toArray()));
                insert.setArray(
                        11,
                        tx.createArrayOf(
                                "text", resources.stream().map(ApiResource::getName).toArray()));
                // A record is JSON; PostgreSQL's text has no NUL, and JSON escapes it.
                insert.setString(12, record.getRecord().replace("\u0000", ""));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /// Newest first, at most the lookup's limit.
    public List<ApiRecord> find(Tenant tenant, Lookup lookup) {
        var attribute = lookup.attribute();
        var before = lookup.before();
        return database.read(connection -> {
            var sql =
                    "SELECT * FROM events.api_record WHERE account = ? AND region = ? AND at >= ? AND at < ?"
                            + (attribute == null ? "" : " AND " + condition(attribute))
                            + (before == null ? "" : " AND (at, event_id) < (?, ?)")
                            + " ORDER BY at DESC, event_id DESC LIMIT ?";
            try (var select = connection.prepareStatement(sql)) {
                var next = 1;
                select.setString(next++, tenant.account());
                select.setString(next++, tenant.region());
                select.setTimestamp(next++, Timestamp.from(lookup.from()));
                select.setTimestamp(next++, Timestamp.from(lookup.to()));
                if (attribute != null) {
                    if (attribute.key().equals("ReadOnly")) {
                        select.setBoolean(next++, attribute.value().equals("true"));
                    } else {
                        select.setString(next++, attribute.value());
                    }
                }
                if (before != null) {
                    select.setTimestamp(next++, Timestamp.from(before.at()));
                    select.setString(next++, before.eventId());
                }
                select.setInt(next, lookup.limit());
                return read(tenant, select.executeQuery());
            }
        });
    }

    private static String condition(Attribute attribute) {
        return switch (attribute.key()) {
            case "EventId" -> "event_id = ?";
            case "EventName" -> "event_name = ?";
            case "ReadOnly" -> "read_only = ?";
            case "Username" -> "user_name = ?";
            case "ResourceType" -> "resource_types @> ARRAY[?]::text[]";
            case "ResourceName" -> "resource_names @> ARRAY[?]::text[]";
            case "EventSource" -> "event_source = ?";
            case "AccessKeyId" -> "access_key_id = ?";
            default -> throw new IllegalArgumentException(attribute.key());
        };
    }

    private static List<ApiRecord> read(Tenant tenant, ResultSet rows) throws SQLException {
        var records = new ArrayList<ApiRecord>();
        while (rows.next()) {
            var record =
                    ApiRecord.newBuilder()
                            .setAccount(tenant.account())
                            .setRegion(tenant.region())
                            .setEventId(rows.getString("event_id"))
                            .setTimeMs(rows.getTimestamp("at").getTime())
                            .setEventSource(rows.getString("event_source"))
                            .setEventName(rows.getString("event_name"))
                            .setReadOnly(rows.getBoolean("read_only"))
                            .setAccessKeyId(rows.getString("access_key_id"))
                            .setUserName(rows.getString("user_name"))
                            .setRecord(rows.getString("record"));
            var types = (String[]) rows.getArray("resource_types").getArray();
            var names = (String[]) rows.getArray("resource_names").getArray();
            for (var i = 0; i < types.length; i++) {
                record.addResources(ApiResource.newBuilder().setType(types[i]).setName(names[i]));
            }
            records.add(record.build());
        }
        return records;
    }

    /// Forgets some of what is older than [#KEPT].
    ///
    /// @return how many were forgotten
    public int forget(Instant now) {
        return database.inTransaction(tx -> {
            try (var delete =
                    tx.prepareStatement(
                            "DELETE FROM events.api_record WHERE ctid = ANY (ARRAY(SELECT ctid FROM events.api_record WHERE at < ? LIMIT ?))")) {
                delete.setTimestamp(1, Timestamp.from(now.minus(KEPT)));
                delete.setInt(2, FORGET_AT_ONCE);
                return delete.executeUpdate();
            }
        });
    }
}
