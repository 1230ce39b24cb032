package io.pharos.metrics.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimensions;
import io.pharos.metric.Unit;
import io.pharos.metrics.Calls;
import io.pharos.metrics.insights.pg.PgInsights;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.Run;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.Searches;
import io.pharos.metrics.query.api.GetMetricDataApi;
import io.pharos.metrics.query.api.ListMetricsApi;
import io.pharos.metrics.query.api.NoBands;
import io.pharos.metrics.query.api.NoLookups;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.search.pg.PgSearches;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.pg.PgSeriesCatalog;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsRequest;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// `SEARCH` and Metrics Insights over a real index and real blocks.
class SearchesIT {
    private static final Instant NOW = Instant.parse("2026-01-20T12:00:00Z");
    private static final Instant START = NOW.minus(Duration.ofMinutes(10));
    private static final Tenant TENANT = Calls.TENANT;
    private static final PeriodGrid GRID = new PeriodGrid(START.getEpochSecond(), 60, 10);

    private final Database database = new Database(TestDatabase.fresh("metrics"));
    private final PgSeriesIndex index = new PgSeriesIndex();
    private final PgRuns runs = new PgRuns();
    private final PgStatistics statistics = new PgStatistics(database, index, runs);
    private final Searches searches = searches(new PgSeriesCatalog(database, index));

    /// As with more series than are held in memory.
    private final Searches unheld = searches(new PgSeriesCatalog(database, index, 0));

    private final GetMetricDataApi getData =
            new GetMetricDataApi(statistics, NoLookups.with(searches, new NoBands()));
    private final LinkedHashMap<Series, double[]> data = new LinkedHashMap<>();
    private long offset;

    private Searches searches(PgSeriesCatalog catalog) {
        var insights = new PgInsights(database, index, catalog, statistics);
        return new PgSearches(database, index, catalog, insights);
    }

    private static Series series(String namespace, String name, String... dimensions) {
        return new Series(
                TENANT.account(), TENANT.region(), namespace, name, Dimensions.of(dimensions));
    }

    /// A sample a minute from START on; the n-th weighs n.
    private void given(String namespace, String name, List<String> dimensions, double... values) {
        data.put(series(namespace, name, dimensions.toArray(String[]::new)), values);
    }

    private void write() {
        write(NOW);
    }

    private void write(Instant seen) {
        database.inTransaction(connection -> {
            var known = index.register(connection, data.keySet(), seen.toEpochMilli());
            var builder = new Run.Builder();
            data.forEach((series, values) -> {
                for (var i = 0; i < values.length; i++) {
                    builder.add(
                            Resolution.MINUTE,
                            new Point(
                                    Objects.requireNonNull(known.get(series)).id(),
                                    i % 2 == 0 ? Unit.NONE : Unit.COUNT,
                                    false,
                                    GRID.startOf(i),
                                    Aggregate.ofSample(values[i], i + 1)));
                }
            });
            runs.add(connection, 0, offset++, builder.build(), NOW.toEpochMilli());
            return known;
        });
        data.clear();
    }

    /// PostgreSQL's choice is judged again by the search; here, that it leaves out none.
    @Test
    void findsWhatTheSearchMeans() {
        var all = new ArrayList<Series>();
        var random = new Random(3);
        var words =
                List.of("cpu", "CPUUtilization", "Count1", "i-0a1", "a b", "x\"y\\z", "50%", "_");
        IntStream.range(0, 400)
                .forEach(i -> {
                    var dimensions = new ArrayList<String>();
                    for (var d = random.nextInt(3); d > 0; d--) {
                        dimensions.add("Dim" + d + (random.nextBoolean() ? "" : " x\"%"));
                        dimensions.add(words.get(random.nextInt(words.size())));
                    }
                    var one =
                            series(
                                    random.nextBoolean() ? "AWS/EC2" : "My-Shop",
                                    words.get(random.nextInt(words.size())) + i % 20,
                                    dimensions.toArray(String[]::new));
                    if (data.put(one, new double[] {1}) == null) {
                        all.add(one);
                    }
                });
        write();
        for (var query :
                List.of(
                        "cpu",
                        "count",
                        "utilization NOT \"AWS/EC2\"",
                        "{AWS/EC2,Dim1}",
                        "{My-Shop}",
                        "{My-Shop,Dim1,Dim2} cpu OR b",
                        "NOT cpu",
                        "Dim1=cpu",
                        "Dim1=\"x\\\"y\\\\z\"",
                        "\"Dim1 x\\\"%\"=(a OR \"50%\")",
                        "NOT Dim1=\"cpu\" Namespace=shop",
                        "NOT (Dim1=\"cpu\" OR Dim2=50)",
                        "\"50%\"",
                        "\"_\"",
                        "i-0a1",
                        "MetricName=\"cpu7\"",
                        "MetricName=cpu7",
                        ":aws.AccountId=LOCAL 7",
                        ":aws.AccountId=\"1\" OR MetricName=(count AND NOT 7)",
                        "50\\%")) {
            var search = SearchParser.parse(query);
            for (var each : List.of(searches, unheld)) {
                assertThat(each.search(TENANT, query, NOW).series())
                        .as(query)
                        .containsExactlyInAnyOrderElementsOf(
                                all.stream().filter(search::matches).toList());
            }
        }
        assertThat(searches.search(new Tenant(TENANT.account(), "us-east-1"), "cpu", NOW).series())
                .isEmpty();
    }

    @Test
    void findsFiveHundredOfThoseOfTwoWeeks() {
        IntStream.range(0, 2_600)
                .forEach(i ->
                        given("Fleet", i < 2_050 ? "account" : "Count", List.of("host", "h" + i)));
        write();
        for (var each : List.of(searches, unheld)) {
            var many = each.search(TENANT, "count", NOW);
            assertThat(many.series()).hasSize(500);
            assertThat(many.series()).allMatch(one -> one.metricName().equals("Count"));
            assertThat(many.isCapped()).isTrue();
            assertThat(each.search(TENANT, "h2055 OR h2599", NOW).isCapped()).isFalse();
            assertThat(each.search(TENANT, "count", NOW).series()).isEqualTo(many.series());
            assertThat(unheld.search(TENANT, "count", NOW).series()).isEqualTo(many.series());
            var later = NOW.plus(Duration.ofDays(14));
            assertThat(each.search(TENANT, "h2055", later).series()).hasSize(1);
            assertThat(each.search(TENANT, "h2055", later.plusMillis(1)).series()).isEmpty();
        }
    }

    @Test
    void listsMetricsPageByPageWhateverTheFilter() {
        IntStream.range(0, 1_203)
                .forEach(i ->
                        given(
                                "N" + i % 3,
                                "m" + i % 2,
                                List.of("host", "h" + i, "rack", "r" + i % 2)));
        write();
        assertThat(pages(r -> r)).containsExactly(500, 500, 203);
        assertThat(pages(r -> r.metricName("m0"))).containsExactly(500, 102);
        assertThat(pages(r -> r.namespace("N1"))).containsExactly(401);
        assertThat(pages(r -> r.dimensions(d -> d.name("rack").value("r1"))))
                .containsExactly(500, 101);
        assertThat(pages(r -> r.dimensions(d -> d.name("host"), d -> d.name("rack").value("r"))))
                .containsExactly(0);
    }

    private List<Integer> pages(UnaryOperator<ListMetricsRequest.Builder> filter) {
        var api = new ListMetricsApi(new PgSeriesCatalog(database, index));
        var sizes = new ArrayList<Integer>();
        var seen = new HashSet<Object>();
        String token = null;
        do {
            var request = filter.apply(ListMetricsRequest.builder()).nextToken(token).build();
            var page = Calls.at(NOW, () -> api.listMetrics(request));
            sizes.add(page.metrics().size());
            assertThat(page.metrics()).allMatch(seen::add);
            token = page.nextToken();
        } while (token != null);
        return sizes;
    }

    @Test
    void aggregatesAllMetricsByGroup() {
        given("App", "m", List.of("host", "a", "rack", "1"), 1, 2, 3);
        given("App", "m", List.of("host", "b", "rack", "1"), 10, 20);
        given("App", "m", List.of("host", "c", "rack", "2"), 100);
        given("App", "m", List.of("zone", "z"), 7);
        given("App", "m", List.of(), 1_000);
        given("App", "other", List.of("host", "a", "rack", "1"), 5);
        given("App", "m", List.of("host", "old", "rack", "9"));
        write();
        expect("SELECT SUM(m) FROM App", "", 1_118, 44, 9);
        expect("SELECT COUNT(m) FROM App", "", 5, 4, 3);
        expect("SELECT AVG(m) FROM App WHERE rack = '1'", "", 5.5, 11, 3);
        expect("SELECT MAX(m) FROM SCHEMA(App, rack, host)", "", 100, 20, 3);
        expect("SELECT MIN(m) FROM SCHEMA(App)", "", 1_000);
        expect("SELECT MIN(m) FROM App WHERE host != 'a' AND rack != '2'", "", 10, 20);
        expect("SELECT SUM(m) FROM App WHERE zone = 'y'", "");
        expect(
                "SELECT SUM(m) FROM App WHERE zone = 'z' AND AWS.AccountId = CURRENT_ACCOUNT_ID()",
                "",
                7);
        expect("SELECT SUM(m) FROM App WHERE AWS.AccountId != '" + TENANT.account() + "'", "");
        expect("SELECT SUM(nothing) FROM App", "");
        labels("SELECT SUM(m) FROM App GROUP BY host", "Other", "a", "b", "c");
        labels("SELECT SUM(m) FROM App GROUP BY rack, host", "1 a", "1 b", "2 c", "Other Other");
        labels("SELECT SUM(m) FROM App WHERE host != 'z' GROUP BY rack", "1", "2");
        labels("SELECT SUM(m) FROM App GROUP BY AWS.AccountId", TENANT.account());
        labels(
                "SELECT SUM(m) FROM SCHEMA(App, host, rack) GROUP BY host ORDER BY MAX()",
                "a",
                "b",
                "c");
        labels(
                "SELECT SUM(m) FROM SCHEMA(App, host, rack) GROUP BY host ORDER BY COUNT() DESC",
                "a",
                "b",
                "c");
        labels("SELECT SUM(m) FROM App GROUP BY host ORDER BY SUM() DESC LIMIT 2", "Other", "c");
        labels("SELECT SUM(m) FROM App GROUP BY host LIMIT 1", "Other");
        labels("SELECT SUM(m) FROM App WHERE host = 'old' GROUP BY host");
    }

    @Test
    void looksAtTenThousandMetricsAndTellsFiveHundredGroups() {
        IntStream.range(0, 10_001)
                .forEach(i -> given("Fleet", "m", List.of("host", "h" + i), i, 1));
        write();
        var sum = searches.select(TENANT, "SELECT SUM(m) FROM Fleet", GRID, NOW);
        assertThat(sum.isPartial()).isTrue();
        assertThat(sum.groups().getFirst().values()[1]).isEqualTo(20_000);
        var groups =
                searches.select(
                        TENANT,
                        "SELECT MAX(m) FROM Fleet GROUP BY host ORDER BY MAX() DESC",
                        GRID,
                        NOW);
        assertThat(groups.groups()).hasSize(500);
        // Which of the 10,001 is left out is not said.
        assertThat(groups.groups().getFirst().label()).isIn("h9999", "h10000");
        assertThat(groups.groups().getFirst().values()[0]).isGreaterThan(9_998);
        assertThat(groups.groups())
                .isSortedAccordingTo((a, b) -> Double.compare(b.values()[0], a.values()[0]));
    }

    @Test
    void answersThroughGetMetricData() {
        given("App", "m", List.of("host", "a"), 1, 2);
        given("App", "m", List.of("host", "b"), 10, 20);
        given("App", "n", List.of("host", "b"), 7);
        write();
        var found = get("SORT(SEARCH('{App,host} MetricName=\"m\"', 'Sum', 60), SUM, DESC)", null);
        assertThat(found.metricDataResults())
                .extracting(MetricDataResult::label)
                .containsExactly("b", "a");
        assertThat(found.metricDataResults().get(1).values()).containsExactly(4.0, 1.0);
        assertThat(found.messages()).isEmpty();
        assertThat(get("SEARCH('Namespace=\"App\" host=b', 'Sum', 60)", null).metricDataResults())
                .extracting(MetricDataResult::label)
                .containsExactly("m", "n");
        assertThat(
                        get(
                                        "REMOVE_EMPTY(SEARCH('{\"App\",\"host\"} MetricName=\"m\" \"host\"=(\"a\" OR"
                                                + " \"b\")', 'Average', 300))",
                                        null)
                                .metricDataResults())
                .hasSize(2);
        var groups = get("SELECT SUM(m) FROM SCHEMA(App, host) GROUP BY host", 60);
        assertThat(groups.metricDataResults())
                .extracting(MetricDataResult::label)
                .containsExactly("a", "b");
        assertThat(groups.metricDataResults().getFirst().values()).containsExactly(4.0, 1.0);
        assertThat(groups.metricDataResults().getFirst().statusCode())
                .isEqualTo(StatusCode.COMPLETE);
        var one = get("SELECT AVG(m) FROM App", 30).metricDataResults().getFirst();
        assertThat(one.label()).isEqualTo("q1");
        assertThat(one.values()).containsExactly(11.0, 5.5);
        refuses("SELECT AVG(m FROM App", 60, "unexpected 'FROM', expected ')' at position 13");
        refuses("SEARCH('(m', 'Sum', 60)", null, "unexpected end at position 2");
        refuses("SELECT AVG(m) FROM App", null, "Period is a required field");
    }

    private void refuses(String expression, @Nullable Integer period, String message) {
        assertThatThrownBy(() -> get(expression, period))
                .isInstanceOf(AwsError.class)
                .hasMessageStartingWith("Error in expression 'q1': ")
                .hasMessageContaining(message);
    }

    private GetMetricDataResponse get(String expression, @Nullable Integer period) {
        var request =
                GetMetricDataRequest.builder()
                        .startTime(START)
                        .endTime(NOW)
                        .metricDataQueries(q -> q.id("q1").expression(expression).period(period))
                        .build();
        return Calls.at(NOW, () -> getData.getMetricData(request));
    }

    private void expect(String sql, String label, double... values) {
        assertThat(searches.isGrouped(sql)).isFalse();
        var groups = searches.select(TENANT, sql, GRID, NOW).groups();
        assertThat(groups).as(sql).hasSize(1);
        assertThat(groups.getFirst().label()).isEqualTo(label);
        assertThat(groups.getFirst().values()).as(sql).containsExactly(values);
    }

    private void labels(String sql, String... labels) {
        assertThat(searches.isGrouped(sql)).isTrue();
        assertThat(searches.select(TENANT, sql, GRID, NOW).groups())
                .as(sql)
                .extracting(Searches.Group::label)
                .containsExactly(labels);
    }
}
