package io.pharos.logs.query.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.insights.eval.QueryTimes;
import io.pharos.logs.insights.plan.Events;
import io.pharos.logs.insights.plan.QueryPlan;
import io.pharos.logs.insights.plan.QueryStatistics;
import io.pharos.logs.query.FieldIndexes;
import io.pharos.logs.query.QueryBlocks;
import io.pharos.logs.query.RunningQuery;
import io.pharos.logs.query.StoredQuery;
import io.pharos.logs.query.pg.PgQueries;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/// Queries that would never end: how they are stopped, how they time out, what others see meanwhile.
class QueryLifeIT {
    private final SteppingClock clock = SteppingClock.at("2024-05-01T12:00:00Z");
    private final PgQueries queries = new PgQueries(new Database(TestDatabase.fresh("logs")));
    private final AtomicBoolean isBroken = new AtomicBoolean();
    private final QueryRunner runner = new QueryRunner(queries, new Endless(), clock);

    /// The same block again and again.
    private final class Endless implements QueryBlocks {
        private final EventBlock block;

        Endless() {
            var events = new Events("123456789012:/app", 1);
            for (var i = 0; i < 1_000; i++) {
                events.add("s", 1_000 + i, "user=" + i + " " + "a".repeat(300));
            }
            block = events.blocks(1_000, true).getFirst();
        }

        @Override
        public void visit(
                List<LogGroup> groups, long fromMs, long untilMs, Wanted wanted, Visitor visitor) {
            while (visitor.block(() -> block)) {
                if (isBroken.get()) {
                    throw new IllegalStateException("the store is gone");
                }
            }
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        isBroken.set(true);
        runner.stop(new io.quarkus.runtime.ShutdownEvent());
    }

    private RunningQuery start(String text) {
        var stored =
                new StoredQuery(
                        UUID.randomUUID(),
                        Calls.TENANT,
                        text,
                        List.of("/app"),
                        0,
                        10_000,
                        QueryStatus.SCHEDULED,
                        clock.millis(),
                        clock.millis(),
                        QueryStatistics.NONE,
                        null);
        queries.start(stored);
        var query = InsightsQuery.parse(text);
        var times = new QueryTimes(0, 10_000, clock.millis(), "eu-west-1");
        var plan = QueryPlan.of(query, times, 10_000, QueryPlan.Inputs.CHECK_ONLY);
        var group = new LogGroup(1, Calls.TENANT, "/app", 0, null, false);
        var running =
                new RunningQuery(
                        stored,
                        new RunningQuery.Work(
                                query,
                                plan,
                                10_000,
                                List.of(group),
                                _ -> List.of(),
                                _ -> Optional.empty(),
                                FieldIndexes.OF_ALL_GROUPS,
                                runner.blocks(),
                                runner.threads()));
        runner.start(running);
        Eventually.within(
                Duration.ofSeconds(10),
                () -> assertThat(running.statistics().recordsScanned()).isPositive());
        return running;
    }

    private QueryStatus status(RunningQuery query) {
        return queries.find(Calls.TENANT, query.stored().id()).orElseThrow().status(clock.millis());
    }

    @Test
    void stopsWithinASecondHoweverMuchThereIs() throws InterruptedException {
        for (var text :
                List.of(
                        "stats count(*) by @message",
                        "filter @message like /(a*)*(a+a+)+b/ | stats count(*)",
                        "parse @message /user=(?<u>\\d+) (?<r>.*)/ | sort r desc, u asc",
                        "pattern @message")) {
            var query = start(text);
            assertThat(query.status()).isEqualTo(QueryStatus.RUNNING);
            query.stop(QueryStatus.CANCELLED);
            assertThat(query.awaitEnd(1_000)).as(text).isTrue();
            assertThat(status(query)).isEqualTo(QueryStatus.CANCELLED);
        }
    }

    @Test
    void anotherProcessSeesHowFarItIsAndStopsIt() throws InterruptedException {
        var query = start("stats count(*) as n by 'all' as k");
        var id = query.stored().id();
        for (var beat = 0; beat < 4; beat++) {
            runner.beat(clock.millis());
        }
        assertThat(status(query)).isEqualTo(QueryStatus.RUNNING);
        assertThat(queries.results(id).columns()).contains("k", "n");
        assertThat(queries.results(id).rows()).hasSize(1);
        assertThat(queries.find(Calls.TENANT, id).orElseThrow().statistics().recordsScanned())
                .isPositive();
        queries.requestStop(id);
        runner.beat(clock.millis());
        assertThat(query.awaitEnd(1_000)).isTrue();
        assertThat(status(query)).isEqualTo(QueryStatus.CANCELLED);
    }

    @Test
    void timesOutAfterAnHour() throws InterruptedException {
        var query = start("stats count(*)");
        clock.advance(Duration.ofMinutes(59));
        runner.beat(clock.millis());
        assertThat(status(query)).isEqualTo(QueryStatus.RUNNING);
        clock.advance(Duration.ofMinutes(2));
        runner.beat(clock.millis());
        assertThat(query.awaitEnd(1_000)).isTrue();
        assertThat(status(query)).isEqualTo(QueryStatus.TIMEOUT);
    }

    @Test
    void failsWhenItsEventsCanNotBeReadOrDoNotFit() throws InterruptedException {
        var broken = start("stats count(*)");
        isBroken.set(true);
        assertThat(broken.awaitEnd(5_000)).isTrue();
        assertThat(status(broken)).isEqualTo(QueryStatus.FAILED);
        isBroken.set(false);
        var large = start("stats histogram(strlen(@message), 3)");
        assertThat(large.awaitEnd(60_000)).isTrue();
        assertThat(status(large)).isEqualTo(QueryStatus.FAILED);
    }

    @Test
    void endsWithItsProcess() throws InterruptedException {
        var query = start("stats count(*)");
        runner.stop(new io.quarkus.runtime.ShutdownEvent());
        assertThat(status(query)).isEqualTo(QueryStatus.FAILED);
    }
}
