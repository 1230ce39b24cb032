package io.pharos.logs.query.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.block.pg.PgBlockMerger;
import io.pharos.logs.block.pg.PgBlockSweep;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.entity.pg.PgStreamEntities;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.ingest.stream.Flush;
import io.pharos.logs.lookup.pg.PgLookupTables;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.query.FieldIndexes;
import io.pharos.logs.query.pg.PgQueries;
import io.pharos.logs.query.pg.PgQueryBlocks;
import io.pharos.logs.query.pg.PgQueryDefinitions;
import io.pharos.logs.query.pg.ViewedBlocks;
import io.pharos.logs.query.schedule.QueryRunner;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.logs.view.pg.EventViews;
import io.pharos.stream.LogBatch;
import io.pharos.stream.LogEntity;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupField;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResultField;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The entities that events came with, in queries; on a real PostgreSQL.
class EntitiesIT {
    private static final String GROUP = "/app/orders";
    private static final long NOW = 1_714_565_100_000L;
    private static final String CONTENT =
            "stats count(*) as n by @entity.KeyAttributes.Name as who | sort who asc";

    private final SteppingClock clock = SteppingClock.at("2024-05-01T12:20:00Z");
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgLogStreams streams = new PgLogStreams(database, groups);
    private final PgBlockMerger merger = new PgBlockMerger(database, new PgBlocks());
    private final PgBlockSweep sweep = new PgBlockSweep(database, merger);
    private final PgStreamEntities entities = new PgStreamEntities(database);
    private final PgPolicies policies = new PgPolicies(database, groups);
    private final ViewedBlocks blocks =
            new ViewedBlocks(new PgQueryBlocks(database), new EventViews(policies, groups));
    private final PgQueries queries = new PgQueries(database);
    private final QueryApi api =
            new QueryApi(
                    new QueryGroups(groups),
                    new PgLookupTables(database),
                    new PgQueryDefinitions(database),
                    queries,
                    new QueryRunner(queries, blocks, clock),
                    FieldIndexes.OF_ALL_GROUPS);
    private final LogRecordApi records = new LogRecordApi(groups, blocks);
    private final Flush flush = new Flush(database);
    private long offset;

    @BeforeEach
    void group() {
        groups.create(Calls.TENANT, GROUP, Map.of(), false, 1);
        streams.create(Calls.TENANT, GROUP, "a", 1);
        streams.create(Calls.TENANT, GROUP, "b", 1);
    }

    @Test
    void queriesKnowWhatSentAnEvent() {
        putAll(
                batch("a", "one", "web"),
                batch("a", "two {\"n\": 2}", "web"),
                batch("b", "three", ""),
                batch("a", "four", "worker"));
        putAll(batch("a", "five", "worker"), batch("b", "six", "web"), batch("a", "seven", ""));
        for (var i = 0; i < 6; i++) {
            putAll(batch("b", "more", "web"));
        }
        expectEntities();
        assertThat(count("stream_entity")).isEqualTo(3);
        assertThat(count("entity")).isEqualTo(2);
        assertThat(merger.mergeDue(clock.millis())).isPositive();
        expectEntities();
        // Fields are discovered elsewhere, messages masked: entities stay what they are.
        policies.put(
                Calls.TENANT,
                GROUP,
                PolicyKind.TRANSFORMER,
                "[{\"addKeys\":{\"entries\":[{\"key\":\"k\",\"value\":\"v\"}]}}]",
                0);
        expectEntities();
    }

    private void expectEntities() {
        assertThat(rows(CONTENT)).containsExactly("n=2", "who=web n=9", "who=worker n=2");
        assertThat(
                        rows(
                                "filter @entity.KeyAttributes.Type = \"Service\" and"
                                        + " @entity.Attributes.EC2.InstanceId like /^i-w.r/"
                                        + " | fields @message, `@entity.Attributes.EC2.InstanceId` as i"
                                        + " | sort @timestamp asc"))
                .containsExactly("@message=four i=i-worker", "@message=five i=i-worker");
        assertThat(rows("filter ispresent(@entity.KeyAttributes.Name) | stats count(*) as n"))
                .containsExactly("n=11");
        assertThat(
                        rows(
                                "fields @entity.KeyAttributes.Nobody, @message | filter @message = \"six\""))
                .containsExactly("@message=six");
    }

    @Test
    void recordsAndFieldsTellOfThem() {
        putAll(batch("a", "{\"level\": \"INFO\"}", "web"), batch("a", "plain", ""));
        var pointer =
                query("filter level = \"INFO\" | fields level").getFirst().stream()
                        .filter(field -> field.field().equals("@ptr"))
                        .findFirst()
                        .orElseThrow()
                        .value();
        assertThat(call(() -> records.getLogRecord(it -> it.logRecordPointer(pointer))).logRecord())
                .containsEntry("@entity.KeyAttributes.Type", "Service")
                .containsEntry("@entity.KeyAttributes.Name", "web")
                .containsEntry("@entity.Attributes.EC2.InstanceId", "i-web")
                .containsEntry("level", "INFO");
        var fields =
                call(() ->
                                records.getLogGroupFields(
                                        it -> it.logGroupName(GROUP).time(NOW / 1_000)))
                        .logGroupFields();
        assertThat(fields)
                .contains(
                        LogGroupField.builder()
                                .name("@entity.KeyAttributes.Name")
                                .percent(50)
                                .build(),
                        LogGroupField.builder().name("level").percent(50).build());
    }

    @Test
    void whatIsSeenNoMoreIsSweptAway() {
        putAll(batch("a", "one", "web"), batch("b", "two", "web"));
        putAll(batch("a", "three", "worker"));
        streams.delete(Calls.TENANT, GROUP, "b", clock.millis());
        while (count("leftover") > 0) {
            sweep.clearLeftovers(clock.millis());
        }
        assertThat(rows(CONTENT)).containsExactly("who=web n=1", "who=worker n=1");
        assertThat(count("stream_entity")).isEqualTo(2);

        groups.setRetention(Calls.TENANT, GROUP, 1);
        clock.advance(Duration.ofDays(1));
        entities.sweep(clock.millis());
        assertThat(count("stream_entity")).as("the last hours are kept").isEqualTo(2);
        clock.advance(Duration.ofHours(2));
        entities.sweep(clock.millis());
        assertThat(count("stream_entity")).as("what goes on is kept").isEqualTo(1);
        assertThat(count("entity")).as("what was just named is kept").isEqualTo(2);
        database.run(tx -> {
            try (var update = tx.createStatement()) {
                update.execute("UPDATE logs.entity SET used_at = used_at - interval '2 hours'");
            }
        });
        entities.sweep(clock.millis());
        assertThat(count("entity")).isEqualTo(1);

        groups.delete(Calls.TENANT, GROUP, clock.millis());
        sweep.clearLeftovers(clock.millis());
        assertThat(count("stream_entity")).isZero();
        assertThat(count("entity")).isZero();
    }

    @Test
    void aStreamHasItsLatestChanges() {
        var batches = new ArrayList<LogBatch>();
        for (var i = 0; i < 1_003; i++) {
            batches.add(batch("a", "m" + i, i % 2 == 0 ? "web" : "worker"));
        }
        flush.flush(0, 0, batches);
        assertThat(count("stream_entity")).isEqualTo(1_000);
        assertThat(rows(CONTENT)).containsExactly("n=3", "who=web n=500", "who=worker n=500");
    }

    private LogBatch batch(String stream, String message, String name) {
        var time = NOW + offset++;
        var batch =
                LogBatch.newBuilder()
                        .setAccount(Calls.TENANT.account())
                        .setRegion(Calls.TENANT.region())
                        .setLogGroup(GROUP)
                        .setLogStream(stream)
                        .setReceivedMs(time + 5);
        if (!name.isEmpty()) {
            batch.setEntity(
                    LogEntity.newBuilder()
                            .putKeyAttributes("Type", "Service")
                            .putKeyAttributes("Name", name)
                            .putKeyAttributes("Environment", "prod")
                            .putAttributes("EC2.InstanceId", "i-" + name));
        }
        return LogBatchCodec.fill(batch, new PackedEvents.Builder().add(time, message).build())
                .build();
    }

    /// As one flush.
    private void putAll(LogBatch... batches) {
        flush.flush(0, offset, List.of(batches));
    }

    private long count(String table) {
        return database.read(connection -> {
            try (var select = connection.createStatement();
                    var rows = select.executeQuery("SELECT count(*) FROM logs." + table)) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    private <T> T call(Supplier<T> work) {
        return Calls.at(clock, work);
    }

    private List<String> rows(String query) {
        return query(query).stream()
                .map(row ->
                        row.stream()
                                .filter(field -> !field.field().equals("@ptr"))
                                .map(field -> field.field() + "=" + field.value())
                                .collect(Collectors.joining(" ")))
                .toList();
    }

    private List<List<ResultField>> query(String query) {
        var id =
                call(() ->
                                api.startQuery(it ->
                                        it.logGroupName(GROUP)
                                                .queryString(query)
                                                .startTime(NOW / 1_000 - 60)
                                                .endTime(NOW / 1_000 + 60)))
                        .queryId();
        Eventually.within(
                Duration.ofSeconds(20),
                () ->
                        assertThat(call(() -> api.getQueryResults(it -> it.queryId(id))).status())
                                .isEqualTo(QueryStatus.COMPLETE));
        return call(() -> api.getQueryResults(it -> it.queryId(id))).results();
    }
}
