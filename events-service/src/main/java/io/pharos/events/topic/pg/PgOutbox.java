package io.pharos.events.topic.pg;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

import io.pharos.events.config.Events;
import io.pharos.events.json.JsonText;
import io.pharos.events.topic.Delivery;
import io.pharos.events.topic.FilterPolicy;
import io.pharos.events.topic.Message;
import io.pharos.events.topic.MessageAttribute;
import io.pharos.events.topic.Publication;
import io.pharos.events.topic.SnsFault;
import io.pharos.events.topic.Subscription;
import io.pharos.events.topic.TopicArn;
import io.pharos.kit.Database;

import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// Published messages and their deliveries: kept in one transaction, claimed by whichever worker has
/// room, gone once delivered. A claim is a lease: what a killed worker held comes due again.
@Singleton
public final class PgOutbox {
    /// How long a worker may take over one attempt before another tries: above every sender's limit.
    public static final Duration LEASE = Duration.ofSeconds(45);

    /// How long the ids that publishers chose are remembered, and what undelivered messages outlive.
    static final Duration MEMORY = Duration.ofDays(1);

    private static final int MAX_CACHED_FILTERS = 1000;
    private static final int PURGE_LIMIT = 10_000;
    private static final String CLAIM =
            """
            WITH RECURSIVE waiting AS (
                (SELECT subscription FROM events.topic_delivery ORDER BY subscription LIMIT 1)
                UNION ALL
                SELECT (SELECT d.subscription FROM events.topic_delivery d
                        WHERE d.subscription > w.subscription ORDER BY d.subscription LIMIT 1)
                FROM waiting w WHERE w.subscription IS NOT NULL
            ), picked AS (
                SELECT d.id FROM waiting w CROSS JOIN LATERAL (
                    SELECT id FROM events.topic_delivery
                    WHERE subscription = w.subscription AND due_at <= ?
                    ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED) d
                WHERE w.subscription <> ALL (?) LIMIT ?
            )
            UPDATE events.topic_delivery t SET attempts = t.attempts + 1, due_at = ?
            FROM picked p WHERE t.id = p.id RETURNING t.id
            """;
    private static final String LOAD =
            """
            SELECT d.id, d.attempts, t.attributes ->> 'DeliveryPolicy',
                   m.id, m.kind, m.subject, m.body, m.structure, m.attributes, m.token, m.signature_version,
                   m.published_at,
            """
                    + PgSubscriptions.COLUMNS
                    + """
                     FROM events.topic_delivery d
                    JOIN events.topic_message m
                      ON (m.account, m.region, m.topic, m.id) = (d.account, d.region, d.topic, d.message)
                    JOIN events.subscription s ON s.id = d.subscription
                    JOIN events.topic t ON (t.account, t.region, t.name) = (d.account, d.region, d.topic)
                    WHERE d.id = ANY (?)
                    """;

    private final Database database;
    private final LoadingCache<Filter, FilterPolicy> filters =
            Caffeine.newBuilder()
                    .maximumSize(MAX_CACHED_FILTERS)
                    .build(filter -> FilterPolicy.of(filter.policy, filter.scope));

    private record Filter(String policy, String scope) {}

    public PgOutbox(@Events Database database) {
        this.database = database;
    }

    /// Keeps a message and a delivery for every confirmed subscriber that wants it.
    ///
    /// @param remembered the publisher chose the id: a message that was published already is left alone
    /// @throws software.amazon.awssdk.services.sns.model.NotFoundException no such topic
    public void publish(
            TopicArn topic, UUID id, boolean remembered, Publication publication, Instant now) {
        database.run(connection -> {
            var kept = PgTopics.find(connection, topic).orElseThrow(SnsFault::noTopic);
            var message =
                    new Message(
                            id,
                            topic,
                            Message.Kind.NOTIFICATION,
                            publication.subject(),
                            publication.message(),
                            publication.structure(),
                            publication.attributes(),
                            null,
                            kept.signatureVersion(),
                            now);
            var receivers = receivers(connection, publication, topic);
            if (remembered || !receivers.isEmpty()) {
                put(connection, message, receivers, remembered);
            }
        });
    }

    private List<UUID> receivers(Connection connection, Publication publication, TopicArn topic)
            throws SQLException {
        var receivers = new ArrayList<UUID>();
        try (var select =
                connection.prepareStatement(
                        """
                        SELECT id, attributes ->> 'FilterPolicy', attributes ->> 'FilterPolicyScope'
                        FROM events.subscription
                        WHERE account = ? AND region = ? AND topic = ? AND state = 'confirmed'
                        """)) {
            PgTopics.setKey(select, topic);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var policy = rows.getString(2);
                    var scope = rows.getString(3);
                    if (policy == null
                            || filters.get(new Filter(policy, scope == null ? "" : scope))
                                    .accepts(publication.message(), publication.attributes())) {
                        receivers.add(rows.getObject(1, UUID.class));
                    }
                }
            }
        }
        return receivers;
    }

    /// Nothing happens when the topic has a message of this id.
    static void put(
            Connection connection, Message message, Collection<UUID> receivers, boolean remembered)
            throws SQLException {
        var attributes = new TreeMap<String, List<String>>();
        message.attributes().forEach((n, a) -> attributes.put(n, List.of(a.type(), a.value())));
        try (var insert =
                connection.prepareStatement(
                        """
                        INSERT INTO events.topic_message (account, region, topic, id, kind, subject, body, structure,
                            attributes, token, signature_version, remembered, published_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)) {
            PgTopics.setKey(insert, message.topic());
            insert.setObject(4, message.id());
            insert.setString(5, message.kind().text());
            insert.setString(6, message.subject());
            insert.setBytes(7, message.text().getBytes(StandardCharsets.UTF_8));
            insert.setString(8, message.structure());
            insert.setString(9, JsonText.write(attributes));
            insert.setString(10, message.token());
            insert.setString(11, message.signatureVersion());
            insert.setBoolean(12, remembered);
            insert.setTimestamp(13, Timestamp.from(message.publishedAt()));
            if (insert.executeUpdate() == 0) {
                return;
            }
        }
        try (var insert =
                connection.prepareStatement(
                        """
                        INSERT INTO events.topic_delivery (account, region, topic, message, subscription, due_at)
                        SELECT ?, ?, ?, ?, receiver, ? FROM unnest(?) receiver
                        """)) {
            PgTopics.setKey(insert, message.topic());
            insert.setObject(4, message.id());
            insert.setTimestamp(5, Timestamp.from(message.publishedAt()));
            insert.setArray(6, connection.createArrayOf("uuid", receivers.toArray()));
            insert.executeUpdate();
        }
    }

    /// Takes what is due, at most `each` a subscription and `limit` in all, leaving out subscriptions
    /// that are busy. What the caller does not [#finish] or [#postpone] comes due after [#LEASE].
    public List<Delivery> claim(Instant now, int each, int limit, Collection<UUID> busy) {
        return database.inTransaction(connection -> {
            var claimed = new ArrayList<Long>();
            try (var update = connection.prepareStatement(CLAIM)) {
                update.setTimestamp(1, Timestamp.from(now));
                update.setInt(2, each);
                update.setArray(3, connection.createArrayOf("uuid", busy.toArray()));
                update.setInt(4, limit);
                update.setTimestamp(5, Timestamp.from(now.plus(LEASE)));
                try (var rows = update.executeQuery()) {
                    while (rows.next()) {
                        claimed.add(rows.getLong(1));
                    }
                }
            }
            return claimed.isEmpty() ? List.of() : load(connection, claimed);
        });
    }

    // Deliveries whose receiver is gone, or no longer in the state they are for, end here.
    private static List<Delivery> load(Connection connection, List<Long> ids) throws SQLException {
        var deliveries = new ArrayList<Delivery>();
        var pointless = new HashSet<>(ids);
        try (var select = connection.prepareStatement(LOAD)) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var delivery = delivery(rows);
                    if (isWanted(delivery)) {
                        pointless.remove(delivery.id());
                        deliveries.add(delivery);
                    }
                }
            }
        }
        for (var id : pointless) {
            finish(connection, id);
        }
        return deliveries;
    }

    private static boolean isWanted(Delivery delivery) {
        return delivery.subscription().state()
                == switch (delivery.message().kind()) {
                    case NOTIFICATION -> Subscription.State.CONFIRMED;
                    case SUBSCRIPTION_CONFIRMATION -> Subscription.State.PENDING;
                    case UNSUBSCRIBE_CONFIRMATION -> Subscription.State.DELETED;
                };
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        var subscription = PgSubscriptions.subscription(row, 13);
        var policy = row.getString(3);
        var message =
                new Message(
                        row.getObject(4, UUID.class),
                        subscription.arn().topic(),
                        Message.Kind.of(row.getString(5)),
                        row.getString(6),
                        new String(row.getBytes(7), StandardCharsets.UTF_8),
                        row.getString(8),
                        attributes(row.getString(9)),
                        row.getString(10),
                        row.getString(11),
                        row.getTimestamp(12).toInstant());
        return new Delivery(
                row.getLong(1), message, subscription, row.getInt(2), policy == null ? "" : policy);
    }

    private static Map<String, MessageAttribute> attributes(String kept) {
        var attributes = new TreeMap<String, MessageAttribute>();
        JsonText.read(kept).map(JsonNode::properties).orElseThrow().stream()
                .forEach(e ->
                        attributes.put(
                                e.getKey(),
                                new MessageAttribute(
                                        e.getValue().path(0).asText(),
                                        e.getValue().path(1).asText())));
        return attributes;
    }

    /// The delivery is over, one way or the other.
    public void finish(long delivery) {
        database.run(connection -> finish(connection, delivery));
    }

    private static void finish(Connection connection, long delivery) throws SQLException {
        // The last delivery takes its message along, unless two end at once: then #purge does.
        try (var delete =
                connection.prepareStatement(
                        """
                        WITH done AS (
                            DELETE FROM events.topic_delivery WHERE id = ?
                            RETURNING id, account, region, topic, message)
                        DELETE FROM events.topic_message m USING done
                        WHERE (m.account, m.region, m.topic, m.id)
                              = (done.account, done.region, done.topic, done.message)
                          AND NOT m.remembered
                          AND NOT EXISTS (
                              SELECT 1 FROM events.topic_delivery d
                              WHERE (d.account, d.region, d.topic, d.message)
                                    = (m.account, m.region, m.topic, m.id) AND d.id <> done.id)
                        """)) {
            delete.setLong(1, delivery);
            delete.executeUpdate();
        }
    }

    /// The delivery is to be tried again.
    public void postpone(long delivery, Instant due) {
        database.run(connection -> {
            try (var update =
                    connection.prepareStatement(
                            "UPDATE events.topic_delivery SET due_at = ? WHERE id = ?")) {
                update.setTimestamp(1, Timestamp.from(due));
                update.setLong(2, delivery);
                update.executeUpdate();
            }
        });
    }

    /// Forgets delivered messages of more than a day ago.
    ///
    /// @return how many, at most a few thousand a call
    public int purge(Instant now) {
        return database.inTransaction(connection -> {
            try (var delete =
                    connection.prepareStatement(
                            """
                            DELETE FROM events.topic_message WHERE ctid = ANY (ARRAY (
                                SELECT m.ctid FROM events.topic_message m
                                WHERE m.published_at < ? AND NOT EXISTS (
                                    SELECT 1 FROM events.topic_delivery d
                                    WHERE (d.account, d.region, d.topic, d.message)
                                          = (m.account, m.region, m.topic, m.id))
                                LIMIT ?))
                            """)) {
                delete.setTimestamp(1, Timestamp.from(now.minus(MEMORY)));
                delete.setInt(2, PURGE_LIMIT);
                return delete.executeUpdate();
            }
        });
    }
}
