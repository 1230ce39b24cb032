package io.pharos.logs.contributor.pg;

import io.pharos.kit.Database;
import io.pharos.logs.config.Logs;
import io.pharos.logs.contributor.BatchCounts;
import io.pharos.logs.contributor.ContributorCounts;
import io.pharos.logs.contributor.ContributorReport;
import io.pharos.logs.contributor.ContributorReport.ReportRequest;
import io.pharos.logs.contributor.InsightRule;
import io.pharos.logs.contributor.RuleBodyParser;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportResponse;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Table `logs.insight_part`: what rules counted, by minute. Arrivals only add rows; merging makes one
/// of those of a minute.
@Singleton
public final class PgContributions {
    /// How long counts are kept.
    public static final Duration KEPT = Duration.ofDays(15);

    /// A minute with so many parts is merged at once, others when nothing came for [#QUIET].
    static final int MANY_PARTS = 8;

    static final Duration QUIET = Duration.ofMinutes(1);

    /// Minutes that one pass merges.
    static final int MAX_MERGED = 1_000;

    private static final int FETCH = 50;

    /// A rule that is deleted or changed meanwhile must not fail the batch.
    private static final String ADD =
            """
            INSERT INTO logs.insight_part (rule_id, minute_ms, arrived_ms, counts)
            SELECT added.rule_id, added.minute_ms, ?, added.counts
            FROM unnest(?::bigint[], ?::integer[], ?::bigint[], ?::bytea[])
                    AS added (rule_id, revision, minute_ms, counts)
                JOIN logs.insight_rule r ON r.id = added.rule_id AND r.revision = added.revision
            ORDER BY added.rule_id, added.minute_ms
            FOR KEY SHARE OF r
            """;

    private static final String READ =
            """
            SELECT minute_ms, counts FROM logs.insight_part
            WHERE rule_id = ? AND minute_ms >= ? AND minute_ms < ?
            ORDER BY minute_ms, id
            """;
    private static final String DUE =
            """
            SELECT rule_id, minute_ms FROM logs.insight_part WHERE NOT merged
            GROUP BY rule_id, minute_ms
            HAVING count(*) >= ? OR max(arrived_ms) <= ?
            ORDER BY rule_id, minute_ms
            LIMIT ?
            """;
    private static final String PARTS =
            """
            SELECT id, counts FROM logs.insight_part WHERE rule_id = ? AND minute_ms = ?
            ORDER BY id
            FOR UPDATE SKIP LOCKED
            """;
    private static final String REPLACE =
            """
            UPDATE logs.insight_part SET counts = ?, merged = true
            WHERE rule_id = ? AND minute_ms = ? AND id = ?
            """;
    private static final String REMOVE =
            "DELETE FROM logs.insight_part WHERE rule_id = ? AND minute_ms = ? AND id = ANY(?)";
    private static final String EXPIRE =
            """
            DELETE FROM logs.insight_part p USING logs.insight_rule r
            WHERE p.rule_id = r.id AND p.minute_ms < ?
            """;

    private final Database database;

    public PgContributions(@Logs Database database) {
        this.database = database;
    }

    /// Adds what a batch of events contributed, in its transaction.
    public static void add(Connection tx, BatchCounts batch, long nowMs) throws SQLException {
        var rules = new ArrayList<Long>();
        var revisions = new ArrayList<Integer>();
        var minutes = new ArrayList<Long>();
        var counts = new ArrayList<byte[]>();
        batch.parts()
                .forEach((part, counted) -> {
                    rules.add(part.ruleId());
                    revisions.add(part.revision());
                    minutes.add(part.minuteMs());
                    counts.add(counted.encode());
                });
        if (rules.isEmpty()) {
            return;
        }
        try (var insert = tx.prepareStatement(ADD)) {
            insert.setLong(1, nowMs);
            insert.setArray(2, tx.createArrayOf("bigint", rules.toArray()));
            insert.setArray(3, tx.createArrayOf("integer", revisions.toArray()));
            insert.setArray(4, tx.createArrayOf("bigint", minutes.toArray()));
            insert.setArray(5, tx.createArrayOf("bytea", counts.toArray(byte[][]::new)));
            insert.executeUpdate();
        }
    }

    /// What happened in a time range; empty when there is no such rule.
    public Optional<GetInsightRuleReportResponse> report(
            Tenant tenant, String name, ReportRequest request) {
        return database.inTransaction(tx -> {
            try (var snapshot = tx.createStatement()) { // both readings see the same
                snapshot.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            }
            var rule = PgInsightRules.find(tx, tenant, name, false);
            if (rule.isEmpty()) {
                return Optional.empty();
            }
            var report = new ContributorReport(request);
            read(tx, rule.get(), request, report::count);
            report.rank();
            read(tx, rule.get(), request, report::fill);
            var body = RuleBodyParser.parse(rule.get().definition(), tenant);
            return Optional.of(report.answer(body));
        });
    }

    @FunctionalInterface
    private interface Reader {
        void read(long minuteMs, ContributorCounts counts);
    }

    private static void read(Connection tx, InsightRule rule, ReportRequest request, Reader reader)
            throws SQLException {
        try (var select = tx.prepareStatement(READ)) {
            select.setFetchSize(FETCH);
            select.setLong(1, rule.id());
            select.setLong(2, request.startMs());
            select.setLong(3, request.endMs());
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    reader.read(row.getLong(1), ContributorCounts.decode(row.getBytes(2)));
                }
            }
        }
    }

    private record Minute(long ruleId, long minuteMs) {}

    /// Makes one part of those of each minute that is due; returns how many minutes.
    public int merge(long nowMs) {
        var due = database.read(connection -> due(connection, nowMs));
        for (var minute : due) {
            database.run(tx -> merge(tx, minute));
        }
        return due.size();
    }

    private static List<Minute> due(Connection connection, long nowMs) throws SQLException {
        try (var select = connection.prepareStatement(DUE)) {
            select.setInt(1, MANY_PARTS);
            select.setLong(2, nowMs - QUIET.toMillis());
            select.setInt(3, MAX_MERGED);
            var due = new ArrayList<Minute>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    due.add(new Minute(row.getLong(1), row.getLong(2)));
                }
            }
            return due;
        }
    }

    private static void merge(Connection tx, Minute minute) throws SQLException {
        var ids = new ArrayList<Long>();
        @Nullable ContributorCounts merged = null;
        try (var select = tx.prepareStatement(PARTS)) {
            select.setLong(1, minute.ruleId());
            select.setLong(2, minute.minuteMs());
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getLong(1));
                    var part = ContributorCounts.decode(row.getBytes(2));
                    if (merged == null) {
                        merged = part;
                    } else {
                        merged.merge(part);
                    }
                }
            }
        }
        if (merged == null) {
            return;
        }
        try (var update = tx.prepareStatement(REPLACE)) {
            update.setBytes(1, merged.encode());
            update.setLong(2, minute.ruleId());
            update.setLong(3, minute.minuteMs());
            update.setLong(4, ids.getFirst());
            update.executeUpdate();
        }
        try (var delete = tx.prepareStatement(REMOVE)) {
            delete.setLong(1, minute.ruleId());
            delete.setLong(2, minute.minuteMs());
            delete.setArray(3, tx.createArrayOf("bigint", ids.subList(1, ids.size()).toArray()));
            delete.executeUpdate();
        }
    }

    /// Removes what is older than [#KEPT]; returns how many parts.
    public int expire(long nowMs) {
        return database.inTransaction(tx -> {
            try (var delete = tx.prepareStatement(EXPIRE)) {
                delete.setLong(1, nowMs - KEPT.toMillis());
                return delete.executeUpdate();
            }
        });
    }
}
