package io.pharos.events.topic.pg;

import io.pharos.events.config.Events;
import io.pharos.events.json.JsonText;
import io.pharos.events.topic.Message;
import io.pharos.events.topic.Protocol;
import io.pharos.events.topic.SnsFault;
import io.pharos.events.topic.Subscription;
import io.pharos.events.topic.Subscription.State;
import io.pharos.events.topic.SubscriptionArn;
import io.pharos.events.topic.Topic;
import io.pharos.events.topic.TopicArn;
import io.pharos.kit.Database;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.SubscriptionLimitExceededException;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// Subscribers, from asking to join until they are gone.
@Singleton
public final class PgSubscriptions {
    /// How long the link of a confirmation works.
    public static final Duration TOKEN_LIFE = Duration.ofDays(2);

    /// How long an unconfirmed subscription stays.
    public static final Duration PENDING_LIFE = Duration.ofDays(3);

    /// AWS's quota of subscriptions that wait for confirmation, an account.
    static final int MAX_PENDING = 5000;

    static final String COLUMNS =
            """
            s.id, s.account, s.region, s.topic, s.protocol, s.endpoint, s.state, s.attributes, s.principal,
            s.confirmation_signed, s.unsubscribe_signed\
            """;

    private static final int TOKEN_BYTES = 96;

    private final Database database;
    private final SecureRandom random = new SecureRandom();

    public PgSubscriptions(@Events Database database) {
        this.database = database;
    }

    /// Adds a subscriber, or finds the one with the same protocol and endpoint. A pending one is sent
    /// a (new) confirmation.
    ///
    /// @param wanted id and state as for a new one
    /// @throws software.amazon.awssdk.services.sns.model.InvalidParameterException it is there with
    ///     other attributes
    /// @throws SubscriptionLimitExceededException too many wait for confirmation
    public Subscription subscribe(Subscription wanted, Instant now) {
        return database.inTransaction(connection -> {
            var topic =
                    PgTopics.find(connection, wanted.arn().topic()).orElseThrow(SnsFault::noTopic);
            if (wanted.isPending()) {
                checkPending(connection, wanted.arn().topic().tenant());
            }
            var inserted = insert(connection, wanted, now);
            var kept = inserted ? wanted : same(connection, wanted);
            if (!inserted) {
                wanted.attributes()
                        .forEach((name, value) -> {
                            if (!value.equals(kept.attribute(name))) {
                                throw SnsFault.invalid(
                                        "Attributes Reason: Subscription already exists with different attributes");
                            }
                        });
            }
            if (kept.isPending()) {
                ask(connection, kept, topic, Message.Kind.SUBSCRIPTION_CONFIRMATION, now);
            }
            return kept;
        });
    }

    private static void checkPending(Connection connection, Tenant tenant) throws SQLException {
        try (var count =
                connection.prepareStatement(
                        """
                        SELECT count(*) FROM events.subscription
                        WHERE state = 'pending' AND account = ? AND region = ?
                        """)) {
            PgTopics.setTenant(count, tenant);
            if (PgTopics.single(count) >= MAX_PENDING) {
                throw SubscriptionLimitExceededException.builder()
                        .message("Pending subscription limit exceeded")
                        .build();
            }
        }
    }

    private static boolean insert(Connection connection, Subscription wanted, Instant now)
            throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        """
                        INSERT INTO events.subscription (account, region, topic, id, protocol, endpoint, state,
                            attributes, principal, confirmation_signed, unsubscribe_signed, created_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?::json, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)) {
            PgTopics.setKey(insert, wanted.arn().topic());
            insert.setObject(4, wanted.arn().id());
            insert.setString(5, wanted.protocol().text());
            insert.setString(6, wanted.endpoint());
            insert.setString(7, wanted.state().name().toLowerCase(Locale.ROOT));
            insert.setString(8, JsonText.write(wanted.attributes()));
            insert.setString(9, wanted.principal());
            insert.setBoolean(10, wanted.confirmationSigned());
            insert.setBoolean(11, wanted.unsubscribeSigned());
            insert.setTimestamp(12, Timestamp.from(now));
            return insert.executeUpdate() == 1;
        }
    }

    private static Subscription same(Connection connection, Subscription wanted)
            throws SQLException {
        return living(connection, wanted, " FOR UPDATE")
                .orElseThrow(() -> new SQLException("the subscription went away", "40001"));
    }

    // A new token, and a message that carries it; the old link ends.
    private void ask(
            Connection connection,
            Subscription receiver,
            Topic topic,
            Message.Kind kind,
            Instant now)
            throws SQLException {
        var bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        var token = HexFormat.of().formatHex(bytes);
        try (var update =
                connection.prepareStatement(
                        "UPDATE events.subscription SET token = ?, token_expires_at = ? WHERE id = ?")) {
            update.setString(1, token);
            update.setTimestamp(2, Timestamp.from(now.plus(TOKEN_LIFE)));
            update.setObject(3, receiver.arn().id());
            update.executeUpdate();
        }
        var message =
                new Message(
                        UUID.randomUUID(),
                        receiver.arn().topic(),
                        kind,
                        null,
                        "",
                        null,
                        Map.of(),
                        token,
                        topic.signatureVersion(),
                        now);
        PgOutbox.put(connection, message, List.of(receiver.arn().id()), false);
    }

    /// Confirms a pending subscription, or restores a deleted one, by the token it was sent.
    ///
    /// @param signed the call was signed
    /// @param unsubscribeSigned from now on only signed calls may unsubscribe
    public SubscriptionArn confirm(
            TopicArn topic, String token, boolean signed, boolean unsubscribeSigned, Instant now) {
        return database.inTransaction(connection -> {
            var asked = byToken(connection, token, now);
            if (asked.isEmpty()) {
                throw InvalidParameterException.builder().message("Invalid token").build();
            }
            var subscription = asked.get();
            if (!subscription.arn().topic().equals(topic)) {
                throw SnsFault.invalid("Topic");
            }
            if (subscription.state() == State.CONFIRMED) {
                return subscription.arn();
            }
            if (subscription.state() == State.DELETED) {
                var living = living(connection, subscription, "");
                if (living.isPresent()) {
                    return living.get().arn();
                }
            }
            markConfirmed(connection, subscription.arn(), signed, unsubscribeSigned);
            return subscription.arn();
        });
    }

    private static Optional<Subscription> living(
            Connection connection, Subscription like, String locking) throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM events.subscription s WHERE account = ? AND region = ? AND topic = ?"
                                + " AND protocol = ? AND endpoint = ? AND state <> 'deleted'"
                                + locking)) {
            PgTopics.setKey(select, like.arn().topic());
            select.setString(4, like.protocol().text());
            select.setString(5, like.endpoint());
            return first(select);
        }
    }

    private static Optional<Subscription> byToken(Connection connection, String token, Instant now)
            throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM events.subscription s WHERE token = ? AND token_expires_at > ? FOR UPDATE")) {
            select.setString(1, token);
            select.setTimestamp(2, Timestamp.from(now));
            return first(select);
        }
    }

    private static void markConfirmed(
            Connection connection, SubscriptionArn arn, boolean signed, boolean unsubscribeSigned)
            throws SQLException {
        try (var update =
                connection.prepareStatement(
                        """
                        UPDATE events.subscription
                        SET state = 'confirmed', confirmation_signed = ?, unsubscribe_signed = ? WHERE id = ?
                        """)) {
            update.setBoolean(1, signed);
            update.setBoolean(2, unsubscribeSigned);
            update.setObject(3, arn.id());
            update.executeUpdate();
        }
    }

    /// Ends a subscription; HTTP(S) receivers are told, with a link to take it back. Nothing happens
    /// when there is none.
    ///
    /// @throws software.amazon.awssdk.services.sns.model.InvalidParameterException it is not confirmed
    /// @throws software.amazon.awssdk.services.sns.model.AuthorizationErrorException it wants a signed call
    public void unsubscribe(SubscriptionArn arn, boolean signed, Instant now) {
        database.run(connection -> {
            var found = lock(connection, arn);
            if (found.isEmpty()) {
                return;
            }
            var subscription = found.get();
            if (subscription.isPending()) {
                throw SnsFault.invalid(
                        "SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation");
            }
            if (subscription.unsubscribeSigned() && !signed) {
                throw SnsFault.unauthorized("anonymous", "Unsubscribe", arn.topic().toString());
            }
            end(connection, subscription);
            var topic = PgTopics.find(connection, arn.topic());
            if (subscription.protocol().isHttp() && topic.isPresent()) {
                ask(
                        connection,
                        subscription,
                        topic.get(),
                        Message.Kind.UNSUBSCRIBE_CONFIRMATION,
                        now);
            }
        });
    }

    private static void end(Connection connection, Subscription subscription) throws SQLException {
        try (var update =
                        connection.prepareStatement(
                                subscription.protocol().isHttp()
                                        ? "UPDATE events.subscription SET state = 'deleted' WHERE id = ?"
                                        : "DELETE FROM events.subscription WHERE id = ?");
                var count =
                        connection.prepareStatement(
                                """
                                UPDATE events.topic SET deleted_subscriptions = deleted_subscriptions + 1
                                WHERE account = ? AND region = ? AND name = ?
                                """)) {
            update.setObject(1, subscription.arn().id());
            update.executeUpdate();
            PgTopics.setKey(count, subscription.arn().topic());
            count.executeUpdate();
        }
    }

    public Optional<Subscription> find(SubscriptionArn arn) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT "
                                    + COLUMNS
                                    + " FROM events.subscription s WHERE account = ? AND region = ?"
                                    + " AND topic = ? AND id = ? AND state <> 'deleted'")) {
                PgTopics.setKey(select, arn.topic());
                select.setObject(4, arn.id());
                return first(select);
            }
        });
    }

    /// @throws software.amazon.awssdk.services.sns.model.NotFoundException no such subscription
    public void change(SubscriptionArn arn, Function<Subscription, Map<String, String>> change) {
        database.run(connection -> {
            var before = lock(connection, arn).orElseThrow(SnsFault::noSubscription);
            try (var update =
                    connection.prepareStatement(
                            "UPDATE events.subscription SET attributes = ?::json WHERE id = ?")) {
                update.setString(1, JsonText.write(change.apply(before)));
                update.setObject(2, arn.id());
                update.executeUpdate();
            }
        });
    }

    private static Optional<Subscription> lock(Connection connection, SubscriptionArn arn)
            throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM events.subscription s WHERE account = ? AND region = ?"
                                + " AND topic = ? AND id = ? AND state <> 'deleted' FOR UPDATE")) {
            PgTopics.setKey(select, arn.topic());
            select.setObject(4, arn.id());
            return first(select);
        }
    }

    /// Subscriptions by id, from after `after` (null for the first); of one topic or, without, of all.
    public List<Subscription> page(
            Tenant tenant, @Nullable String topic, @Nullable UUID after, int limit) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT "
                                    + COLUMNS
                                    + " FROM events.subscription s WHERE account = ? AND region = ?"
                                    + " AND state <> 'deleted'"
                                    + (topic == null ? "" : " AND topic = ?")
                                    + (after == null ? "" : " AND id > ?")
                                    + " ORDER BY id LIMIT ?")) {
                PgTopics.setTenant(select, tenant);
                var next = 3;
                if (topic != null) {
                    select.setString(next++, topic);
                }
                if (after != null) {
                    select.setObject(next++, after);
                }
                select.setInt(next, limit);
                var found = new ArrayList<Subscription>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(subscription(rows, 1));
                    }
                }
                return found;
            }
        });
    }

    /// Takes away what was not confirmed in time, and what can no longer be restored.
    public int expire(Instant now) {
        return database.inTransaction(connection -> {
            try (var delete =
                    connection.prepareStatement(
                            """
                            DELETE FROM events.subscription
                            WHERE state = 'pending' AND created_at < ?
                               OR state = 'deleted' AND token_expires_at < ?
                            """)) {
                delete.setTimestamp(1, Timestamp.from(now.minus(PENDING_LIFE)));
                delete.setTimestamp(2, Timestamp.from(now));
                return delete.executeUpdate();
            }
        });
    }

    private static Optional<Subscription> first(PreparedStatement select) throws SQLException {
        try (var rows = select.executeQuery()) {
            return rows.next() ? Optional.of(subscription(rows, 1)) : Optional.empty();
        }
    }

    /// Reads [#COLUMNS], the first of which is at `at`.
    static Subscription subscription(ResultSet row, int at) throws SQLException {
        var topic =
                new TopicArn(
                        new Tenant(row.getString(at + 1), row.getString(at + 2)),
                        row.getString(at + 3));
        return new Subscription(
                new SubscriptionArn(topic, row.getObject(at, UUID.class)),
                Protocol.of(row.getString(at + 4)),
                row.getString(at + 5),
                State.valueOf(row.getString(at + 6).toUpperCase(Locale.ROOT)),
                JsonText.readMap(row.getString(at + 7)),
                row.getString(at + 8),
                row.getBoolean(at + 9),
                row.getBoolean(at + 10));
    }
}
