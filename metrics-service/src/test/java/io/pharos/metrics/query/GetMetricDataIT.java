package io.pharos.metrics.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.Topics;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.Calls;
import io.pharos.metrics.Feed;
import io.pharos.metrics.config.MetricsSettings;
import io.pharos.metrics.ingest.stream.MetricDataConsumer;
import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.metricstream.pg.PgMetricStreams;
import io.pharos.metrics.metricstream.pg.StreamMarks;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.query.api.GetMetricDataApi;
import io.pharos.metrics.query.api.NoBands;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// GetMetricData from the stream to the answer: real Kafka, real PostgreSQL, the same data for all.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GetMetricDataIT {
    private static final Instant NOW = Instant.parse("2026-01-20T12:00:00Z");
    private static final Instant EIGHT = Instant.parse("2026-01-20T11:08:00Z");
    private static final Dimensions ONE = Dimensions.of("host", "1");
    private static final Dimensions TWO = Dimensions.of("host", "2");
    private static final String SEARCH = "SEARCH('{App,host} m', 'Sum', 60)";

    private final Tenant tenant =
            new Tenant(
                    "%012d".formatted(Math.floorMod(UUID.randomUUID().hashCode(), 1_000_000_000L)),
                    "eu-west-1");
    private final Database database = new Database(TestDatabase.fresh("metrics"));
    private final PgSeriesIndex index = new PgSeriesIndex();
    private final PgRuns runs = new PgRuns();
    private final GetMetricDataApi api =
            new GetMetricDataApi(
                    new PgStatistics(database, index, runs),
                    new Lookups(
                            new Table(),
                            new NoBands(),
                            this::called,
                            ServiceQuotas.parse("CloudWatch.GetMetricData=500"),
                            this::counted));
    private final String bootstrap = KafkaServer.shared().bootstrapServers();
    private final StreamProducer producer = new StreamProducer(bootstrap);
    private final StreamConsumers consumers = new StreamConsumers(bootstrap, producer);

    /// Searches that are known beforehand.
    private final class Table implements Searches {
        @Override
        public Found search(Tenant asking, String query, Instant now) {
            return switch (query) {
                case "{App,host} m" -> new Found(List.of(series(TWO), series(ONE)), false);
                case "too many" -> new Found(List.of(series(ONE)), true);
                default -> throw new ExpressionError("no search");
            };
        }

        @Override
        public boolean isGrouped(String sql) {
            if (!sql.contains("FROM")) {
                throw new ExpressionError("no query");
            }
            return sql.contains("GROUP BY");
        }

        @Override
        public Selected select(Tenant asking, String sql, PeriodGrid grid, Instant now) {
            var times = new long[] {grid.startS()};
            var a = new Group(isGrouped(sql) ? "a" : "", times, new double[] {grid.periodS()});
            var b = new Group("b", times, new double[] {grid.count()});
            return new Selected(isGrouped(sql) ? List.of(a, b) : List.of(a), sql.contains("huge"));
        }
    }

    /// What a rule counted, by period: its place among those that are asked for.
    private List<InsightRules.Point> counted(Tenant asking, String rule, PeriodGrid grid) {
        reports++;
        return switch (rule) {
            case "known" ->
                    List.of(
                            new InsightRules.Point(grid.startS(), 1, 2, 3, 4, 5, 6, 7),
                            new InsightRules.Point(grid.startOf(2), 1, 2, 3, 40, 5, 6, 7));
            case "away" -> throw new Functions.Failure("InternalError", "not right now");
            default -> throw new ExpressionError("The rule '" + rule + "' does not exist");
        };
    }

    private int reports;

    @Test
    void asksRulesForTheirMetrics() {
        var before = reports;
        var results =
                get(
                        metric("m1", ONE),
                        withPeriod("a", "INSIGHT_RULE_METRIC('known', 'Sum')"),
                        withPeriod("b", "INSIGHT_RULE_METRIC('known', 'UniqueContributors') * 10"),
                        withPeriod("c", "a + m1"),
                        withPeriod("d", "INSIGHT_RULE_METRIC('away', 'Sum')"));
        assertThat(reports - before).isEqualTo(2);
        assertThat(results.get(1).values()).containsExactlyInAnyOrder(4.0, 40.0);
        assertThat(results.get(2).values()).containsExactlyInAnyOrder(10.0, 10.0);
        assertThat(results.get(3).values()).hasSize(5);
        assertThat(results.get(4).statusCode()).isEqualTo(StatusCode.INTERNAL_ERROR);
        assertThatThrownBy(() -> get(withPeriod("a", "INSIGHT_RULE_METRIC('none', 'Sum')")))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("The rule 'none' does not exist");
        assertThatThrownBy(() ->
                        get(
                                withPeriod("a", "INSIGHT_RULE_METRIC('known', 'Sum')").toBuilder()
                                        .period(30)
                                        .build()))
                .hasMessageContaining("Period of INSIGHT_RULE_METRIC must be a multiple of 60");
        var many = new ArrayList<MetricDataQuery>();
        for (var i = 0; i <= InsightRules.MAX_RULES; i++) {
            many.add(withPeriod("q" + i, "INSIGHT_RULE_METRIC('r" + i + "', 'Sum')"));
        }
        assertThatThrownBy(() -> get(many.toArray(MetricDataQuery[]::new)))
                .hasMessageContaining("Maximum number of INSIGHT_RULE_METRIC rules");
    }

    /// Functions that are known beforehand.
    private List<Functions.Series> called(
            Tenant asking, String function, List<Object> arguments, PeriodGrid grid) {
        var times = new long[] {grid.startS(), grid.startOf(1)};
        var one = new Functions.Series("one", times, new double[] {7, arguments.size()});
        return switch (function) {
            case "one" -> List.of(one);
            case "two" -> List.of(one, new Functions.Series("other", times, new double[] {1, 2}));
            default -> throw new Functions.Failure("Validation", "no function " + function);
        };
    }

    @Test
    void asksFunctionsForSeries() {
        var results =
                get(
                        withPeriod("a", "LAMBDA('one', 'text', 3.14, true)"),
                        withPeriod("b", "LAMBDA('two')"),
                        withPeriod("c", "LAMBDA('missing')"),
                        expression("d", "a * 2"),
                        expression("e", "SUM(b)"));
        assertThat(results)
                .extracting(MetricDataResult::id)
                .containsExactly("a", "b", "b", "c", "d", "e");
        assertThat(results.get(0).values()).containsExactlyInAnyOrder(7.0, 3.0);
        assertThat(results.get(1).label()).isEqualTo("one");
        assertThat(results.get(2).label()).isEqualTo("other");
        assertThat(results.get(3).statusCode()).isEqualTo(StatusCode.INTERNAL_ERROR);
        assertThat(results.get(3).messages().getFirst().value()).isEqualTo("no function missing");
        assertThat(results.get(4).values()).containsExactlyInAnyOrder(14.0, 6.0);
        assertThat(results.get(5).values()).containsExactlyInAnyOrder(8.0, 2.0);
        for (var wrong : List.of("LAMBDA(1)", "LAMBDA(m1)", "LAMBDA('one', m1)", "LAMBDA()")) {
            assertThatThrownBy(() -> get(metric("m1", ONE), withPeriod("a", wrong)))
                    .as(wrong)
                    .isInstanceOf(AwsError.class);
        }
        var many = new ArrayList<MetricDataQuery>();
        for (var i = 0; i <= Functions.MAX_CALLS; i++) {
            many.add(withPeriod("q" + i, "LAMBDA('one')"));
        }
        assertThatThrownBy(() -> get(many.toArray(MetricDataQuery[]::new)))
                .hasMessageContaining("LAMBDA");
    }

    @Test
    void comparesUsageWithItsQuota() {
        var known = usage("m1", "GetMetricData");
        var results = get(known, expression("e", "100 * m1 / SERVICE_QUOTA(m1)"));
        assertThat(results.get(1).values()).contains(50.0).containsOnly(50.0, 0.0);
        assertThatThrownBy(() ->
                        get(
                                known,
                                expression("e", "SERVICE_QUOTA(e1)"),
                                expression("e1", "m1 * 2")))
                .hasMessageContaining("takes the id of a usage metric");
        assertThatThrownBy(() ->
                        get(usage("m1", "PutMetricData"), expression("e", "SERVICE_QUOTA(m1)")))
                .hasMessageContaining("There is no quota of CloudWatch.PutMetricData");
        assertThatThrownBy(() -> get(metric("m1", ONE), expression("e", "SERVICE_QUOTA(m1)")))
                .hasMessageContaining("takes a usage metric");
    }

    private static MetricDataQuery usage(String id, String operation) {
        return MetricDataQuery.builder()
                .id(id)
                .metricStat(s ->
                        s.metric(m ->
                                        m.namespace("AWS/Usage")
                                                .metricName("CallCount")
                                                .dimensions(
                                                        d -> d.name("Type").value("API"),
                                                        d -> d.name("Class").value("None"),
                                                        d -> d.name("Service").value("CloudWatch"),
                                                        d -> d.name("Resource").value(operation)))
                                .stat("Sum")
                                .period(60))
                .build();
    }

    /// As pictures of widgets ask.
    @Test
    void computesOverMetricsOfSeveralRegions() {
        var elsewhere = new Tenant(tenant.account(), "us-east-1");
        var request =
                GetMetricDataRequest.builder()
                        .startTime(EIGHT)
                        .endTime(NOW)
                        .metricDataQueries(
                                metric("m1", ONE),
                                metric("m2", TWO),
                                expression("e1", "m1 + m2"),
                                withPeriod("e2", SEARCH))
                        .build();
        var results =
                Calls.as(elsewhere, NOW, () -> api.getMetricData(request, Map.of("m1", tenant)))
                        .metricDataResults();
        assertThat(results.get(0).label()).isEqualTo("eu-west-1 1");
        assertThat(results.get(0).values()).hasSize(4);
        assertThat(results.get(1).values()).isEmpty();
        assertThat(results.get(2).values()).isEqualTo(results.get(0).values());
    }

    private static MetricDataQuery withPeriod(String id, String expression) {
        return MetricDataQuery.builder().id(id).expression(expression).period(60).build();
    }

    private Series series(Dimensions dimensions) {
        return new Series(tenant.account(), tenant.region(), "App", "m", dimensions);
    }

    /// `host=1` has 1, 2, -, 4, 5 and `host=2` has 10, -, -, 40 from 11:08 on, by the minute.
    @BeforeAll
    void publish() {
        Topics.create(bootstrap, 2);
        var settings = new MetricsSettings(1_000, Duration.ofMillis(50), Duration.ofSeconds(1));
        new MetricDataConsumer(
                        database,
                        index,
                        runs,
                        new StreamMarks(new PgMetricStreams(database)),
                        SteppingClock.at(NOW.toString()),
                        settings)
                .start(consumers);
        var feed = new Feed(producer, tenant, NOW);
        for (var minute : List.of(0, 1, 3, 4)) {
            feed.value("App", "m", ONE, EIGHT.plusSeconds(60L * minute), minute + 1);
        }
        feed.value(
                "AWS/Usage",
                "CallCount",
                Dimensions.of(
                        "Class",
                        "None",
                        "Resource",
                        "GetMetricData",
                        "Service",
                        "CloudWatch",
                        "Type",
                        "API"),
                EIGHT,
                250);
        feed.value("App", "m", TWO, EIGHT, 10);
        feed.value("App", "m", TWO, EIGHT.plusSeconds(180), 40);
        Eventually.within(
                Duration.ofSeconds(20),
                () -> {
                    assertThat(get(metric("m1", ONE)).getFirst().values()).hasSize(4);
                    assertThat(get(metric("m1", TWO)).getFirst().values()).hasSize(2);
                });
    }

    @AfterAll
    void stop() {
        consumers.close();
        producer.close();
    }

    @Test
    void computesWhatRefersToWhatInAnyOrder() {
        var results =
                get(
                        expression("e2", "e1 * 10"),
                        expression("e1", "m1 + m2"),
                        hidden(metric("m1", ONE)),
                        hidden(metric("m2", TWO)));
        assertThat(results).extracting(MetricDataResult::id).containsExactly("e2", "e1");
        assertThat(results).extracting(MetricDataResult::label).containsExactly("e2", "e1");
        assertThat(results.get(0).values()).containsExactly(50.0, 440.0, 20.0, 110.0);
        assertThat(results.get(0).timestamps()).containsExactly(at(4), at(3), at(1), at(0));
        assertThat(results.get(1).statusCode()).isEqualTo(StatusCode.COMPLETE);
        assertThat(results.get(1).hasMessages()).isFalse();
    }

    @Test
    void answersSeveralSeriesUnderOneId() {
        var results = get(expression("e1", "SORT(" + SEARCH + ", SUM, ASC)"));
        assertThat(results).extracting(MetricDataResult::id).containsExactly("e1", "e1");
        assertThat(results).extracting(MetricDataResult::label).containsExactly("1", "2");
        assertThat(results.get(0).values()).containsExactly(5.0, 4.0, 2.0, 1.0);
        assertThat(get(expression("e1", SEARCH).toBuilder().label("load").build()))
                .extracting(MetricDataResult::label)
                .containsExactly("load 2", "load 1");
        assertThat(get(expression("e1", SEARCH).toBuilder().label("${MAX} of ${LABEL}").build()))
                .extracting(MetricDataResult::label)
                .containsExactly("40 of 2", "5 of 1");
        assertThat(
                        get(
                                expression("e1", "METRICS() * 2"),
                                hidden(metric("m1", ONE)),
                                hidden(metric("m2", TWO))))
                .extracting(MetricDataResult::label)
                .containsExactly("1", "2");
        assertThat(get(expression("e1", "SUM(" + SEARCH + ")")).getFirst().values())
                .containsExactly(5.0, 44.0, 2.0, 11.0);
        assertThat(
                        get(
                                expression("e1", "[TIME_SERIES(1), e2]"),
                                expression("e2", "m1"),
                                hidden(metric("m1", ONE))))
                .extracting(MetricDataResult::label)
                .containsExactly("e1", "e2", "e2");
    }

    @Test
    void labelsMetricsWithLiveValues() {
        var labelled =
                metric("m1", ONE).toBuilder()
                        .label("${LABEL} ${PROP('Dim.host')} ${LAST_TIME}")
                        .build();
        var response =
                call(r ->
                        r.metricDataQueries(labelled, metric("m2", TWO))
                                .labelOptions(o -> o.timezone("-0130")));
        assertThat(response.metricDataResults())
                .extracting(MetricDataResult::label)
                .containsExactly("1 1 2026-01-20 09:42:00 -0130", "2");
    }

    @Test
    void pagesMathWithItsMetrics() {
        var pages = new ArrayList<List<Double>>();
        var statuses = new ArrayList<StatusCode>();
        var token = new String[1];
        do {
            var response =
                    call(r ->
                            r.metricDataQueries(
                                            expression("e1", "FILL(m1, 0)"),
                                            hidden(metric("m1", ONE)),
                                            hidden(metric("m9", TWO)))
                                    .endTime(at(5))
                                    .maxDatapoints(2)
                                    .scanBy(ScanBy.TIMESTAMP_ASCENDING)
                                    .nextToken(token[0]));
            pages.add(response.metricDataResults().getFirst().values());
            statuses.add(response.metricDataResults().getFirst().statusCode());
            token[0] = response.nextToken();
        } while (token[0] != null);
        assertThat(pages).containsExactly(List.of(1.0, 2.0), List.of(0.0, 4.0), List.of(5.0));
        assertThat(statuses)
                .containsExactly(
                        StatusCode.PARTIAL_DATA, StatusCode.PARTIAL_DATA, StatusCode.COMPLETE);
        assertThatThrownBy(() -> call(r -> r.metricDataQueries(metric("m1", ONE)).nextToken("x")))
                .isInstanceOf(InvalidNextTokenException.class);
    }

    @Test
    void answersQueries() {
        var one = query("q1", "SELECT SUM(m) FROM App");
        assertThat(get(one).getFirst().label()).isEqualTo("q1");
        assertThat(get(one).getFirst().values()).containsExactly(300.0);
        var grouped = query("q1", "SELECT SUM(m) FROM App GROUP BY host");
        assertThat(get(grouped.toBuilder().label("by").build()))
                .extracting(MetricDataResult::label)
                .containsExactly("by a", "by b");
        assertThat(get(expression("e1", "SUM(q1)"), hidden(grouped)).getFirst().values())
                .containsExactly(311.0);
        assertThat(get(query("q1", "SELECT SUM(m) FROM huge")).getFirst().statusCode())
                .isEqualTo(StatusCode.PARTIAL_DATA);
    }

    @Test
    void tellsThatASearchFoundTooMany() {
        var response =
                call(r -> r.metricDataQueries(expression("e1", "SEARCH('too many', 'Sum', 60)")));
        assertThat(response.messages().getFirst().value())
                .isEqualTo("Maximum number of allowed metrics exceeded");
        assertThat(response.metricDataResults()).hasSize(1);
    }

    @Test
    void answersFiveHundredQueriesAndNoMore() {
        var queries =
                IntStream.range(0, 500)
                        .mapToObj(i ->
                                i % 2 == 0
                                        ? metric("m" + i, ONE)
                                        : expression("e" + i, "m" + (i - 1) + " * " + i))
                        .toArray(MetricDataQuery[]::new);
        var results = get(queries);
        assertThat(results).hasSize(500);
        assertThat(results.get(499).values()).containsExactly(2495.0, 1996.0, 998.0, 499.0);
        var tooMany = new ArrayList<>(List.of(queries));
        tooMany.add(metric("more", ONE));
        assertThatThrownBy(() -> get(tooMany.toArray(MetricDataQuery[]::new)))
                .isInstanceOf(AwsError.class)
                .hasMessageEndingWith("Member must have length less than or equal to 500");
    }

    @Test
    void leavesForeignAccountsOutOfMath() {
        var results =
                get(
                        metric("m1", ONE).toBuilder().accountId("999999999999").build(),
                        expression("e1", "FILL(m1, 7)"));
        assertThat(results.get(0).statusCode()).isEqualTo(StatusCode.FORBIDDEN);
        assertThat(results.get(0).messages().getFirst().code()).isEqualTo("Forbidden");
        assertThat(results.get(1).values()).startsWith(7.0, 7.0);
    }

    @Test
    void refusesInAwsWords() {
        var expressions = new HashMap<String, String>();
        expressions.put("NOT_A_FUNCTION(m1)", "Function 'NOT_A_FUNCTION' not found");
        expressions.put("m1 +", "Invalid syntax, unexpected end at position 4");
        expressions.put("m7", "Id 'm7' not found");
        expressions.put("bad", "Circular reference: bad -> bad");
        expressions.put(
                "5",
                "The expression must result in a time series or an array of time series, not in a scalar");
        expressions.put(
                "SEARCH('{App,host} m', 'Sum')",
                "Period is a required field when using SEARCH function within an expression");
        expressions.put("SEARCH('x', 'Sum', 60)", "no search");
        expressions.put("SEARCH('x', 'Median', 60)", "'Median' is not a valid statistic");
        expressions.put(
                "SEARCH('x', 'Sum', 7)",
                "Period must be 1, 5, 10, 20, 30 or a multiple of 60, up to 86400");
        expressions.put("SEARCH('x', 'Sum', m1)", "Invalid syntax, not a constant at position 19");
        expressions.put(
                "SEARCH(m1, 'Sum', 60)",
                "Function 'SEARCH' takes a search and a statistic as strings");
        expressions.put(
                "SELECT SUM(m) FROM App",
                "Period is a required field when using query within an expression");
        expressions.put("FIRST(m1)", "Function 'FIRST' does not take a time series");
        expressions.forEach((text, message) ->
                refuses(
                        "Error in expression 'bad': " + message,
                        expression("bad", text),
                        metric("m1", ONE)));
        refuses(
                "Maximum number of queries (1) exceeded",
                query("q1", "SELECT SUM(m) FROM App"),
                query("q2", "SELECT SUM(m) FROM App"));
        refuses("ReturnData must be true for at least one query.", hidden(metric("m1", ONE)));
        refuses(
                "The parameter MetricDataQueries.member.1.Label has an unknown dynamic value: ${X}.",
                metric("m1", ONE).toBuilder().label("${X}").build());
        refuses(
                "The parameter MetricDataQueries.member.1.Period must be a multiple of 60.",
                query("q1", "SELECT SUM(m) FROM App").toBuilder().period(90).build());
        assertThatThrownBy(() ->
                        call(r ->
                                r.metricDataQueries(metric("m1", ONE))
                                        .labelOptions(o -> o.timezone("+9900"))))
                .isInstanceOf(AwsError.class);
    }

    private void refuses(String message, MetricDataQuery... queries) {
        assertThatThrownBy(() -> get(queries)).isInstanceOf(AwsError.class).hasMessage(message);
    }

    private static Instant at(int minute) {
        return EIGHT.plusSeconds(60L * minute);
    }

    private static MetricDataQuery expression(String id, String text) {
        return MetricDataQuery.builder().id(id).expression(text).build();
    }

    private static MetricDataQuery query(String id, String sql) {
        return expression(id, sql).toBuilder().period(300).build();
    }

    private static MetricDataQuery hidden(MetricDataQuery query) {
        return query.toBuilder().returnData(false).build();
    }

    private static MetricDataQuery metric(String id, Dimensions dimensions) {
        var host = dimensions.asList().getFirst();
        return MetricDataQuery.builder()
                .id(id)
                .metricStat(s ->
                        s.metric(m ->
                                        m.namespace("App")
                                                .metricName("m")
                                                .dimensions(
                                                        d -> d.name("host").value(host.value())))
                                .stat("Sum")
                                .period(60))
                .build();
    }

    private List<MetricDataResult> get(MetricDataQuery... queries) {
        return call(r -> r.metricDataQueries(queries)).metricDataResults();
    }

    private GetMetricDataResponse call(Consumer<GetMetricDataRequest.Builder> change) {
        var request = GetMetricDataRequest.builder().startTime(EIGHT).endTime(NOW);
        change.accept(request);
        var built = request.build();
        return Calls.as(tenant, NOW, () -> api.getMetricData(built));
    }
}
