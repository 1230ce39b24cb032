package io.pharos.logs.destination.pg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.destination.Destination;
import io.pharos.logs.destination.DestinationArn;
import io.pharos.logs.filter.pg.FilterChanges;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Destinations in `logs.destination`. Filters point at them by ARN, so each change is announced to
/// whoever keeps filters.
@Singleton
public final class PgDestinations {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<TreeMap<String, String>> TAGS = new TypeReference<>() {};

    private static final String UPSERT =
            """
            INSERT INTO logs.destination (account, region, name, target_arn, role_arn, tags, created_ms)
            VALUES (?, ?, ?, ?, ?, ?::jsonb, ?)
            ON CONFLICT (account, region, name) DO UPDATE SET
                target_arn = excluded.target_arn,
                role_arn = excluded.role_arn
            RETURNING *
            """;

    private static final String BY_NAME =
            "SELECT * FROM logs.destination WHERE account = ? AND region = ? AND name = ?";

    private static final String PAGE =
            """
            SELECT * FROM logs.destination
            WHERE account = ? AND region = ? AND (?::text IS NULL OR starts_with(name, ?)) AND name > ?
            ORDER BY name LIMIT ?
            """;

    private final Database database;

    public PgDestinations(@Logs Database database) {
        this.database = database;
    }

    private static RuntimeException missing() {
        return LogsError.notFound("The specified destination does not exist.");
    }

    /// Puts or replaces; tags count for a new one only.
    public Destination put(Destination wanted, Map<String, String> tags) {
        return database.inTransaction(tx -> {
            FilterChanges.announce(tx);
            try (var upsert = tx.prepareStatement(UPSERT)) {
                key(upsert, wanted.owner(), wanted.name());
                upsert.setString(4, wanted.targetArn());
                upsert.setString(5, wanted.roleArn());
                upsert.setString(6, json(tags));
                upsert.setLong(7, wanted.createdMs());
                try (var row = upsert.executeQuery()) {
                    row.next();
                    return destination(row);
                }
            }
        });
    }

    /// @throws RuntimeException AWS's error when there is none
    public void setPolicy(Tenant owner, String name, String policy) {
        change(
                "UPDATE logs.destination SET access_policy = ? WHERE account = ? AND region = ? AND"
                        + " name = ?",
                owner,
                name,
                policy);
    }

    /// @throws RuntimeException AWS's error when there is none
    public void delete(Tenant owner, String name) {
        change(
                "DELETE FROM logs.destination WHERE account = ? AND region = ? AND name = ?",
                owner,
                name,
                null);
    }

    private void change(String sql, Tenant owner, String name, @Nullable String value) {
        database.run(tx -> {
            FilterChanges.announce(tx);
            try (var update = tx.prepareStatement(sql)) {
                var at = 1;
                if (value != null) {
                    update.setString(at++, value);
                }
                update.setString(at++, owner.account());
                update.setString(at++, owner.region());
                update.setString(at, name);
                if (update.executeUpdate() == 0) {
                    throw missing();
                }
            }
        });
    }

    public Optional<Destination> find(DestinationArn arn) {
        return database.read(connection -> find(connection, arn));
    }

    /// The same as of an open transaction.
    public static Optional<Destination> find(Connection connection, DestinationArn arn)
            throws SQLException {
        try (var select = connection.prepareStatement(BY_NAME)) {
            key(select, arn.owner(), arn.name());
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(destination(row)) : Optional.empty();
            }
        }
    }

    /// By name, those after `after`.
    public List<Destination> describe(
            Tenant owner, @Nullable String prefix, String after, int limit) {
        return database.read(connection -> {
            try (var select = connection.prepareStatement(PAGE)) {
                select.setString(1, owner.account());
                select.setString(2, owner.region());
                select.setString(3, prefix);
                select.setString(4, prefix);
                select.setString(5, after);
                select.setInt(6, limit);
                var found = new ArrayList<Destination>();
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(destination(row));
                    }
                }
                return found;
            }
        });
    }

    /// @throws RuntimeException AWS's error when there is none
    public Map<String, String> tags(DestinationArn arn) {
        return database.read(connection -> tags(connection, arn, ""));
    }

    /// Adds and removes tags.
    ///
    /// @return false when there would be more than `most`: then nothing changes
    /// @throws RuntimeException AWS's error when there is no such destination
    public boolean retag(
            DestinationArn arn, Map<String, String> added, Collection<String> removed, int most) {
        return database.inTransaction(tx -> {
            var tags = tags(tx, arn, " FOR UPDATE");
            tags.keySet().removeAll(removed);
            tags.putAll(added);
            if (tags.size() > most) {
                return false;
            }
            try (var update =
                    tx.prepareStatement(
                            "UPDATE logs.destination SET tags = ?::jsonb WHERE account = ? AND"
                                    + " region = ? AND name = ?")) {
                update.setString(1, json(tags));
                update.setString(2, arn.owner().account());
                update.setString(3, arn.owner().region());
                update.setString(4, arn.name());
                update.executeUpdate();
            }
            return true;
        });
    }

    private static Map<String, String> tags(
            Connection connection, DestinationArn arn, String locking) throws SQLException {
        try (var select = connection.prepareStatement(BY_NAME + locking)) {
            key(select, arn.owner(), arn.name());
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    throw missing();
                }
                return JSON.readValue(row.getString("tags"), TAGS);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("tags of " + arn, e);
            }
        }
    }

    private static String json(Map<String, String> tags) {
        try {
            return JSON.writeValueAsString(tags);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void key(PreparedStatement statement, Tenant owner, String name)
            throws SQLException {
        statement.setString(1, owner.account());
        statement.setString(2, owner.region());
        statement.setString(3, name);
    }

    private static Destination destination(ResultSet row) throws SQLException {
        return new Destination(
                new Tenant(row.getString("account"), row.getString("region")),
                row.getString("name"),
                row.getString("target_arn"),
                row.getString("role_arn"),
                row.getString("access_policy"),
                row.getLong("created_ms"));
    }
}
