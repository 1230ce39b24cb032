package io.pharos.events.topic.pg;

import io.pharos.events.config.Events;
import io.pharos.events.json.JsonText;
import io.pharos.events.topic.SnsFault;
import io.pharos.events.topic.Topic;
import io.pharos.events.topic.TopicArn;
import io.pharos.kit.Database;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.sns.model.TopicLimitExceededException;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Topics and what is set on them.
@Singleton
public final class PgTopics {
    /// AWS's quota of standard topics an account.
    static final int MAX_TOPICS = 100_000;

    private static final String KEY = " WHERE account = ? AND region = ? AND name = ?";

    private final Database database;

    public PgTopics(@Events Database database) {
        this.database = database;
    }

    /// Creates the topic unless there is one of that name.
    ///
    /// @return the topic that was there before
    /// @throws TopicLimitExceededException the account has as many as it may have
    public Optional<Topic> create(Topic topic, Instant now) {
        return database.inTransaction(connection -> {
            var before = find(connection, topic.arn());
            if (before.isPresent() || insert(connection, topic, now)) {
                return before;
            }
            return find(connection, topic.arn());
        });
    }

    private static boolean insert(Connection connection, Topic topic, Instant now)
            throws SQLException {
        try (var count =
                connection.prepareStatement(
                        "SELECT count(*) FROM events.topic WHERE account = ? AND region = ?")) {
            setTenant(count, topic.arn().tenant());
            if (single(count) >= MAX_TOPICS) {
                throw TopicLimitExceededException.builder().message("Topic limit exceeded").build();
            }
        }
        try (var insert =
                connection.prepareStatement(
                        """
                        INSERT INTO events.topic (account, region, name, attributes, tags, created_at)
                        VALUES (?, ?, ?, ?::json, ?::json, ?) ON CONFLICT DO NOTHING
                        """)) {
            setKey(insert, topic.arn());
            insert.setString(4, JsonText.write(topic.attributes()));
            insert.setString(5, JsonText.write(topic.tags()));
            insert.setTimestamp(6, Timestamp.from(now));
            return insert.executeUpdate() == 1;
        }
    }

    public Optional<Topic> find(TopicArn arn) {
        return database.read(connection -> find(connection, arn));
    }

    /// @throws software.amazon.awssdk.services.sns.model.NotFoundException no such topic
    public Topic require(TopicArn arn) {
        return find(arn).orElseThrow(SnsFault::noTopic);
    }

    /// Takes the topic away with its subscriptions and everything not yet delivered. Nothing happens
    /// when there is none.
    public void delete(TopicArn arn) {
        database.run(connection -> {
            for (var table : List.of("topic_delivery", "topic_message", "subscription", "topic")) {
                var column = table.equals("topic") ? "name" : "topic";
                try (var delete =
                        connection.prepareStatement(
                                "DELETE FROM events."
                                        + table
                                        + " WHERE account = ? AND region = ? AND "
                                        + column
                                        + " = ?")) {
                    setKey(delete, arn);
                    delete.executeUpdate();
                }
            }
        });
    }

    /// @throws software.amazon.awssdk.services.sns.model.NotFoundException no such topic
    public void changeAttributes(TopicArn arn, UnaryOperator<Map<String, String>> change) {
        change(arn, "attributes", change);
    }

    /// @throws software.amazon.awssdk.services.sns.model.NotFoundException no such topic
    public void changeTags(TopicArn arn, UnaryOperator<Map<String, String>> change) {
        change(arn, "tags", change);
    }

    private void change(TopicArn arn, String column, UnaryOperator<Map<String, String>> change) {
        database.run(connection -> {
            Map<String, String> before;
            try (var select =
                    connection.prepareStatement(
                            "SELECT " + column + " FROM events.topic" + KEY + " FOR UPDATE")) {
                setKey(select, arn);
                try (var rows = select.executeQuery()) {
                    if (!rows.next()) {
                        throw SnsFault.noTopic();
                    }
                    before = JsonText.readMap(rows.getString(1));
                }
            }
            try (var update =
                    connection.prepareStatement(
                            "UPDATE events.topic SET " + column + " = ?::json" + KEY)) {
                update.setString(1, JsonText.write(change.apply(before)));
                update.setString(2, arn.tenant().account());
                update.setString(3, arn.tenant().region());
                update.setString(4, arn.name());
                update.executeUpdate();
            }
        });
    }

    /// Topics by name, from after `after`.
    public List<TopicArn> page(Tenant tenant, String after, int limit) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            """
                            SELECT name FROM events.topic
                            WHERE account = ? AND region = ? AND name > ? ORDER BY name LIMIT ?
                            """)) {
                setTenant(select, tenant);
                select.setString(3, after);
                select.setInt(4, limit);
                var found = new ArrayList<TopicArn>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(new TopicArn(tenant, rows.getString(1)));
                    }
                }
                return found;
            }
        });
    }

    public Topic.Counts counts(TopicArn arn) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            """
                            SELECT count(*) FILTER (WHERE s.state = 'confirmed'),
                                   count(*) FILTER (WHERE s.state = 'pending'),
                                   (SELECT deleted_subscriptions FROM events.topic t
                                    WHERE t.account = ? AND t.region = ? AND t.name = ?)
                            FROM events.subscription s
                            WHERE s.account = ? AND s.region = ? AND s.topic = ? AND s.state <> 'deleted'
                            """)) {
                setKey(select, arn);
                select.setString(4, arn.tenant().account());
                select.setString(5, arn.tenant().region());
                select.setString(6, arn.name());
                try (var rows = select.executeQuery()) {
                    rows.next();
                    return new Topic.Counts(rows.getLong(1), rows.getLong(2), rows.getLong(3));
                }
            }
        });
    }

    static Optional<Topic> find(Connection connection, TopicArn arn) throws SQLException {
        try (var select =
                connection.prepareStatement("SELECT attributes, tags FROM events.topic" + KEY)) {
            setKey(select, arn);
            try (var rows = select.executeQuery()) {
                return rows.next() ? Optional.of(topic(arn, rows)) : Optional.empty();
            }
        }
    }

    private static Topic topic(TopicArn arn, ResultSet row) throws SQLException {
        return new Topic(
                arn, JsonText.readMap(row.getString(1)), JsonText.readMap(row.getString(2)));
    }

    static void setKey(PreparedStatement statement, TopicArn arn) throws SQLException {
        setTenant(statement, arn.tenant());
        statement.setString(3, arn.name());
    }

    static void setTenant(PreparedStatement statement, Tenant tenant) throws SQLException {
        statement.setString(1, tenant.account());
        statement.setString(2, tenant.region());
    }

    static long single(PreparedStatement select) throws SQLException {
        try (var rows = select.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
