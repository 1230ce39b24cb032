package io.pharos.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.Topics;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.config.MetricsSettings;
import io.pharos.metrics.ingest.stream.MetricDataConsumer;
import io.pharos.metrics.metricstream.pg.PgMetricStreams;
import io.pharos.metrics.metricstream.pg.StreamMarks;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.query.api.GetMetricDataApi;
import io.pharos.metrics.query.api.GetMetricStatisticsApi;
import io.pharos.metrics.query.api.ListMetricsApi;
import io.pharos.metrics.query.api.NoLookups;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.series.pg.PgSeriesCatalog;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.metrics.window.http.WindowsRoute;
import io.pharos.metrics.window.pg.PgWindows;
import io.pharos.stream.Topic;
import io.pharos.stream.WindowQuery;
import io.pharos.stream.WindowRequest;
import io.pharos.stream.WindowResponse;
import io.pharos.stream.metric.MetricCursor;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.DimensionFilter;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsRequest;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsRequest;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.RecentlyActive;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// From the stream to the answers: real Kafka, real PostgreSQL. Every test has a tenant of its own.
class MetricsIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Instant NOW = Instant.parse("2026-01-20T12:00:00Z");
    private static final Instant EIGHT = Instant.parse("2026-01-20T11:08:00Z");
    private static final MetricsSettings SETTINGS =
            new MetricsSettings(1_000, Duration.ofMillis(250), Duration.ofSeconds(1));
    private static final Dimensions HOST = Dimensions.of("host", "a");

    private final String bootstrap = KafkaServer.shared().bootstrapServers();
    private final StreamProducer producer = new StreamProducer(bootstrap);
    private final Database database = new Database(TestDatabase.fresh("metrics"));
    private final PgSeriesIndex index = new PgSeriesIndex();
    private final PgRuns runs = new PgRuns();
    private final PgStatistics statistics = new PgStatistics(database, index, runs);
    private final GetMetricStatisticsApi getStatistics = new GetMetricStatisticsApi(statistics);
    private final GetMetricDataApi getData = new GetMetricDataApi(statistics, NoLookups.ALL);
    private final ListMetricsApi listMetrics =
            new ListMetricsApi(new PgSeriesCatalog(database, index));
    private final Tenant tenant = tenant();
    private final Feed feed = new Feed(producer, tenant, NOW);
    private StreamConsumers consumers = new StreamConsumers(bootstrap, producer);

    private static Tenant tenant() {
        var digits = Math.floorMod(UUID.randomUUID().getLeastSignificantBits(), 1_000_000_000_000L);
        return new Tenant("%012d".formatted(digits), "eu-west-1");
    }

    @BeforeEach
    void start() {
        Topics.create(bootstrap, 2);
        consume();
    }

    private void consume() {
        consumers = new StreamConsumers(bootstrap, producer);
        new MetricDataConsumer(
                        database,
                        index,
                        runs,
                        new StreamMarks(new PgMetricStreams(database)),
                        SteppingClock.at(NOW.toString()),
                        SETTINGS)
                .start(consumers);
    }

    @AfterEach
    void stop() {
        consumers.close();
        producer.close();
    }

    @Test
    void isReadableWithinASecondAndStaysTheSameAfterARestart() {
        feed.value("App", "warm", HOST, EIGHT, 1);
        Eventually.within(SOON, () -> assertThat(sums("warm", 60)).containsExactly(1.0));
        for (var i = 0; i < 5; i++) {
            var expected = new ArrayList<Double>();
            for (var minute = 0; minute <= i; minute++) {
                expected.add(100.0);
            }
            feed.value("App", "m", HOST, EIGHT.plusSeconds(60L * i + 7), 40);
            feed.value("App", "m", HOST, EIGHT.plusSeconds(60L * i + 59), 60);
            Eventually.within(
                    Duration.ofSeconds(1), () -> assertThat(sums("m", 60)).isEqualTo(expected));
        }
        consumers.close();
        feed.value("App", "m", HOST, EIGHT, 1);
        consume();
        Eventually.within(
                SOON,
                () -> assertThat(sums("m", 60)).containsExactly(101.0, 100.0, 100.0, 100.0, 100.0));
    }

    @Test
    void takesDataTwoWeeksBack() {
        var late = NOW.minus(Duration.ofDays(14));
        feed.value("App", "late", HOST, late, 5);
        Eventually.within(
                SOON,
                () ->
                        assertThat(
                                        statistics(
                                                "late",
                                                r ->
                                                        r.startTime(late)
                                                                .endTime(late.plusSeconds(300))
                                                                .period(60)))
                                .hasSize(1));
        assertThat(list(r -> r.namespace("App"))).containsExactly("late");
    }

    /// The captured read vectors: sums by second, by 5 and by 10 of them.
    @Test
    void readsSecondsAndMinutesAsAwsDoes() {
        for (var high : List.of(true, false)) {
            var name = high ? "high" : "standard";
            Map.of(1, 2, 2, 3, 5, 7, 60, 11, 61, 13)
                    .forEach((second, value) -> {
                        var at = EIGHT.plusSeconds(second);
                        if (high) {
                            feed.highResolution("App", name, HOST, at, value);
                        } else {
                            feed.value("App", name, HOST, at, value);
                        }
                    });
        }
        var recent = EIGHT.plusSeconds(600);
        Eventually.within(SOON, () -> assertThat(sums("standard", 60)).containsExactly(12.0, 24.0));
        Eventually.within(SOON, () -> assertThat(sums("high", 60)).containsExactly(12.0, 24.0));
        assertThat(sums("high", 5, recent)).containsExactly(5.0, 7.0, 24.0);
        assertThat(sums("high", 10, recent)).containsExactly(12.0, 24.0);
        assertThat(sums("standard", 1, recent)).containsExactly(12.0, 24.0);
    }

    @Test
    void pagesAsAwsDoes() {
        var values = List.of(2, 2, 4, 8, 16, 32);
        for (var i = 0; i < values.size(); i++) {
            feed.value(
                    "App", "p", HOST, EIGHT.plusSeconds(60L * Math.max(0, i - 1)), values.get(i));
        }
        Eventually.within(SOON, () -> assertThat(sums("p", 60)).hasSize(5));
        var request =
                data(query("a", "p", "Sum", 60)).toBuilder()
                        .startTime(EIGHT)
                        .endTime(EIGHT.plusSeconds(300));
        var all = get(request.build()).getFirst();
        assertThat(all.values()).containsExactly(32.0, 16.0, 8.0, 4.0, 4.0);
        assertThat(all.statusCode()).isEqualTo(StatusCode.COMPLETE);
        assertThat(all.label()).isEqualTo("p");
        var pages = new ArrayList<List<Double>>();
        var statuses = new ArrayList<StatusCode>();
        String token = null;
        do {
            var page = request.maxDatapoints(2).nextToken(token).build();
            var response = Calls.as(tenant, NOW, () -> getData.getMetricData(page));
            pages.add(response.metricDataResults().getFirst().values());
            statuses.add(response.metricDataResults().getFirst().statusCode());
            token = response.nextToken();
        } while (token != null);
        assertThat(pages).containsExactly(List.of(32.0, 16.0), List.of(8.0, 4.0), List.of(4.0));
        assertThat(statuses)
                .containsExactly(
                        StatusCode.PARTIAL_DATA, StatusCode.PARTIAL_DATA, StatusCode.COMPLETE);
        var foreign = request.nextToken("nonsense").build();
        assertThatThrownBy(() -> get(foreign)).isInstanceOf(InvalidNextTokenException.class);
    }

    @Test
    void keepsUnitsApart() {
        feed.unit("App", "u", HOST, EIGHT, "Seconds", 1);
        feed.unit("App", "u", HOST, EIGHT, "Milliseconds", 1000);
        feed.set("App", "u", HOST, EIGHT.plusSeconds(60), 3, 15, 1, 9);
        Eventually.within(SOON, () -> assertThat(statistics("u", 60)).hasSize(3));
        var result = get(data(query("a", "u", "Sum", 60))).getFirst();
        assertThat(result.values()).containsExactly(15.0, 1000.0);
        assertThat(result.messages().getFirst().code()).isEqualTo("MultipleUnits");
        assertThat(result.messages().getFirst().value())
                .isEqualTo("Multiple units returned: '[Milliseconds, None, Seconds]'");
        assertThat(get(data(query("a", "u", "p50", 60))).getFirst().values())
                .containsExactly(1000.0);
        assertThat(statistics("u", r -> r.unit("Gigabytes"))).isEmpty();
        assertThat(statistics("u", r -> r.unit("Seconds"))).hasSize(1);
        var extended =
                statistics("u", r -> r.unit("None").extendedStatistics("p0", "p50")).getFirst();
        assertThat(extended.extendedStatistics()).isEqualTo(Map.of("p0", 1.0));
    }

    @Test
    void listsWhatIsActive() {
        feed.value("App", "b", Dimensions.of("host", "1", "zone", "x"), EIGHT, 1);
        feed.value("App", "b", Dimensions.NONE, EIGHT, 1);
        feed.value("Other", "c", Dimensions.of("host", "2"), EIGHT, 1);
        Eventually.within(SOON, () -> assertThat(list(r -> {})).hasSize(3));
        assertThat(list(r -> r.namespace("App"))).containsExactly("b", "b");
        assertThat(list(r -> r.metricName("c"))).containsExactly("c");
        assertThat(list(r -> r.namespace("Ap"))).isEmpty();
        assertThat(list(r -> r.dimensions(filter("host", null)))).hasSize(2);
        assertThat(list(r -> r.dimensions(filter("host", "1"), filter("zone", null)))).hasSize(1);
        assertThat(list(r -> r.recentlyActive(RecentlyActive.PT3_H))).hasSize(3);
        var later = NOW.plus(Duration.ofHours(5));
        assertThat(list(later, r -> r.recentlyActive(RecentlyActive.PT3_H))).isEmpty();
        assertThat(list(later, r -> {})).hasSize(3);
        assertThat(list(NOW.plus(Duration.ofDays(15)), r -> {})).isEmpty();
        assertThatThrownBy(() -> list(r -> r.nextToken("nonsense")))
                .isInstanceOf(InvalidNextTokenException.class);
        var stranger = new Tenant(tenant.account(), "us-east-1");
        var none = ListMetricsRequest.builder().build();
        assertThat(Calls.as(stranger, NOW, () -> listMetrics.listMetrics(none)).metrics())
                .isEmpty();
    }

    @Test
    void listsFiveHundredAPage() {
        IntStream.range(0, 501)
                .forEach(i -> feed.value("Many", "m", Dimensions.of("i", "" + i), EIGHT, 1));
        Eventually.within(SOON, () -> assertThat(pages("Many")).containsExactly(500, 1));
    }

    private List<Integer> pages(String namespace) {
        var sizes = new ArrayList<Integer>();
        String token = null;
        do {
            var request =
                    ListMetricsRequest.builder().namespace(namespace).nextToken(token).build();
            var page = Calls.as(tenant, NOW, () -> listMetrics.listMetrics(request));
            sizes.add(page.metrics().size());
            token = page.nextToken();
        } while (token != null);
        return sizes;
    }

    @Test
    void tellsWindowsThatFitTheStream() throws IOException {
        feed.highResolution("App", "w", HOST, EIGHT.plusSeconds(3), 2);
        feed.highResolution("App", "w", HOST, EIGHT.plusSeconds(3), 3);
        Eventually.within(SOON, () -> assertThat(sums("w", 60)).containsExactly(5.0));
        var window = window(60);
        assertThat(window.getRollupsList()).hasSize(1);
        assertThat(window.getRollups(0).getStatisticSet().getSum()).isEqualTo(5);
        assertThat(window.getRollups(0).getHistogram().getWeightsList()).containsExactly(1.0, 1.0);
        assertThat(window(1).getRollups(0).getPeriodStartS()).isEqualTo(EIGHT.getEpochSecond() + 3);
        var inStream = new Aggregate();
        try (var reader =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrap),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            var topic = Topic.METRIC_DATA.topicName();
            var partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Eventually.within(
                    SOON,
                    () -> {
                        for (var record : reader.poll(Duration.ofMillis(200))) {
                            collect(record, window, inStream);
                        }
                        assertThat(inStream.sum()).isEqualTo(5);
                    });
        }
    }

    /// What the window tells is before its positions.
    private void collect(
            ConsumerRecord<byte[], byte[]> record, WindowResponse window, Aggregate inStream)
            throws IOException {
        for (var datum = MetricCursor.of(record.value()); datum.next(); ) {
            if (datum.account().equals(tenant.account()) && datum.metricName().equals("w")) {
                datum.addTo(inStream);
                assertThat(window.getPositionsList())
                        .anyMatch(position ->
                                position.getPartition() == record.partition()
                                        && position.getNextOffset() > record.offset());
            }
        }
    }

    private WindowResponse window(int resolutionS) throws IOException {
        var query =
                WindowQuery.newBuilder()
                        .setNamespace("App")
                        .setMetricName("w")
                        .setStartS(EIGHT.getEpochSecond())
                        .setEndS(NOW.getEpochSecond())
                        .setResolutionS(resolutionS)
                        .addDimensions(
                                io.pharos.stream.Dimension.newBuilder()
                                        .setName("host")
                                        .setValue("a"));
        var request =
                WindowRequest.newBuilder()
                        .setAccount(tenant.account())
                        .setRegion(tenant.region())
                        .addQueries(query)
                        .build();
        var route = new WindowsRoute(new PgWindows(database, index, runs));
        return WindowResponse.parseFrom(route.answer(request.toByteArray()));
    }

    @Test
    void refusesInAwsWords() {
        refuseData(
                "The values for parameter id in MetricDataQueries are not unique.",
                query("a", "m", "Sum", 60),
                query("a", "n", "Sum", 60));
        refuseData(
                "The value for parameter MetricDataQueries.member.1.Id is not matching the expected"
                        + " pattern ^[a-z][a-zA-Z0-9_]*$.",
                query("A", "m", "Sum", 60));
        refuseData(
                "The value for parameter MetricDataQueries.member.1.MetricStat.Stat is not a valid"
                        + " statistic.",
                query("a", "m", "p101", 60));
        refuseData(
                "The parameters MetricDataQueries.member.1.Expression and"
                        + " MetricDataQueries.member.1.MetricStat are mutually exclusive and you"
                        + " have specified both.",
                query("a", "m", "Sum", 60).toBuilder().expression("1").build());
        refuseData(
                "Error in expression 'e': Function 'NOT_A_FUNCTION' not found",
                MetricDataQuery.builder().id("e").expression("NOT_A_FUNCTION(a)").build());
        var forbidden =
                get(data(query("a", "m", "Sum", 60).toBuilder().accountId("999999999999").build()))
                        .getFirst();
        assertThat(forbidden.statusCode()).isEqualTo(StatusCode.FORBIDDEN);
        refuseStatistics(
                "The parameter StartTime must be less than the parameter EndTime.",
                r -> r.startTime(NOW).endTime(NOW));
        refuseStatistics(
                "The parameter Period must be a value in the set [1, 5, 10, 20, 30].",
                r -> r.period(15));
        refuseStatistics("The parameter Period must be a multiple of 60.", r -> r.period(90));
        refuseStatistics(
                "You have requested up to 1445 datapoints, which exceeds the limit of 1440. You may"
                        + " reduce the datapoints requested by increasing Period, or decreasing the"
                        + " time range.",
                r -> r.startTime(NOW.minusSeconds(1445 * 60)));
        refuseStatistics(
                "The parameter Statistics.member.1.<list element> must be a value in the set"
                        + " [SampleCount, Average, Sum, Minimum, Maximum].",
                r -> r.statisticsWithStrings("Median"));
        refuseStatistics(
                "The value p101 for parameter ExtendedStatistics.member.1.<list element> is not"
                        + " supported.",
                r -> r.extendedStatistics("p101"));
    }

    private void refuseData(String message, MetricDataQuery... queries) {
        assertThatThrownBy(() -> get(data(queries)))
                .isInstanceOf(AwsError.class)
                .hasMessage(message);
    }

    private void refuseStatistics(
            String message, Consumer<GetMetricStatisticsRequest.Builder> change) {
        assertThatThrownBy(() -> statistics("m", change)).hasMessageStartingWith(message);
    }

    private List<Double> sums(String name, int periodS) {
        return sums(name, periodS, NOW);
    }

    private List<Double> sums(String name, int periodS, Instant end) {
        return statistics(name, r -> r.period(periodS).endTime(end)).stream()
                .map(Datapoint::sum)
                .toList();
    }

    private List<Datapoint> statistics(String name, int periodS) {
        return statistics(name, r -> r.period(periodS));
    }

    private List<Datapoint> statistics(
            String name, Consumer<GetMetricStatisticsRequest.Builder> change) {
        var request =
                GetMetricStatisticsRequest.builder()
                        .namespace("App")
                        .metricName(name)
                        .dimensions(host())
                        .statisticsWithStrings("Sum")
                        .startTime(EIGHT)
                        .endTime(NOW)
                        .period(60);
        change.accept(request);
        var built = request.build();
        return Calls.as(tenant, NOW, () -> getStatistics.getMetricStatistics(built))
                .datapoints()
                .stream()
                .sorted(Comparator.comparing(Datapoint::timestamp))
                .toList();
    }

    private List<MetricDataResult> get(GetMetricDataRequest request) {
        return Calls.as(tenant, NOW, () -> getData.getMetricData(request)).metricDataResults();
    }

    private static GetMetricDataRequest data(MetricDataQuery... queries) {
        return GetMetricDataRequest.builder()
                .metricDataQueries(queries)
                .startTime(EIGHT)
                .endTime(NOW)
                .build();
    }

    private static MetricDataQuery query(String id, String name, String stat, int periodS) {
        return MetricDataQuery.builder()
                .id(id)
                .metricStat(s ->
                        s.metric(m -> m.namespace("App").metricName(name).dimensions(host()))
                                .stat(stat)
                                .period(periodS))
                .build();
    }

    private static Dimension host() {
        return Dimension.builder().name("host").value("a").build();
    }

    private static DimensionFilter filter(String name, @Nullable String value) {
        return DimensionFilter.builder().name(name).value(value).build();
    }

    private List<String> list(Consumer<ListMetricsRequest.Builder> change) {
        return list(NOW, change);
    }

    private List<String> list(Instant now, Consumer<ListMetricsRequest.Builder> change) {
        var request = ListMetricsRequest.builder();
        change.accept(request);
        var built = request.build();
        return Calls.as(tenant, now, () -> listMetrics.listMetrics(built)).metrics().stream()
                .map(metric -> metric.metricName())
                .toList();
    }
}
