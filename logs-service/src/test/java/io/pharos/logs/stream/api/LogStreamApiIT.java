package io.pharos.logs.stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.stream.LogStreamAnswer;
import io.pharos.stream.LogStreamQuery;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogStream;
import software.amazon.awssdk.services.cloudwatchlogs.model.OrderBy;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ValidationException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

class LogStreamApiIT {
    private static final String ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:app";

    private final SteppingClock clock = SteppingClock.at("2026-01-15T12:00:00Z");
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final LogStreamApi api = new LogStreamApi(groups, new PgLogStreams(database, groups));

    @BeforeEach
    void group() {
        groups.create(Calls.TENANT, "app", Map.of(), false, 1);
    }

    @Test
    void createsDescribesDeletes() {
        create("web-1");
        var expected =
                LogStream.builder()
                        .logStreamName("web-1")
                        .creationTime(clock.millis())
                        .arn(ARN + ":log-stream:web-1")
                        .storedBytes(0L)
                        .build();
        assertThat(describe(r -> r.logGroupName("app")).logStreams()).containsExactly(expected);
        assertThat(describe(r -> r.logGroupIdentifier(ARN)).logStreams()).containsExactly(expected);
        Calls.at(
                clock,
                () -> api.deleteLogStream(r -> r.logGroupName("app").logStreamName("web-1")));
        assertThat(describe(r -> r.logGroupName("app")).logStreams()).isEmpty();
    }

    @Test
    void refusesWhatAwsRefuses() {
        create("a");
        refused(
                ResourceAlreadyExistsException.class,
                "The specified log stream already exists",
                () -> create("a"));
        refused(
                InvalidParameterException.class,
                "1 validation error detected: Value 'a:b' at 'logStreamName' failed to satisfy"
                        + " constraint: Member must satisfy regular expression pattern: [^:*]*",
                () -> create("a:b"));
        refused(
                ResourceNotFoundException.class,
                "The specified log group does not exist.",
                () -> describe(r -> r.logGroupName("none")));
        refused(
                ResourceNotFoundException.class,
                "The specified log stream does not exist.",
                () ->
                        Calls.at(
                                clock,
                                () ->
                                        api.deleteLogStream(
                                                r -> r.logGroupName("app").logStreamName("b"))));
        refused(
                ValidationException.class,
                "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
                () -> describe(r -> r.logGroupName("app").logGroupIdentifier(ARN)));
        refused(
                InvalidParameterException.class,
                "Cannot order by LastEventTime with a logStreamNamePrefix.",
                () ->
                        describe(r ->
                                r.logGroupName("app")
                                        .logStreamNamePrefix("a")
                                        .orderBy(OrderBy.LAST_EVENT_TIME)));
        refused(
                InvalidParameterException.class,
                "1 validation error detected: Value 'Size' at 'orderBy' failed to satisfy constraint:"
                        + " Member must satisfy enum value set: [LogStreamName, LastEventTime]",
                () -> describe(r -> r.logGroupName("app").orderBy("Size")));
        refused(
                InvalidParameterException.class,
                "1 validation error detected: Value '"
                        + ARN
                        + ":*' at 'logGroupIdentifier' failed to satisfy constraint: Member must"
                        + " satisfy regular expression pattern: [\\w#+=/:,.@-]*",
                () -> describe(r -> r.logGroupIdentifier(ARN + ":*")));
    }

    @Test
    void ordersAndPages() {
        var names = List.of("a", "b1", "b10", "b2", "c");
        names.forEach(this::create);
        database.run(tx -> {
            try (var update = tx.createStatement()) {
                update.execute(
                        "UPDATE logs.log_stream SET first_event_ms = 1, last_ingestion_ms = 9,"
                                + " last_event_ms = CASE name WHEN 'b2' THEN 5 ELSE 3 END"
                                + " WHERE name LIKE 'b%'");
            }
        });
        for (var limit : List.of(1, 2, 50)) {
            assertThat(all(limit, _ -> {})).isEqualTo(names);
            assertThat(all(limit, r -> r.descending(true))).isEqualTo(names.reversed());
            assertThat(all(limit, r -> r.logStreamNamePrefix("b")))
                    .containsExactly("b1", "b10", "b2");
            assertThat(all(limit, r -> r.orderBy(OrderBy.LAST_EVENT_TIME)))
                    .containsExactly("a", "c", "b1", "b10", "b2");
            assertThat(all(limit, r -> r.orderBy(OrderBy.LAST_EVENT_TIME).descending(true)))
                    .containsExactly("b2", "b10", "b1", "c", "a");
        }
        var written = describe(r -> r.logGroupName("app").logStreamNamePrefix("b2")).logStreams();
        assertThat(written.getFirst().lastEventTimestamp()).isEqualTo(5);
        assertThat(written.getFirst().firstEventTimestamp()).isEqualTo(1);
        assertThat(written.getFirst().lastIngestionTime()).isEqualTo(9);
        assertThat(written.getFirst().uploadSequenceToken()).hasSize(56);
    }

    @Test
    void tellsTheFrontDoorWhatCanBeWritten() throws Exception {
        create("web-1");
        assertThat(ask("none", "web-1")).isEqualTo(LogStreamAnswer.getDefaultInstance());
        assertThat(ask("app", "none"))
                .isEqualTo(LogStreamAnswer.newBuilder().setGroupExists(true).build());
        groups.setRetention(Calls.TENANT, "app", 7);
        assertThat(ask("app", "web-1"))
                .isEqualTo(
                        LogStreamAnswer.newBuilder()
                                .setGroupExists(true)
                                .setStreamExists(true)
                                .setRetentionDays(7)
                                .build());
    }

    @Test
    void tellsWhatGroupsTake() throws Exception {
        groups.setBearerTokens(Calls.TENANT, "app", true);
        assertThat(ask("app", "none").getTakesBearerTokens()).isTrue();
        groups.setBearerTokens(Calls.TENANT, "app", false);
        assertThat(ask("app", "none").getTakesBearerTokens()).isFalse();
        groups.create(Calls.TENANT, "rare", Map.of(), false, LogGroupClass.INFREQUENT_ACCESS, 1);
        assertThat(ask("rare", "none").getRefusesEntities()).isTrue();
    }

    private LogStreamAnswer ask(String group, String stream) throws Exception {
        var query =
                LogStreamQuery.newBuilder()
                        .setAccount(Calls.TENANT.account())
                        .setRegion(Calls.TENANT.region())
                        .setLogGroup(group)
                        .setLogStream(stream)
                        .build();
        var route = new LogStreamRoute(groups, new PgLogStreams(database, groups));
        return LogStreamAnswer.parseFrom(route.answer(query.toByteArray()));
    }

    private List<String> all(int limit, Consumer<DescribeLogStreamsRequest.Builder> request) {
        var names = new ArrayList<String>();
        var page = describe(r -> request.accept(r.logGroupName("app").limit(limit)));
        while (true) {
            page.logStreams().forEach(stream -> names.add(stream.logStreamName()));
            var token = page.nextToken();
            if (token == null) {
                return names;
            }
            page =
                    describe(r ->
                            request.accept(r.logGroupName("app").limit(limit).nextToken(token)));
        }
    }

    private void create(String name) {
        Calls.at(clock, () -> api.createLogStream(r -> r.logGroupName("app").logStreamName(name)));
    }

    private DescribeLogStreamsResponse describe(
            Consumer<DescribeLogStreamsRequest.Builder> request) {
        return Calls.at(clock, () -> api.describeLogStreams(request));
    }

    private static void refused(Class<? extends Throwable> type, String message, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(type).hasMessage(message);
    }
}
