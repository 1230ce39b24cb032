package io.pharos.events.delivery.pg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.pharos.events.bus.BusName;
import io.pharos.events.delivery.RuleSet;
import io.pharos.events.rule.pg.PgRules;
import io.pharos.events.target.pg.PgTargets;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Rule sets as they are now: one query tells the versions, and only what changed is read again. So a
/// rule works from the next event after the reply on, in every replica.
@Singleton
public final class PgRuleSets {
    private static final int MAX_CACHED = 10_000;

    private final Cache<BusName, RuleSet> cache =
            Caffeine.newBuilder().maximumSize(MAX_CACHED).build();

    /// The rule sets of the buses that have any.
    public Map<BusName, RuleSet> current(Connection tx, Collection<BusName> buses)
            throws SQLException {
        var current = new HashMap<BusName, RuleSet>();
        for (var entry : versions(tx, List.copyOf(buses)).entrySet()) {
            var cached = cache.getIfPresent(entry.getKey());
            if (cached == null || cached.version() != entry.getValue()) {
                cached = read(tx, entry.getKey(), entry.getValue());
                cache.put(entry.getKey(), cached);
            }
            current.put(entry.getKey(), cached);
        }
        return current;
    }

    private static Map<BusName, Long> versions(Connection tx, List<BusName> buses)
            throws SQLException {
        var versions = new HashMap<BusName, Long>();
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT s.account, s.region, s.bus, s.version FROM events.rule_set s
                        JOIN unnest(?::text[], ?::text[], ?::text[]) AS b (account, region, bus)
                            USING (account, region, bus)
                        """)) {
            select.setArray(
                    1,
                    tx.createArrayOf(
                            "text", buses.stream().map(b -> b.tenant().account()).toArray()));
            select.setArray(
                    2,
                    tx.createArrayOf(
                            "text", buses.stream().map(b -> b.tenant().region()).toArray()));
            select.setArray(
                    3, tx.createArrayOf("text", buses.stream().map(BusName::name).toArray()));
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var tenant = new Tenant(rows.getString(1), rows.getString(2));
                    versions.put(new BusName(tenant, rows.getString(3)), rows.getLong(4));
                }
            }
        }
        return versions;
    }

    /// The rules may be newer than the version, if a change committed in between: then the set is read
    /// once more with the next batch.
    private static RuleSet read(Connection tx, BusName bus, long version) throws SQLException {
        return new RuleSet(version, PgRules.all(tx, bus), PgTargets.all(tx, bus));
    }
}
