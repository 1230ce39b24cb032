package io.pharos.logs.query.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.block.pg.PgBlockMerger;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.index.pg.BlockFieldIndexes;
import io.pharos.logs.index.pg.GroupFieldIndexes;
import io.pharos.logs.ingest.stream.Flush;
import io.pharos.logs.insights.plan.QueryStatistics;
import io.pharos.logs.lookup.CsvTable;
import io.pharos.logs.lookup.LookupTable;
import io.pharos.logs.lookup.pg.PgLookupTables;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.query.StoredQuery;
import io.pharos.logs.query.pg.PgQueries;
import io.pharos.logs.query.pg.PgQueryBlocks;
import io.pharos.logs.query.pg.PgQueryDefinitions;
import io.pharos.logs.query.pg.ViewedBlocks;
import io.pharos.logs.query.schedule.QueryRunner;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.logs.view.Policies;
import io.pharos.logs.view.pg.EventViews;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.GetQueryResultsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;
import software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryLanguage;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryParameter;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResultField;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartQueryRequest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Queries over what was flushed and merged, on a real PostgreSQL.
class QueryApiIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long START = 1714564800L;
    private static final long END = 1714565700L;

    private final SteppingClock clock = SteppingClock.at("2024-05-01T12:20:00Z");
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgLogStreams streams = new PgLogStreams(database, groups);
    private final PgBlockMerger merger = new PgBlockMerger(database, new PgBlocks());
    private final PgQueries queries = new PgQueries(database);
    private final ViewedBlocks blocks =
            new ViewedBlocks(
                    new PgQueryBlocks(database),
                    new EventViews(new PgPolicies(database, groups), groups));
    private final QueryRunner runner = new QueryRunner(queries, blocks, clock);
    private final PgPolicies policies = new PgPolicies(database, groups);
    private final PgLookupTables tables = new PgLookupTables(database);
    private final QueryApi api =
            new QueryApi(
                    new QueryGroups(groups),
                    tables,
                    new PgQueryDefinitions(database),
                    queries,
                    runner,
                    new GroupFieldIndexes(policies, clock));
    private final QueryDefinitionApi definitions =
            new QueryDefinitionApi(new PgQueryDefinitions(database));
    private final LogRecordApi records = new LogRecordApi(groups, blocks);
    private final Map<String, Integer> events = new HashMap<>();

    @BeforeEach
    void golden() throws IOException {
        var flush = new Flush(database);
        var offset = 0L;
        for (var event : lines("events.jsonl")) {
            var group = "/golden/" + event.get("g").asText();
            if (events.merge(group, 1, Integer::sum) == 1) {
                groups.create(Calls.TENANT, group, Map.of(), false, 1);
            }
            database.run(tx -> {
                var id = groups.require(Calls.TENANT, group).id();
                streams.createMissing(tx, id, event.get("s").asText(), 1);
            });
            var time = event.get("t").asLong();
            var batch =
                    LogBatchCodec.fill(
                            LogBatch.newBuilder()
                                    .setAccount(Calls.TENANT.account())
                                    .setRegion(Calls.TENANT.region())
                                    .setLogGroup(group)
                                    .setLogStream(event.get("s").asText())
                                    .setReceivedMs(time + 1500),
                            new PackedEvents.Builder().add(time, event.get("m").asText()).build());
            flush.flush(0, offset++, List.of(batch.build()));
        }
    }

    private static List<JsonNode> lines(String file) throws IOException {
        var path = "/io/pharos/logs/insights/" + file;
        try (var in = Objects.requireNonNull(QueryApiIT.class.getResourceAsStream(path));
                var reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            var nodes = new ArrayList<JsonNode>();
            for (var line : reader.lines().toList()) {
                nodes.add(JSON.readTree(line));
            }
            return nodes;
        }
    }

    @Test
    void looksUpInTablesAsTheyAre() {
        var header = CsvTable.parse("level,meaning\n");
        var table =
                new LookupTable(
                        Calls.TENANT, "levels", null, header.columns(), 2, 0, clock.millis());
        tables.add(table, "level,meaning\nERROR,bad\nWARN,odd\n", Map.of());
        var query = "lookup levels level OUTPUT meaning | stats count(*) as n by meaning | sort n";
        assertThat(done(start(query + " | filter meaning = 'bad'")).results()).hasSize(1);
        tables.replace(table, "level,meaning\nINFO,fine\n");
        assertThat(done(start(query + " | filter meaning = 'bad'")).results()).isEmpty();
        tables.delete(Calls.TENANT, "levels");
        assertThatThrownBy(() -> start(query))
                .isInstanceOf(MalformedQueryException.class)
                .hasMessageContaining("Lookup table levels does not exist");
    }

    @Test
    void goldenQueriesBeforeAndAfterMerging() throws IOException {
        expectGolden();
        assertThat(merger.mergeDue(clock.millis())).isPositive();
        expectGolden();
    }

    private void expectGolden() throws IOException {
        for (var golden : lines("queries.jsonl")) {
            var group = golden.get("g").asText();
            var names =
                    group.equals("both")
                            ? List.of("/golden/app", "/golden/text")
                            : List.of("/golden/" + group);
            var done = done(start(golden.get("q").asText(), it -> it.logGroupNames(names)));
            assertThat(done.status()).isEqualTo(QueryStatus.COMPLETE);
            assertThat(done.results().stream().map(QueryApiIT::shown).toList())
                    .as(golden.get("q").asText())
                    .isEqualTo(expected(golden));
            var all = names.stream().mapToInt(events::get).sum();
            assertThat(
                            done.statistics().recordsScanned()
                                    + done.statistics().estimatedRecordsSkipped())
                    .isEqualTo(all);
        }
    }

    private static String shown(List<ResultField> row) {
        return row.stream()
                .filter(field -> !field.field().equals("@ptr"))
                .map(field -> field.field() + "=" + field.value())
                .collect(Collectors.joining(" "));
    }

    private static List<String> expected(JsonNode golden) {
        var rows = new ArrayList<String>();
        for (var row : golden.get("rows")) {
            var fields = new ArrayList<String>();
            for (var i = 0; i < row.size(); i++) {
                if (!row.get(i).isNull()) {
                    fields.add(golden.get("cols").get(i).asText() + "=" + row.get(i).asText());
                }
            }
            rows.add(String.join(" ", fields));
        }
        return rows;
    }

    private <T> T call(Supplier<T> work) {
        return Calls.at(clock, work);
    }

    private String start(String query, Consumer<StartQueryRequest.Builder> more) {
        var request = StartQueryRequest.builder().queryString(query).startTime(START).endTime(END);
        more.accept(request);
        return call(() -> api.startQuery(request.build())).queryId();
    }

    private String start(String query) {
        return start(query, it -> it.logGroupName("/golden/app"));
    }

    private GetQueryResultsResponse results(String id) {
        return call(() -> api.getQueryResults(it -> it.queryId(id)));
    }

    private GetQueryResultsResponse done(String id) {
        Eventually.within(
                Duration.ofSeconds(20),
                () ->
                        assertThat(results(id).status())
                                .isNotIn(QueryStatus.RUNNING, QueryStatus.SCHEDULED));
        return results(id);
    }

    @Test
    void namesGroupsInEveryWay() {
        var arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/golden/app";
        for (var id :
                List.of(
                        start("stats count(*) as n", it -> it.logGroupIdentifiers(arn)),
                        start("SOURCE \"/golden/app\" | stats count(*) as n", it -> {}),
                        start(
                                "SOURCE logGroups(namePrefix: [\"/golden/a\"]) START=1714564800000"
                                        + " END=1714565700999 | stats count(*) as n",
                                it -> it.startTime(0L).endTime(1L)),
                        start(
                                "stats count(*) as n",
                                it ->
                                        it.logGroupName("/golden/app")
                                                .startTime(START * 1000)
                                                .endTime(END * 1000)))) {
            assertThat(done(id).results().stream().map(QueryApiIT::shown)).containsExactly("n=10");
            assertThat(
                            call(() -> api.listLogGroupsForQuery(it -> it.queryId(id)))
                                    .logGroupIdentifiers())
                    .containsExactly(arn);
        }
        assertThatThrownBy(() -> start("fields a", it -> it.logGroupName("/nowhere")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Log group '/nowhere' does not exist for account ID");
        assertThatThrownBy(() -> start("fields a", it -> {}))
                .isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() ->
                        start("SOURCE \"/golden/app\" | fields a", it -> it.logGroupName("x")))
                .isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(
                        () -> start("fields a", it -> it.logGroupName("/golden/app").endTime(1L)))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void queriesInsideOfQueries() {
        var inner =
                start(
                        "filter user in (SOURCE \"/golden/text\" | parse \"user=* \" as u | fields u)"
                                + " | stats count(*) as n by user | sort user asc");
        assertThat(done(inner).results().stream().map(QueryApiIT::shown))
                .containsExactly("user=alice n=3", "user=bob n=3", "user=carol n=2");
        var joined =
                start(
                        "join type=left left=a right=t where a.user = t.u (SOURCE \"/golden/text\" |"
                                + " parse \"user=* action=* \" as u, act | filter act = \"login\" |"
                                + " fields u, act) | filter a.level = \"ERROR\" | fields a.req.id,"
                                + " t.act | sort @timestamp asc");
        assertThat(done(joined).results().stream().map(QueryApiIT::shown))
                .containsExactly("a.req.id=r3 t.act=login", "a.req.id=r6", "a.req.id=r9");
    }

    @Test
    void estimatesWithoutScanning() {
        var query = "fields a | filter @message like /user/";
        var whole = done(start(query));
        var estimate = done(start(query + " | estimate"));
        assertThat(estimate.status()).isEqualTo(QueryStatus.COMPLETE);
        assertThat(estimate.results().stream().map(QueryApiIT::shown))
                .containsExactly(
                        "@estimatedBytes=" + whole.statistics().bytesScanned().longValue());
        assertThat(estimate.statistics().bytesScanned()).isZero();
        assertThat(merger.mergeDue(clock.millis())).isPositive();
        var rare = done(start("filter @message like /nothing has this/ | estimate"));
        assertThat(rare.results().stream().map(QueryApiIT::shown))
                .containsExactly("@estimatedBytes=0");
        var inner =
                done(
                        start(
                                "filter user in (SOURCE \"/golden/text\" | fields @message)"
                                        + " | estimate"));
        var both =
                done(
                        start(
                                "fields a | estimate",
                                it -> it.logGroupNames("/golden/app", "/golden/text")));
        assertThat(inner.results().getFirst().getFirst().value())
                .isEqualTo(both.results().getFirst().getFirst().value());
    }

    @Test
    void whatIsWrongIsToldWithItsPlace() {
        assertThatThrownBy(() -> start("fields a | filter b >"))
                .isInstanceOfSatisfying(
                        MalformedQueryException.class,
                        fault -> {
                            var place = fault.queryCompileError().location();
                            assertThat(place.startCharOffset()).isEqualTo(21);
                            assertThat(fault.getMessage())
                                    .contains("unexpected symbol found <EOF> at line 1");
                        });
        assertThatThrownBy(() -> start("count a"))
                .isInstanceOf(MalformedQueryException.class)
                .hasMessageContaining("mismatched input 'count' expecting {K_PARSE");
        assertThatThrownBy(() -> start("stats count(*) by level | filter ms > 1"))
                .isInstanceOf(MalformedQueryException.class)
                .hasMessageContaining("Unknown symbols found in or after stats: ms");
        for (var language : List.of(QueryLanguage.PPL, QueryLanguage.SQL)) {
            assertThatThrownBy(() ->
                            start(
                                    "fields a",
                                    it -> it.logGroupName("/golden/app").queryLanguage(language)))
                    .isInstanceOf(MalformedQueryException.class);
        }
        groups.setRetention(Calls.TENANT, "/golden/app", 1);
        clock.advance(Duration.ofDays(3));
        assertThatThrownBy(() -> start("fields a"))
                .isInstanceOf(MalformedQueryException.class)
                .hasMessageContaining("log retention settings");
    }

    @Test
    void queriesAreListedStoppedAndFailWithTheirRunner() {
        var done = start("fields req.id");
        assertThat(done(done).results()).hasSize(10);
        var orphan =
                new StoredQuery(
                        UUID.randomUUID(),
                        Calls.TENANT,
                        "fields a",
                        List.of("/golden/app"),
                        START * 1000,
                        END * 1000 + 999,
                        QueryStatus.SCHEDULED,
                        clock.millis() + 1,
                        clock.millis() + 1,
                        QueryStatistics.NONE,
                        null);
        queries.start(orphan);
        var id = orphan.id().toString();
        assertThat(results(id).status()).isEqualTo(QueryStatus.SCHEDULED);
        assertThat(queries.alive(orphan.id(), clock.millis(), QueryStatistics.NONE, null)).isTrue();
        assertThat(call(() -> api.stopQuery(it -> it.queryId(id))).success()).isTrue();
        assertThat(queries.alive(orphan.id(), clock.millis(), QueryStatistics.NONE, null))
                .isFalse();
        clock.advance(Duration.ofSeconds(20));
        assertThat(results(id).status()).isEqualTo(QueryStatus.FAILED);
        assertThatThrownBy(() -> call(() -> api.stopQuery(it -> it.queryId(id))))
                .isInstanceOf(InvalidParameterException.class);
        var page = call(() -> api.describeQueries(it -> it.maxResults(1)));
        assertThat(page.queries().getFirst().queryId()).isEqualTo(id);
        assertThat(page.queries().getFirst().status()).isEqualTo(QueryStatus.FAILED);
        var next = call(() -> api.describeQueries(it -> it.nextToken(page.nextToken())));
        assertThat(next.nextToken()).isNull();
        assertThat(next.queries().getFirst().queryString())
                .isEqualTo(
                        "SOURCE \"/golden/app\" START=1714564800000 END=1714565700999 |"
                                + " fields req.id");
        assertThat(page.queries().getFirst().queryDuration()).isZero();
        assertThat(page.queries().getFirst().userIdentity()).isNull();
        var complete =
                call(() -> api.describeQueries(it -> it.status(QueryStatus.COMPLETE))).queries();
        assertThat(complete).hasSize(1);
        assertThat(complete.getFirst().bytesScanned()).isPositive();
        assertThat(complete.getFirst().queryDuration()).isNotNegative();
        assertThat(complete.getFirst().userIdentity()).isEqualTo("arn:aws:iam::123456789012:root");
        var other = new Tenant("210987654321", "eu-west-1");
        assertThatThrownBy(() ->
                        Calls.as(
                                other,
                                clock.instant(),
                                () -> api.getQueryResults(it -> it.queryId(done))))
                .isInstanceOf(ResourceNotFoundException.class);
        clock.advance(Duration.ofDays(8));
        queries.sweep(clock.millis());
        assertThatThrownBy(() -> results(done)).isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void noMoreThanAHundredAtATime() {
        for (var i = 0; i < StoredQuery.MAX_RUNNING; i++) {
            queries.start(
                    new StoredQuery(
                            UUID.randomUUID(),
                            Calls.TENANT,
                            "fields a",
                            List.of(),
                            0,
                            1,
                            QueryStatus.RUNNING,
                            clock.millis(),
                            clock.millis(),
                            QueryStatistics.NONE,
                            null));
        }
        assertThatThrownBy(() -> start("fields a")).isInstanceOf(LimitExceededException.class);
        clock.advance(Duration.ofSeconds(20)); // nobody runs them
        assertThat(done(start("fields a")).status()).isEqualTo(QueryStatus.COMPLETE);
    }

    @Test
    void recordsAndFields() {
        var row = done(start("fields req.id | filter req.id = \"r3\"")).results().getFirst();
        assertThat(row.getLast().field()).isEqualTo("@ptr");
        var pointer = row.getLast().value();
        var record =
                call(() -> records.getLogRecord(it -> it.logRecordPointer(pointer))).logRecord();
        assertThat(record)
                .containsEntry("@timestamp", "1714564870000")
                .containsEntry("@ingestionTime", "1714564871500")
                .containsEntry("@log", "123456789012:/golden/app")
                .containsEntry("@logStream", "web-2")
                .containsEntry("req.tags.0", "c")
                .containsEntry("ok", "0")
                .containsEntry("err", "Timeout: db");
        assertThatThrownBy(
                        () -> call(() -> records.getLogRecord(it -> it.logRecordPointer("AAAA"))))
                .isInstanceOf(InvalidParameterException.class);
        var fields =
                call(() ->
                                records.getLogGroupFields(
                                        it -> it.logGroupName("/golden/app").time(START + 400)))
                        .logGroupFields();
        assertThat(fields.stream().map(field -> field.name() + field.percent()))
                .contains("@message100", "level100", "err30", "user90");
    }

    @Test
    void definitions() {
        var first =
                call(() ->
                        definitions.putQueryDefinition(it ->
                                it.name("a/errors")
                                        .queryString("filter level = \"ERROR\"")
                                        .logGroupNames("/golden/app")));
        call(() -> definitions.putQueryDefinition(it -> it.name("b").queryString("fields b")));
        call(() ->
                definitions.putQueryDefinition(it ->
                        it.queryDefinitionId(first.queryDefinitionId())
                                .name("a/faults")
                                .queryString("fields c")));
        var page = call(() -> definitions.describeQueryDefinitions(it -> it.maxResults(1)));
        assertThat(page.queryDefinitions().getFirst().name()).isEqualTo("a/faults");
        assertThat(page.queryDefinitions().getFirst().queryString()).isEqualTo("fields c");
        var rest =
                call(() ->
                        definitions.describeQueryDefinitions(it -> it.nextToken(page.nextToken())));
        assertThat(rest.queryDefinitions()).hasSize(1);
        assertThat(
                        call(() ->
                                        definitions.describeQueryDefinitions(
                                                it -> it.queryDefinitionNamePrefix("a/")))
                                .queryDefinitions())
                .hasSize(1);
        var id = first.queryDefinitionId();
        assertThat(
                        call(() ->
                                        definitions.deleteQueryDefinition(
                                                it -> it.queryDefinitionId(id)))
                                .success())
                .isTrue();
        assertThatThrownBy(() ->
                        call(() ->
                                definitions.deleteQueryDefinition(it -> it.queryDefinitionId(id))))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void definitionsHaveParameters() {
        var level = QueryParameter.builder().name("level").defaultValue("ERROR").build();
        var count = QueryParameter.builder().name("_n1").description("rows").build();
        var text = "filter level = \"{{level}}\" | limit {{ _n1 }}";
        var id =
                call(() ->
                                definitions.putQueryDefinition(it ->
                                        it.name("p").queryString(text).parameters(level, count)))
                        .queryDefinitionId();
        var described =
                call(() -> definitions.describeQueryDefinitions(_ -> {})).queryDefinitions();
        assertThat(described.getFirst().parameters()).containsExactly(level, count);
        assertThat(described.getFirst().queryString()).isEqualTo(text);
        call(() ->
                definitions.putQueryDefinition(
                        it -> it.queryDefinitionId(id).name("p").queryString(text)));
        assertThat(
                        call(() -> definitions.describeQueryDefinitions(_ -> {}))
                                .queryDefinitions()
                                .getFirst()
                                .hasParameters())
                .isFalse();
        call(() ->
                definitions.putQueryDefinition(it ->
                        it.name("by level")
                                .queryString("filter level = \"{{level}}\" | stats count(*) as n")
                                .parameters(level)));
        assertThat(done(start("$by level")).results().stream().map(QueryApiIT::shown))
                .containsExactly("n=3");
        assertThat(
                        done(start("$by level(level=\"WARN\") | limit 1")).results().stream()
                                .map(QueryApiIT::shown))
                .containsExactly("n=1");
        for (var unknown : List.of("$by", "$by level(other=\"a\")", "$p(_n1=\"no number\")")) {
            assertThatThrownBy(() -> start(unknown)).isInstanceOf(MalformedQueryException.class);
        }
        for (var wrong :
                List.of(
                        List.of(level, level),
                        List.of(count), // the text names another one
                        List.of(level, count, QueryParameter.builder().build()),
                        List.of(level, count, QueryParameter.builder().name("1a").build()),
                        List.of(level, count, QueryParameter.builder().name("a-b").build()),
                        List.of(
                                level,
                                count,
                                QueryParameter.builder()
                                        .name("a")
                                        .defaultValue("x".repeat(1_025))
                                        .build()),
                        IntStream.range(0, 21)
                                .mapToObj(i -> QueryParameter.builder().name("a" + i).build())
                                .toList())) {
            assertThatThrownBy(() ->
                            call(() ->
                                    definitions.putQueryDefinition(it ->
                                            it.name("q").queryString(text).parameters(wrong))))
                    .as(wrong.toString())
                    .isInstanceOf(InvalidParameterException.class);
        }
    }

    @Test
    void eventsAreSeenMaskedAndTransformed() {
        groups.create(Calls.TENANT, "/viewed", Map.of(), false, 1);
        streams.create(Calls.TENANT, "/viewed", "s", 1);
        policies.put(
                Calls.TENANT,
                "/viewed",
                PolicyKind.DATA_PROTECTION,
                Policies.protection("EmailAddress", null),
                START * 1_000 + 10_000);
        policies.put(
                Calls.TENANT,
                "/viewed",
                PolicyKind.TRANSFORMER,
                "[{\"csv\":{\"columns\":[\"user\",\"ms\"]}}]",
                START * 1_000 + 10_000);
        var flush = new Flush(database);
        for (var i = 0; i < 2; i++) {
            var time = START * 1_000 + i * 20_000;
            var batch =
                    LogBatchCodec.fill(
                            LogBatch.newBuilder()
                                    .setAccount(Calls.TENANT.account())
                                    .setRegion(Calls.TENANT.region())
                                    .setLogGroup("/viewed")
                                    .setLogStream("s")
                                    .setReceivedMs(time),
                            new PackedEvents.Builder().add(time, "a@b.co,1" + i).build());
            flush.flush(1, i, List.of(batch.build()));
        }
        expectViewed(
                "fields @message, user, ms",
                "@message=******,11 user=****** ms=11",
                "@message=a@b.co,10");
        expectViewed("filter ms = 11 | fields ms", "ms=11");
        expectViewed("filter user like /b.co/ | fields ms");
        expectViewed("filter @message like \"****\" | fields user", "user=******");
        expectViewed(
                "filter ms = 11 | fields ms | unmask @message, user",
                "ms=11 @message=a@b.co,11 user=a@b.co");
        expectViewed("filter ms = 11 | fields unmask(user) as u, user", "u=a@b.co user=******");
        expectViewed(
                "filter unmask(user) = \"a@b.co\" | stats count(*) as n by user",
                "user=****** n=1");
    }

    private void expectViewed(String query, String... rows) {
        var done = done(start(query, it -> it.logGroupName("/viewed")));
        assertThat(done.results().stream().map(QueryApiIT::shown).toList())
                .as(query)
                .containsExactly(rows);
    }

    @Test
    void filterIndexLooksAtGroupsThatHaveTheIndex() {
        var all = done(start("filter level = \"ERROR\" | stats count(*) as n")).results();
        assertThat(done(start("filterIndex level = \"ERROR\" | fields level")).results()).isEmpty();
        policies.put(
                Calls.TENANT, "/golden/app", PolicyKind.FIELD_INDEX, "{\"Fields\":[\"level\"]}", 1);
        assertThat(done(start("filterIndex level = \"ERROR\" | stats count(*) as n")).results())
                .isEqualTo(all)
                .isNotEmpty();
    }

    @Test
    void groupsOfInfrequentAccessAreQueriedWithoutTheDearCommands() {
        groups.create(Calls.TENANT, "/rare", Map.of(), false, LogGroupClass.INFREQUENT_ACCESS, 1);
        Consumer<StartQueryRequest.Builder> rare = it -> it.logGroupName("/rare");
        assertThat(done(start("stats count(*) as n | sort n", rare)).status())
                .isEqualTo(QueryStatus.COMPLETE);
        for (var query :
                List.of(
                        "pattern @message",
                        "stats count(*) as n by level | stats max(n) as m | stats max(m)")) {
            assertThatThrownBy(() -> start(query, rare))
                    .isInstanceOf(InvalidParameterException.class)
                    .hasMessageContaining("INFREQUENT_ACCESS");
        }
    }

    @Test
    void filterIndexFindsNothingFromBeforeTheIndex() {
        policies.put(
                Calls.TENANT,
                "/golden/app",
                PolicyKind.FIELD_INDEX,
                "{\"Fields\":[\"level\"]}",
                clock.millis());
        assertThat(done(start("filterIndex level = \"ERROR\" | fields level")).results()).isEmpty();
        assertThat(done(start("filter level = \"ERROR\" | fields level")).results()).isNotEmpty();
    }

    @Test
    void anIndexedValueIsLookedForOnlyWhereItMayBe() {
        groups.create(Calls.TENANT, "/indexed", Map.of(), false, 1);
        streams.create(Calls.TENANT, "/indexed", "s", 1);
        var document = "{\"Fields\":[\"requestId\",\"n\"]}";
        policies.put(Calls.TENANT, "/indexed", PolicyKind.FIELD_INDEX, document, 1);
        var random = new Random(4);
        var ids = new ArrayList<String>();
        var flush = new Flush(database);
        for (var batch = 0; batch < 4; batch++) {
            var packed = new PackedEvents.Builder();
            for (var i = 0; i < 4_000; i++) {
                ids.add("%016x%016x".formatted(random.nextLong(), random.nextLong()));
                packed.add(
                        START * 1000 + ids.size(),
                        "{\"requestId\": \"%s\", \"n\": %d, \"text\": \"%s\"}"
                                .formatted(ids.getLast(), ids.size(), "some more ".repeat(16)));
            }
            var record =
                    LogBatch.newBuilder()
                            .setAccount(Calls.TENANT.account())
                            .setRegion(Calls.TENANT.region())
                            .setLogGroup("/indexed")
                            .setLogStream("s")
                            .setReceivedMs(START * 1000);
            var filled = LogBatchCodec.fill(record, packed.build()).build();
            flush.flush(1, 1_000 + batch, List.of(filled));
        }
        var indexing = new PgBlockMerger(database, new PgBlocks(), new BlockFieldIndexes(clock));
        assertThat(indexing.mergeDue(clock.millis())).isPositive();
        var wanted = ids.get(9_000);
        for (var query :
                List.of(
                        "filter requestId = \"" + wanted + "\"",
                        "filterIndex requestId = \"" + wanted + "\"",
                        "filterIndex requestId in [\"" + wanted + "\", \"none\"]",
                        "filter n = 9001",
                        "filter n = \"9001.0\" and requestId = \"" + wanted + "\"")) {
            var done = done(start(query + " | fields n", it -> it.logGroupName("/indexed")));
            assertThat(done.results().stream().map(QueryApiIT::shown)).containsExactly("n=9001");
            expectScanned(done, 1, 6_000);
        }
        var none = "filter requestId = \"" + "0".repeat(31) + "g\"";
        expectScanned(done(start(none, it -> it.logGroupName("/indexed"))), 0, 0);
        var unlike = "filter requestId like \"" + wanted + "\"";
        expectScanned(done(start(unlike, it -> it.logGroupName("/indexed"))), 16_000, 16_000);
    }

    private static void expectScanned(GetQueryResultsResponse done, int least, int most) {
        assertThat(done.statistics().recordsScanned()).isBetween((double) least, (double) most);
        assertThat(done.statistics().recordsScanned() + done.statistics().estimatedRecordsSkipped())
                .isEqualTo(16_000);
    }
}
