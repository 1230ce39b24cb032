package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.kit.Database;
import io.pharos.wire.Tenant;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Tells an evaluator what becomes of alarms, whoever changed them and in whichever process. Sees
/// every committed change at least once: it reads from the oldest transaction that still ran at the
/// time before. For one thread.
public final class AlarmFeed {
    private static final Duration KEPT = Duration.ofHours(1);

    private final Database database;
    private long horizon;

    /// An alarm that changed, as it is now; empty when it was deleted.
    public record Change(AlarmKey key, Optional<KeptAlarm> alarm) {}

    public AlarmFeed(Database database) {
        this.database = database;
    }

    /// Hands over every alarm there is, by pages; [#poll()] goes on from here.
    public void loadAll(Consumer<List<KeptAlarm>> pages) {
        horizon = database.read(connection -> new ChangeRows(connection).horizon());
        var after = (AlarmKey) null;
        while (true) {
            var from = after;
            var page = database.read(connection -> new AlarmRows(connection).page(from));
            if (page.isEmpty()) {
                return;
            }
            pages.accept(page);
            after = page.getLast().key();
        }
    }

    /// One indexed query when nothing changed.
    public List<Change> poll() {
        return database.read(connection -> {
            var next = new ChangeRows(connection).horizon();
            var byTenant = new HashMap<Tenant, List<String>>();
            for (var key : new ChangeRows(connection).since(horizon)) {
                byTenant.computeIfAbsent(key.tenant(), _ -> new ArrayList<>()).add(key.name());
            }
            var changes = new ArrayList<Change>();
            for (var entry : byTenant.entrySet()) {
                var tenant = entry.getKey();
                var found = new AlarmRows(connection).find(tenant, entry.getValue());
                addAll(changes, tenant, entry.getValue(), found);
            }
            horizon = next;
            return changes;
        });
    }

    private static void addAll(
            List<Change> changes, Tenant tenant, List<String> names, List<KeptAlarm> found) {
        Map<String, KeptAlarm> byName = new HashMap<>();
        found.forEach(alarm -> byName.put(alarm.key().name(), alarm));
        for (var name : names) {
            changes.add(
                    new Change(new AlarmKey(tenant, name), Optional.ofNullable(byName.get(name))));
        }
    }

    /// Deletes what every evaluator has seen long ago.
    public void purge(Instant now) {
        database.run(tx -> {
            try (var delete =
                    tx.prepareStatement("DELETE FROM alarms.alarm_change WHERE at_ms < ?")) {
                delete.setLong(1, now.minus(KEPT).toEpochMilli());
                delete.executeUpdate();
            }
        });
    }
}
