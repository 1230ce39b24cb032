package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.kit.Database;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Shares alarms among the processes that evaluate: each says every few seconds that it lives, and
/// an alarm belongs to one of the living by its name's hash. For a moment two may believe to own an
/// alarm; an alarm's version lets only one of them write.
public final class Evaluators {
    /// Who was not heard of for so long has no alarms any more.
    private static final Duration GONE_AFTER = Duration.ofSeconds(10);

    private final Database database;
    private final UUID self = UUID.randomUUID();
    private List<UUID> living = List.of();

    public Evaluators(Database database) {
        this.database = database;
    }

    /// Says that this process lives.
    ///
    /// @return true when others came or went since the last time, so that alarms change owner
    public boolean beat(Instant now) {
        var found =
                database.inTransaction(tx -> {
                    try (var upsert =
                            tx.prepareStatement(
                                    """
                                    INSERT INTO alarms.evaluator (id, seen_ms) VALUES (?, ?)
                                    ON CONFLICT (id) DO UPDATE SET seen_ms = excluded.seen_ms
                                    """)) {
                        upsert.setObject(1, self);
                        upsert.setLong(2, now.toEpochMilli());
                        upsert.executeUpdate();
                    }
                    try (var select =
                            tx.prepareStatement(
                                    """
                                    SELECT id FROM alarms.evaluator WHERE seen_ms > ?
                                    ORDER BY id
                                    """)) {
                        select.setLong(1, now.minus(GONE_AFTER).toEpochMilli());
                        var ids = new ArrayList<UUID>();
                        try (var row = select.executeQuery()) {
                            while (row.next()) {
                                ids.add(row.getObject(1, UUID.class));
                            }
                        }
                        return ids;
                    }
                });
        var changed = !found.equals(living);
        living = found;
        return changed;
    }

    public boolean owns(AlarmKey key) {
        return !living.isEmpty()
                && living.get(Math.floorMod(key.hashCode() * 0x9E3779B9, living.size()))
                        .equals(self);
    }

    /// Gives its alarms to the others at once.
    public void leave() {
        database.run(tx -> {
            try (var delete = tx.prepareStatement("DELETE FROM alarms.evaluator WHERE id = ?")) {
                delete.setObject(1, self);
                delete.executeUpdate();
            }
        });
    }

    /// Deletes who is gone for good.
    public void purge(Instant now) {
        database.run(tx -> {
            try (var delete =
                    tx.prepareStatement("DELETE FROM alarms.evaluator WHERE seen_ms < ?")) {
                delete.setLong(1, now.minus(Duration.ofHours(1)).toEpochMilli());
                delete.executeUpdate();
            }
        });
    }
}
