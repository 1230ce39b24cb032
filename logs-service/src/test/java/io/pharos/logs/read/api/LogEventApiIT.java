package io.pharos.logs.read.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.block.pg.PgBlockMerger;
import io.pharos.logs.block.pg.PgBlockSweep;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.event.EventId;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.ingest.stream.Flush;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.read.pg.EventReader;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.logs.view.Policies;
import io.pharos.logs.view.pg.EventViews;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Reading what was flushed and merged, on a real PostgreSQL.
class LogEventApiIT {
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final SteppingClock clock = SteppingClock.at("2026-01-15T12:00:00Z");
    private final long now = clock.millis();
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgLogStreams streams = new PgLogStreams(database, groups);
    private final PgBlocks blocks = new PgBlocks();
    private final PgBlockMerger merger = new PgBlockMerger(database, blocks);
    private final PgBlockSweep sweep = new PgBlockSweep(database, merger);
    private final Flush flush = new Flush(database);
    private LogEventApi api = api(1_000);

    private LogEventApi api(int maxOpened) {
        return new LogEventApi(
                groups,
                streams,
                new EventReader(database, blocks, streams, maxOpened),
                new EventViews(new PgPolicies(database, groups), groups));
    }

    /// What the store must answer, in its order.
    private record Known(EventId id, String stream, String message) {}

    private final List<Known> known = new ArrayList<>();
    private final Map<Integer, Long> offsets = new HashMap<>();

    @BeforeEach
    void group() {
        groups.create(Calls.TENANT, "app", Map.of(), false, 1);
        for (var stream : List.of("web-1", "web-2", "job")) {
            streams.create(Calls.TENANT, "app", stream, 1);
        }
    }

    @Test
    void everyEventExactlyOnceInOrderWhateverWasMerged() {
        var random = new Random(42);
        for (var round = 0; round < 7; round++) {
            for (var partition = 0; partition < 3; partition++) {
                arrive(random, partition, 1 + random.nextInt(6));
            }
            if (round % 3 == 1) {
                merger.mergeDue(now);
            }
        }
        expectEverything();
        while (merger.mergeDue(now) > 0) {
            // Until there is nothing left to merge.
        }
        assertThat(number("SELECT max(tier) FROM logs.block")).isPositive();
        api = api(1); // A page may open one block only: ends early again and again.
        expectEverything();
        assertThat(stored()).isEqualTo(rawBytesKnown(_ -> true));
    }

    private void expectEverything() {
        known.sort(Comparator.comparing(Known::id));
        for (var limit : List.of(29, 100, 10_000)) {
            for (var stream : List.of("web-1", "web-2", "job")) {
                var expected = messages(event -> event.stream().equals(stream));
                assertThat(onward(stream, limit)).isEqualTo(expected);
                assertThat(back(stream, limit)).isEqualTo(expected);
            }
            if (limit > 29) {
                assertThat(filter(limit, _ -> {})).isEqualTo(messages(_ -> true));
                assertThat(filter(limit, r -> r.logStreamNamePrefix("web")))
                        .isEqualTo(messages(event -> event.stream().startsWith("web")));
                assertThat(filter(limit, r -> r.logStreamNames("job", "web-2")))
                        .isEqualTo(messages(event -> !event.stream().equals("web-1")));
                assertThat(filter(limit, r -> r.filterPattern("ERROR")))
                        .isEqualTo(messages(event -> event.message().contains("ERROR")));
                assertThat(filter(limit, r -> r.filterPattern("absolutelyNowhere"))).isEmpty();
                assertThat(filter(limit, r -> r.startTime(now - DAY).endTime(now - DAY / 2)))
                        .isEqualTo(
                                messages(event ->
                                        event.id().timestampMs() >= now - DAY
                                                && event.id().timestampMs() <= now - DAY / 2));
            }
        }
    }

    private void arrive(Random random, int partition, int batches) {
        var stream = List.of("web-1", "web-2", "job").get(partition);
        var offset = offsets.getOrDefault(partition, 0L);
        var records = new ArrayList<LogBatch>();
        for (var b = 0; b < batches; b++) {
            var received = now + random.nextInt(5);
            var time = now - random.nextLong(3 * DAY);
            var events = new PackedEvents.Builder();
            var count = 1 + random.nextInt(20);
            for (var index = 0; index < count; index++) {
                // Many with the same timestamp.
                time += random.nextInt(3) * random.nextLong(DAY / 30);
                var level = random.nextInt(10) == 0 ? "ERROR" : "INFO";
                var message = level + " €" + partition + "/" + (offset + b) + "/" + index;
                events.add(time, message);
                known.add(
                        new Known(
                                EventId.of(time, received, partition, offset + b, index),
                                stream,
                                message));
            }
            records.add(batch(stream, received, events));
        }
        flush.flush(partition, offset, records);
        offsets.put(partition, offset + batches);
    }

    private static LogBatch batch(String stream, long received, PackedEvents.Builder events) {
        return LogBatchCodec.fill(
                        LogBatch.newBuilder()
                                .setAccount(Calls.TENANT.account())
                                .setRegion(Calls.TENANT.region())
                                .setLogGroup("app")
                                .setLogStream(stream)
                                .setReceivedMs(received),
                        events.build())
                .build();
    }

    private List<String> messages(Predicate<Known> wanted) {
        return known.stream().filter(wanted).map(Known::message).toList();
    }

    private long rawBytesKnown(Predicate<Known> wanted) {
        return messages(wanted).stream().mapToLong(m -> m.length() + 2 + 26).sum();
    }

    private long stored() {
        return groups.list(
                        Calls.TENANT,
                        new io.pharos.logs.group.LogGroupSelection(
                                null, null, List.of(), null, null),
                        1)
                .getFirst()
                .storedBytes();
    }

    private List<String> onward(String stream, int limit) {
        var all = new ArrayList<String>();
        var page = get(stream, r -> r.startFromHead(true).limit(limit));
        while (true) {
            page.events().forEach(event -> all.add(event.message()));
            assertThat(page.events()).hasSizeLessThanOrEqualTo(limit);
            var token = page.nextForwardToken();
            page = get(stream, r -> r.startFromHead(true).limit(limit).nextToken(token));
            if (page.nextForwardToken().equals(token)) {
                return all;
            }
        }
    }

    private List<String> back(String stream, int limit) {
        var all = new ArrayList<String>();
        var page = get(stream, r -> r.limit(limit));
        while (true) {
            all.addAll(0, page.events().stream().map(OutputLogEvent::message).toList());
            var token = page.nextBackwardToken();
            page = get(stream, r -> r.limit(limit).nextToken(token));
            if (page.nextBackwardToken().equals(token)) {
                return all;
            }
        }
    }

    private List<String> filter(int limit, Consumer<FilterLogEventsRequest.Builder> request) {
        var all = new ArrayList<FilteredLogEvent>();
        var page = filterPage(r -> request.accept(r.limit(limit)));
        while (true) {
            all.addAll(page.events());
            var token = page.nextToken();
            if (token == null) {
                assertThat(all.stream().map(FilteredLogEvent::eventId)).doesNotHaveDuplicates();
                return all.stream().map(FilteredLogEvent::message).toList();
            }
            page = filterPage(r -> request.accept(r.limit(limit).nextToken(token)));
        }
    }

    private FilterLogEventsResponse filterPage(Consumer<FilterLogEventsRequest.Builder> request) {
        return Calls.at(
                clock, () -> api.filterLogEvents(r -> request.accept(r.logGroupName("app"))));
    }

    private GetLogEventsResponse get(String stream, Consumer<GetLogEventsRequest.Builder> request) {
        return Calls.at(
                clock,
                () ->
                        api.getLogEvents(
                                r -> request.accept(r.logGroupName("app").logStreamName(stream))));
    }

    private long number(String sql) {
        return database.read(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    private void write(String stream, long offset, long... timestamps) {
        var events = new PackedEvents.Builder();
        for (var time : timestamps) {
            events.add(time, "at " + time);
        }
        flush.flush(0, offset, List.of(batch(stream, now, events)));
    }

    @Test
    void tokensEndByRepeatingThemselves() {
        var empty = get("job", _ -> {});
        assertThat(empty.events()).isEmpty();
        assertThat(empty.nextForwardToken()).matches("f/\\d{56}");
        assertThat(empty.nextBackwardToken()).matches("b/\\d{56}");

        write("job", 0, now, now, now + 1);
        // Who followed the empty stream finds what came later.
        var first = get("job", r -> r.nextToken(empty.nextForwardToken()));
        assertThat(first.events()).hasSize(3);
        var end = get("job", r -> r.nextToken(first.nextForwardToken()));
        assertThat(end.events()).isEmpty();
        assertThat(end.nextForwardToken()).isEqualTo(first.nextForwardToken());
        // And can turn round at the end without missing the last event.
        assertThat(get("job", r -> r.nextToken(end.nextBackwardToken())).events()).hasSize(3);
        write("job", 1, now + 2);
        assertThat(get("job", r -> r.nextToken(end.nextForwardToken())).events())
                .extracting(OutputLogEvent::timestamp)
                .containsExactly(now + 2);
        var back = get("job", r -> r.nextToken(first.nextBackwardToken()));
        assertThat(back.events()).isEmpty();
        assertThat(back.nextBackwardToken()).isEqualTo(first.nextBackwardToken());
    }

    @Test
    void endIsExclusiveForOneStreamAndInclusiveForFilter() {
        write("job", 0, now, now + 1, now + 2);
        assertThat(get("job", r -> r.startTime(now).endTime(now + 2)).events()).hasSize(2);
        assertThat(filterPage(r -> r.startTime(now).endTime(now + 2)).events()).hasSize(3);
        assertThat(get("job", r -> r.startTime(now + 1)).events()).hasSize(2);
        assertThat(get("job", r -> r.startTime(now + 1).endTime(now + 1)).events()).isEmpty();
        assertThat(get("job", r -> r.endTime(0L)).events()).isEmpty();
        assertThat(get("job", r -> r.startTime(Long.MAX_VALUE)).events()).isEmpty();
        assertThat(filterPage(r -> r.endTime(Long.MAX_VALUE)).events()).hasSize(3);
    }

    @Test
    void aPageEndsAtOneMegabyte() {
        var message = "x".repeat(300_000);
        for (var i = 0; i < 10; i++) {
            var events = new PackedEvents.Builder().add(now + i, message + i);
            flush.flush(0, i, List.of(batch("job", now, events)));
        }
        assertThat(get("job", r -> r.startFromHead(true)).events()).hasSize(3);
        assertThat(onward("job", 10_000)).hasSize(10);
        assertThat(back("job", 10_000)).hasSize(10);
        assertThat(filterPage(_ -> {}).events()).hasSize(3);
        assertThat(filter(10_000, _ -> {})).hasSize(10);
    }

    @Test
    void answersWithIdsAndTimes() {
        write("job", 5, now - 7);
        var event = filterPage(_ -> {}).events().getFirst();
        assertThat(event)
                .isEqualTo(
                        FilteredLogEvent.builder()
                                .logStreamName("job")
                                .timestamp(now - 7)
                                .ingestionTime(now)
                                .message("at " + (now - 7))
                                .eventId(EventId.of(now - 7, now, 0, 5, 0).toString())
                                .build());
        assertThat(filterPage(_ -> {}).hasSearchedLogStreams()).isTrue();
        assertThat(filterPage(_ -> {}).searchedLogStreams()).isEmpty();
        var written = streams.find(groups.require(Calls.TENANT, "app").id(), "job").orElseThrow();
        assertThat(written.written())
                .isEqualTo(new io.pharos.logs.stream.LogStream.Written(now - 7, now - 7, now));
    }

    @Test
    void retentionHidesAtOnceAndFreesLater() {
        write("job", 0, now - 3 * DAY);
        write("job", 1, now - DAY + 1, now);
        groups.setRetention(Calls.TENANT, "app", 1);
        assertThat(get("job", _ -> {}).events()).hasSize(2);
        assertThat(filterPage(_ -> {}).events()).hasSize(2);
        assertThat(sweep.expire(now)).isEqualTo(1);
        assertThat(sweep.expire(now)).isZero();
        assertThat(number("SELECT count(*) FROM logs.block")).isEqualTo(1);
        assertThat(stored()).isEqualTo(2 * (26 + "at ".length() + 13));
        clock.advance(Duration.ofDays(2));
        assertThat(filterPage(_ -> {}).events()).isEmpty();
        sweep.expire(clock.millis());
        assertThat(stored()).isZero();
    }

    @Test
    void deletedStreamsAreGoneAtOnceAndFreedLater() {
        for (var i = 0; i < 8; i++) {
            write("web-1", 2 * i, now + i);
            write("job", 2 * i + 1, now + i);
        }
        merger.mergeDue(now);
        write("job", 100, now + 100);
        streams.delete(Calls.TENANT, "app", "job", now);
        assertThat(filterPage(_ -> {}).events()).hasSize(8);
        streams.create(Calls.TENANT, "app", "job", now);
        assertThat(get("job", _ -> {}).events()).isEmpty();
        sweep.clearLeftovers(now);
        sweep.clearLeftovers(now);
        assertThat(number("SELECT count(*) FROM logs.leftover")).isZero();
        assertThat(number("SELECT sum(events) FROM logs.block")).isEqualTo(8);
        assertThat(stored()).isEqualTo(8 * (26 + "at ".length() + 13));
        assertThat(filterPage(_ -> {}).events()).hasSize(8);
    }

    @Test
    void deletedGroupsAreGoneAtOnceAndFreedLater() {
        write("job", 0, now);
        groups.delete(Calls.TENANT, "app", now);
        groups.create(Calls.TENANT, "app", Map.of(), false, 1);
        assertThat(filterPage(_ -> {}).events()).isEmpty();
        assertThat(stored()).isZero();
        write("job", 1, now); // The stream is not there any more.
        assertThat(flush.dropped()).isEqualTo(1);
        sweep.clearLeftovers(now);
        for (var table : List.of("block", "log_stream", "group_usage", "leftover")) {
            assertThat(number("SELECT count(*) FROM logs." + table)).as(table).isZero();
        }
    }

    @Test
    void refusesWhatAwsRefuses() {
        var nowhere = ResourceNotFoundException.class;
        var invalid = InvalidParameterException.class;
        refused(nowhere, "The specified log stream does not exist.", () -> get("none", _ -> {}));
        refused(
                nowhere,
                "The specified log stream does not exist.",
                () -> filterPage(r -> r.logStreamNames("job", "none")));
        refused(
                nowhere,
                "The specified log group does not exist.",
                () -> filterPage(r -> r.logGroupName("none")));
        refused(
                invalid,
                "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint:"
                        + " Member must have value less than or equal to 10000",
                () -> get("job", r -> r.limit(10_001)));
        for (var token : List.of("x", "f/1", "b/", "g/" + "0".repeat(56))) {
            refused(
                    invalid,
                    "The specified nextToken is invalid.",
                    () -> get("job", r -> r.nextToken(token)));
            refused(
                    invalid,
                    "The specified nextToken is invalid.",
                    () -> filterPage(r -> r.nextToken(token)));
        }
        refused(
                invalid,
                "LogStream names and LogStream name prefix are mutually exclusive parameters.",
                () -> filterPage(r -> r.logStreamNames("job").logStreamNamePrefix("j")));
        refused(
                invalid,
                "Invalid character(s) in term ':'",
                () -> filterPage(r -> r.filterPattern("a : b")));
    }

    private static void refused(Class<? extends Throwable> type, String message, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(type).hasMessage(message);
    }

    @Test
    void protectedDataIsMaskedUnlessAskedFor() {
        var policies = new PgPolicies(database, groups);
        policies.put(
                Calls.TENANT,
                "app",
                PolicyKind.DATA_PROTECTION,
                Policies.protection("EmailAddress", null),
                now);
        for (var i = 0; i < 2; i++) {
            var received = now - 10_000 + i * 20_000;
            flush.flush(
                    0,
                    i,
                    List.of(
                            LogBatchCodec.fill(
                                            LogBatch.newBuilder()
                                                    .setAccount(Calls.TENANT.account())
                                                    .setRegion(Calls.TENANT.region())
                                                    .setLogGroup("app")
                                                    .setLogStream("job")
                                                    .setReceivedMs(received),
                                            new PackedEvents.Builder()
                                                    .add(received, i + " a@b.co")
                                                    .build())
                                    .build()));
        }
        merger.mergeDue(now);
        assertThat(shown("", false)).containsExactly("0 a@b.co", "1 ******");
        assertThat(shown("", true)).containsExactly("0 a@b.co", "1 a@b.co");
        assertThat(shown("co", false)).containsExactly("0 a@b.co");
        assertThat(shown("\"******\"", false)).containsExactly("1 ******");
        assertThat(shown("co", true)).hasSize(2);
        var events =
                Calls.at(
                        clock,
                        () -> api.getLogEvents(r -> r.logGroupName("app").logStreamName("job")));
        assertThat(events.events().getLast().message()).isEqualTo("1 ******");
    }

    private List<String> shown(String pattern, boolean unmask) {
        return Calls.at(
                        clock,
                        () ->
                                api.filterLogEvents(r ->
                                        r.logGroupName("app")
                                                .filterPattern(pattern)
                                                .unmask(unmask)))
                .events()
                .stream()
                .map(event -> event.message())
                .toList();
    }
}
