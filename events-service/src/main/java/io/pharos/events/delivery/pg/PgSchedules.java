package io.pharos.events.delivery.pg;

import io.pharos.events.bus.BusName;
import io.pharos.events.config.Events;
import io.pharos.events.delivery.Delivery;
import io.pharos.events.delivery.Leased;
import io.pharos.events.delivery.ScheduledEvent;
import io.pharos.events.rule.RuleName;
import io.pharos.events.schedule.ScheduleExpression;
import io.pharos.events.target.pg.PgTargets;
import io.pharos.kit.Database;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Fires scheduled rules: the next time and the deliveries commit together, under the rule's row lock,
/// so a rule fires once across replicas.
@Singleton
public final class PgSchedules {
    /// Rules one transaction fires.
    static final int LIMIT = 200;

    /// A firing that was missed for longer is not made up for.
    static final Duration LATEST = Duration.ofMinutes(1);

    private final Database database;

    public PgSchedules(@Events Database database) {
        this.database = database;
    }

    private record Due(RuleName rule, String schedule, Instant anchor, Instant at) {}

    /// @param rules how many were due
    /// @param deliveries what they sent, leased to this process
    public record Fired(int rules, List<Leased> deliveries) {
        /// Whether more may be due.
        public boolean isFull() {
            return rules == LIMIT;
        }
    }

    public Fired fire(Instant now) {
        return database.inTransaction(tx -> {
            var due = due(tx, now);
            var deliveries = new ArrayList<Delivery>();
            for (var one : due) {
                advance(tx, one, now);
                if (one.at().plus(LATEST).isAfter(now)) {
                    var event = ScheduledEvent.of(one.rule(), one.at());
                    for (var target : PgTargets.of(tx, one.rule())) {
                        deliveries.add(Delivery.of(one.rule(), target, event));
                    }
                }
            }
            return new Fired(due.size(), PgDeliveries.insert(tx, deliveries, now));
        });
    }

    private static List<Due> due(Connection tx, Instant now) throws SQLException {
        var due = new ArrayList<Due>();
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT account, region, bus, name, schedule, anchored_at, next_fire_at FROM events.rule
                        WHERE next_fire_at <= ? ORDER BY next_fire_at LIMIT ? FOR UPDATE SKIP LOCKED
                        """)) {
            select.setTimestamp(1, Timestamp.from(now));
            select.setInt(2, LIMIT);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var tenant = new Tenant(rows.getString(1), rows.getString(2));
                    due.add(
                            new Due(
                                    new RuleName(
                                            new BusName(tenant, rows.getString(3)),
                                            rows.getString(4)),
                                    rows.getString(5),
                                    rows.getTimestamp(6).toInstant(),
                                    rows.getTimestamp(7).toInstant()));
                }
            }
        }
        return due;
    }

    private static void advance(Connection tx, Due due, Instant now) throws SQLException {
        var next = ScheduleExpression.parse(due.schedule()).next(due.anchor(), now);
        try (var update =
                tx.prepareStatement(
                        "UPDATE events.rule SET next_fire_at = ? WHERE account = ? AND region = ? AND bus = ? AND name = ?")) {
            update.setTimestamp(1, next.map(Timestamp::from).orElse(null));
            update.setString(2, due.rule().bus().tenant().account());
            update.setString(3, due.rule().bus().tenant().region());
            update.setString(4, due.rule().bus().name());
            update.setString(5, due.rule().name());
            update.executeUpdate();
        }
    }
}
