package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.mute.MuteRule;
import io.pharos.alarms.mute.MuteWindow;
import io.pharos.kit.Database;
import io.pharos.kit.ResourceTags;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Keeps mute rules, and does what they held back when they end.
public final class MuteLedger {
    private static final int PUT_ATTEMPTS = 3;
    private static final int RELEASES = 100;

    private final Database database;

    public MuteLedger(Database database) {
        this.database = database;
    }

    /// Creates or replaces a rule. Tags count at creation only.
    ///
    /// @throws AwsError when it names alarms that do not exist
    public void put(MuteRule rule, List<Tag> tags, Instant now) {
        for (var attempt = 0; attempt < PUT_ATTEMPTS; attempt++) {
            if (database.inTransaction(tx -> put(tx, rule, tags, now))) {
                return;
            }
        }
        throw new IllegalStateException("mute rule is put and deleted too often at once");
    }

    private static boolean put(Connection tx, MuteRule rule, List<Tag> tags, Instant now)
            throws SQLException {
        requireTargets(tx, rule);
        var rows = new MuteRuleRows(tx);
        var before = rows.lock(rule.key());
        if (before.isEmpty()) {
            if (rows.count(rule.key().tenant()) >= MuteRule.MAX_RULES) {
                throw LimitExceededException.builder()
                        .message(
                                "The maximum limit of "
                                        + MuteRule.MAX_RULES
                                        + " alarm mute rules has been reached.")
                        .build();
            }
            return rows.insert(rule, tags);
        }
        rows.update(rule);
        hasten(tx, before.get(), now);
        return true;
    }

    private static void requireTargets(Connection tx, MuteRule rule) throws SQLException {
        var targets = rule.targets();
        if (targets == null || targets.isEmpty()) {
            return;
        }
        var missing = new TreeSet<>(targets);
        for (var kept : new AlarmRows(tx).find(rule.key().tenant(), targets)) {
            missing.remove(kept.key().name());
        }
        if (!missing.isEmpty()) {
            throw AwsError.validation(
                    "The following alarms in MuteTargets do not exist: " + missing);
        }
    }

    private static void hasten(Connection tx, MuteRule before, Instant now) throws SQLException {
        if (before.targets() != null) {
            new MutedRows(tx).hasten(before.key().tenant(), before.targets(), now);
        }
    }

    /// A rule that is not there is left so.
    public void delete(MuteRule.Key key, Instant now) {
        database.run(tx -> {
            var rows = new MuteRuleRows(tx);
            var before = rows.lock(key);
            if (before.isPresent()) {
                rows.delete(key);
                hasten(tx, before.get(), now);
            }
        });
    }

    public Optional<MuteRule> find(MuteRule.Key key) {
        return database.read(connection -> new MuteRuleRows(connection).find(key));
    }

    /// By name.
    ///
    /// @param target name of an alarm that they mute; null for all
    /// @param after the name before the first
    public List<MuteRule> list(Tenant tenant, @Nullable String target, String after) {
        return database.read(
                connection -> new MuteRuleRows(connection).list(tenant, target, after));
    }

    /// The window that mutes an alarm at `now`.
    public Optional<MuteWindow> window(AlarmKey key, Instant now) {
        return database.read(
                connection -> MuteWrites.last(new MuteRuleRows(connection).of(key), now));
    }

    /// @throws ResourceNotFoundException when there is no such rule
    public void tag(MuteRule.Key key, List<Tag> tags) {
        database.run(tx -> {
            var rows = require(tx, key);
            var merged = new LinkedHashMap<String, Tag>();
            rows.tags(key).forEach(tag -> merged.put(tag.key(), tag));
            tags.forEach(tag -> merged.put(tag.key(), tag));
            if (merged.size() > ResourceTags.MAX_TAGS) {
                throw LimitExceededException.builder()
                        .message("A resource may have at most 50 tags.")
                        .build();
            }
            rows.setTags(key, List.copyOf(merged.values()));
        });
    }

    /// @throws ResourceNotFoundException when there is no such rule
    public void untag(MuteRule.Key key, Collection<String> keys) {
        database.run(tx -> {
            var rows = require(tx, key);
            rows.setTags(
                    key, rows.tags(key).stream().filter(tag -> !keys.contains(tag.key())).toList());
        });
    }

    /// @throws ResourceNotFoundException when there is no such rule
    public List<Tag> tags(MuteRule.Key key) {
        return database.inTransaction(tx -> require(tx, key).tags(key));
    }

    private static MuteRuleRows require(Connection tx, MuteRule.Key key) throws SQLException {
        var rows = new MuteRuleRows(tx);
        if (rows.lock(key).isEmpty()) {
            throw ResourceNotFoundException.builder().build();
        }
        return rows;
    }

    /// Does what was held back by windows that have ended by `now`, each alarm in a transaction of its
    /// own.
    ///
    /// @return how many alarms were looked at
    public int releaseDue(Instant now) {
        var due = database.read(connection -> new MutedRows(connection).due(now, RELEASES));
        for (var key : due) {
            database.run(tx -> {
                var kept = new AlarmWrites(tx).lock(key);
                if (kept.isPresent()) {
                    new MuteWrites(tx).release(kept.get(), now);
                }
            });
        }
        return due.size();
    }
}
