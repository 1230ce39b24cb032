package io.pharos.metrics.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.Topics;
import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;
import io.pharos.metrics.Calls;
import io.pharos.metrics.anomaly.api.AnomalyDetectorApi;
import io.pharos.metrics.anomaly.pg.PgBands;
import io.pharos.metrics.anomaly.pg.PgDetectors;
import io.pharos.metrics.anomaly.schedule.Trainer;
import io.pharos.metrics.config.MetricsSettings;
import io.pharos.metrics.ingest.stream.MetricDataConsumer;
import io.pharos.metrics.metricstream.pg.PgMetricStreams;
import io.pharos.metrics.metricstream.pg.StreamMarks;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.query.api.GetMetricDataApi;
import io.pharos.metrics.query.api.NoLookups;
import io.pharos.metrics.query.api.NoSearches;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.Topic;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import software.amazon.awssdk.services.cloudwatch.model.AnomalyDetector;
import software.amazon.awssdk.services.cloudwatch.model.AnomalyDetectorStateValue;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAnomalyDetectorRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAnomalyDetectorsRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.MissingRequiredParameterException;
import software.amazon.awssdk.services.cloudwatch.model.PutAnomalyDetectorRequest;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

/// Anomaly detectors from the stream to the band: real Kafka, real PostgreSQL, two weeks of a metric; time
/// is what each call is told.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnomalyDetectorIT {
    private static final Instant START = Instant.parse("2026-01-06T00:00:00Z"); // a Tuesday
    private static final Instant END = START.plus(Duration.ofDays(14));
    private static final Duration PERIOD = Duration.ofMinutes(5);
    private static final long EVERY_MS = Duration.ofMinutes(15).toMillis();
    private static final Dimensions HOST = Dimensions.of("host", "1");
    private static final int BATCH = 500;

    private final Database database = new Database(TestDatabase.fresh("metrics"));
    private final PgSeriesIndex index = new PgSeriesIndex();
    private final PgRuns runs = new PgRuns();
    private final PgDetectors detectors = new PgDetectors(database);
    private final AnomalyDetectorApi api = new AnomalyDetectorApi(detectors);
    private final GetMetricDataApi data =
            new GetMetricDataApi(
                    new PgStatistics(database, index, runs),
                    NoLookups.with(new NoSearches(), new PgBands(detectors)));
    private final Trainer trainer = new Trainer(detectors, data);
    private final String bootstrap = KafkaServer.shared().bootstrapServers();
    private final StreamProducer producer = new StreamProducer(bootstrap);
    private final StreamConsumers consumers = new StreamConsumers(bootstrap, producer);
    private final Tenant tenant = tenant();

    private static Tenant tenant() {
        return new Tenant(
                "%012d".formatted(Math.floorMod(UUID.randomUUID().hashCode(), 1_000_000_000L)),
                "eu-west-1");
    }

    private static double load(Instant at) {
        return 100 + 40 * Math.sin(2 * Math.PI * at.getEpochSecond() / 86_400);
    }

    /// `App/load` by the minutes of five, up and down with the day; `App/twice` is twice as much.
    @BeforeAll
    void publish() {
        Topics.create(bootstrap, 2);
        new MetricDataConsumer(
                        database,
                        index,
                        runs,
                        new StreamMarks(new PgMetricStreams(database)),
                        SteppingClock.at(END.toString()),
                        new MetricsSettings(1_000, Duration.ofMillis(50), Duration.ofSeconds(1)))
                .start(consumers);
        var random = new Random(1);
        var times = new ArrayList<Instant>();
        for (var at = START; at.isBefore(END); at = at.plus(PERIOD)) {
            times.add(at);
        }
        for (var from = 0; from < times.size(); from += BATCH) {
            var some = times.subList(from, Math.min(from + BATCH, times.size()));
            var values = some.stream().map(at -> load(at) + 3 * random.nextGaussian()).toList();
            send("load", some, values);
            send("twice", some, values.stream().map(value -> 2 * value).toList());
        }
        Eventually.within(
                Duration.ofSeconds(30),
                () -> {
                    assertThat(metric("load")).hasSize(times.size());
                    assertThat(metric("twice")).hasSize(times.size());
                });
    }

    private void send(String name, List<Instant> times, List<Double> values) {
        var hash = SeriesHash.of(tenant.account(), tenant.region(), "App", name, HOST);
        var batch =
                MetricBatch.newBuilder()
                        .setAccount(tenant.account())
                        .setRegion(tenant.region())
                        .setNamespace("App")
                        .setReceivedMs(END.toEpochMilli());
        for (var i = 0; i < times.size(); i++) {
            batch.addSamplesBuilder()
                    .setTimestampMs(times.get(i).toEpochMilli())
                    .setSeriesHash(hash)
                    .setMetricName(name)
                    .setValue(values.get(i))
                    .addDimensionsBuilder()
                    .setName("host")
                    .setValue("1");
        }
        var topic = Topic.METRIC_DATA.topicName();
        var partition = SeriesHash.partition(hash, producer.partitions(topic));
        producer.send(topic, partition, null, batch.build().toByteArray()).join();
    }

    @AfterAll
    void stop() {
        consumers.close();
        producer.close();
    }

    private <T> T at(Instant now, Tenant by, java.util.function.Supplier<T> call) {
        return Calls.as(by, now, call);
    }

    private static MetricDataQuery stat(String id, String name) {
        return MetricDataQuery.builder()
                .id(id)
                .metricStat(s ->
                        s.period((int) PERIOD.toSeconds())
                                .stat("Average")
                                .metric(m ->
                                        m.namespace("App")
                                                .metricName(name)
                                                .dimensions(d -> d.name("host").value("1"))))
                .returnData(false)
                .build();
    }

    private static MetricDataQuery expression(String id, String text) {
        return MetricDataQuery.builder().id(id).expression(text).build();
    }

    private static GetMetricDataRequest request(
            Instant from, Instant to, MetricDataQuery... queries) {
        return GetMetricDataRequest.builder()
                .metricDataQueries(queries)
                .startTime(from)
                .endTime(to)
                .scanBy(ScanBy.TIMESTAMP_ASCENDING)
                .build();
    }

    private List<Double> metric(String name) {
        var request = request(START, END, stat("m1", name).toBuilder().returnData(true).build());
        return at(END, tenant, () -> data.getMetricData(request))
                .metricDataResults()
                .getFirst()
                .values();
    }

    private List<MetricDataResult> band(Instant now, Instant from, Instant to, Tenant by) {
        var request =
                request(
                        from,
                        to,
                        stat("m1", "load"),
                        expression("ad1", "ANOMALY_DETECTION_BAND(m1, 3)"));
        return at(now, by, () -> data.getMetricData(request)).metricDataResults();
    }

    private void put(Instant now, Tenant by, Consumer<PutAnomalyDetectorRequest.Builder> put) {
        at(
                now,
                by,
                () ->
                        api.putAnomalyDetector(
                                PutAnomalyDetectorRequest.builder().applyMutation(put).build()));
    }

    private static void load(PutAnomalyDetectorRequest.Builder put) {
        put.singleMetricAnomalyDetector(s ->
                s.namespace("App")
                        .metricName("load")
                        .stat("Average")
                        .dimensions(d -> d.name("host").value("1")));
    }

    private void train(Instant now) {
        while (trainer.train(now, EVERY_MS) > 0) {
            // all of them
        }
    }

    private List<AnomalyDetector> described(Instant now, Tenant by, String... types) {
        var request =
                DescribeAnomalyDetectorsRequest.builder()
                        .anomalyDetectorTypesWithStrings(types.length == 0 ? null : List.of(types))
                        .build();
        return at(now, by, () -> api.describeAnomalyDetectors(request)).anomalyDetectors();
    }

    private AnomalyDetectorStateValue state(Instant now, Tenant by) {
        return described(now, by).getFirst().stateValue();
    }

    private void delete(Instant now, Tenant by) {
        at(
                now,
                by,
                () ->
                        api.deleteAnomalyDetector(
                                DeleteAnomalyDetectorRequest.builder()
                                        .namespace("App")
                                        .metricName("load")
                                        .stat("Average")
                                        .dimensions(d -> d.name("host").value("1"))
                                        .build()));
    }

    @Test
    void learnsForTwoWeeksAndTellsWhatIsExpected() {
        put(START, tenant, AnomalyDetectorIT::load);
        assertThat(state(START, tenant)).isEqualTo(AnomalyDetectorStateValue.PENDING_TRAINING);
        train(START);
        assertThat(state(START, tenant))
                .isEqualTo(AnomalyDetectorStateValue.TRAINED_INSUFFICIENT_DATA);
        assertThat(band(START, START, START.plus(Duration.ofHours(3)), tenant))
                .allSatisfy(edge -> assertThat(edge.values()).isEmpty());
        for (var day = 1; day <= 14; day++) {
            var now = START.plus(Duration.ofDays(day));
            train(now);
            assertThat(state(now, tenant)).isEqualTo(AnomalyDetectorStateValue.TRAINED);
            if (day >= 3) {
                holds(now);
            }
        }
        delete(END, tenant);
        assertThat(described(END, tenant)).isEmpty();
        assertThatThrownBy(() -> delete(END, tenant)).isInstanceOf(ResourceNotFoundException.class);
    }

    private void holds(Instant now) {
        var edges = band(now, now, now.plus(Duration.ofDays(1)), tenant);
        assertThat(edges).extracting(MetricDataResult::id).containsExactly("ad1", "ad1");
        assertThat(edges)
                .extracting(MetricDataResult::label)
                .containsExactly("ANOMALY_DETECTION_BAND low", "ANOMALY_DETECTION_BAND high");
        var low = edges.get(0);
        var high = edges.get(1);
        assertThat(low.timestamps()).hasSize(288).isEqualTo(high.timestamps());
        for (var i = 0; i < 288; i++) {
            var expected = load(low.timestamps().get(i));
            assertThat(expected).as("%s", now).isBetween(low.values().get(i), high.values().get(i));
            assertThat(high.values().get(i) - low.values().get(i)).isBetween(10.0, 60.0);
        }
    }

    @Test
    void aBandOfMathIsFoundHoweverItIsWritten() {
        var other = new Tenant(tenant.account(), "us-east-1"); // has no data
        put(
                END,
                tenant,
                put ->
                        put.metricMathAnomalyDetector(m ->
                                m.metricDataQueries(
                                        stat("a", "load"),
                                        stat("b", "twice"),
                                        expression("share", "100 * a / b"))));
        train(END);
        var math = described(END, tenant, "METRIC_MATH").getFirst();
        assertThat(math.stateValue()).isEqualTo(AnomalyDetectorStateValue.TRAINED);
        assertThat(math.metricMathAnomalyDetector().metricDataQueries())
                .extracting(MetricDataQuery::id)
                .containsExactly("a", "b", "share");
        var request =
                request(
                        END,
                        END.plus(Duration.ofHours(1)),
                        stat("m7", "load"),
                        stat("m8", "twice"),
                        expression("e1", "100 * m7").toBuilder().returnData(false).build(),
                        expression("ad", "ANOMALY_DETECTION_BAND(e1 / m8)").toBuilder()
                                .label("share")
                                .build());
        var edges = at(END, tenant, () -> data.getMetricData(request)).metricDataResults();
        assertThat(edges)
                .extracting(MetricDataResult::label)
                .containsExactly(
                        "share ANOMALY_DETECTION_BAND low", "share ANOMALY_DETECTION_BAND high");
        assertThat(edges.get(0).values())
                .hasSize(12)
                .allSatisfy(v -> assertThat(v).isBetween(49.0, 50.0));
        assertThat(edges.get(1).values())
                .hasSize(12)
                .allSatisfy(v -> assertThat(v).isBetween(50.0, 51.0));
        assertThat(at(END, other, () -> data.getMetricData(request)).metricDataResults())
                .allSatisfy(edge -> assertThat(edge.values()).isEmpty());
    }

    @Test
    void anAlarmThatAsksMakesTheDetector() {
        var by = tenant();
        assertThat(band(END, END, END.plus(PERIOD), by)).hasSize(2);
        assertThat(described(END, by)).as("anybody else").isEmpty();
        for (var again = 0; again < 2; again++) {
            askAsAlarm(by);
            askAsAlarm(by);
            assertThat(described(END, by)).hasSize(1);
            delete(END, by);
        }
    }

    private void askAsAlarm(Tenant by) {
        var name = "alarms.amazonaws.com";
        var caller = new Caller(by, name, "arn:aws:iam::1:root", "id", END, name, name);
        ScopedValue.where(Caller.SCOPE, caller)
                .run(() ->
                        data.getMetricData(
                                request(
                                        END.minus(PERIOD),
                                        END,
                                        stat("m1", "load"),
                                        expression("ad1", "ANOMALY_DETECTION_BAND(m1, 2)"))));
    }

    @Test
    void workThatSomebodyLeftBehindIsDueAgain() {
        var by = tenant();
        put(START, by, AnomalyDetectorIT::load);
        var nowMs = START.toEpochMilli();
        var task = claim(by, nowMs).getFirst();
        assertThat(claim(by, nowMs + 59_000)).as("in its lease").isEmpty();
        var again = claim(by, nowMs + 60_000).getFirst();
        put(START, by, AnomalyDetectorIT::load); // another configuration, for all that is known
        detectors.trained(again, null, nowMs, nowMs + EVERY_MS);
        assertThat(state(START, by))
                .as("learnt under the old one")
                .isEqualTo(AnomalyDetectorStateValue.PENDING_TRAINING);
        assertThat(task.of()).isEqualTo(again.of());
        assertThat(claim(by, nowMs)).hasSize(1);
        delete(START, by);
    }

    private List<PgDetectors.Task> claim(Tenant by, long nowMs) {
        return detectors.claim(nowMs, 60_000, 10).stream()
                .filter(task -> task.of().tenant().equals(by))
                .toList();
    }

    @Test
    void listsByPagesAndFilters() {
        var by = tenant();
        for (var i = 0; i < 12; i++) {
            var name = "m" + i;
            put(
                    END,
                    by,
                    put ->
                            put.namespace(name.equals("m3") ? "Other" : "App")
                                    .metricName(name)
                                    .stat("p99")
                                    .metricCharacteristics(c -> c.periodicSpikes(true))
                                    .configuration(c ->
                                            c.metricTimezone("Europe/Berlin")
                                                    .excludedTimeRanges(
                                                            r -> r.startTime(START).endTime(END))));
        }
        var first = at(END, by, () -> api.describeAnomalyDetectors(b -> b.maxResults(10)));
        assertThat(first.anomalyDetectors()).hasSize(10);
        var rest =
                at(
                        END,
                        by,
                        () -> api.describeAnomalyDetectors(b -> b.nextToken(first.nextToken())));
        assertThat(rest.anomalyDetectors())
                .extracting(AnomalyDetector::metricName)
                .containsExactly("m10", "m11");
        assertThat(rest.nextToken()).isNull();
        var one =
                at(END, by, () -> api.describeAnomalyDetectors(b -> b.namespace("Other")))
                        .anomalyDetectors()
                        .getFirst();
        assertThat(one.singleMetricAnomalyDetector().metricName()).isEqualTo("m3");
        assertThat(one.stat()).isEqualTo("p99");
        assertThat(one.configuration().metricTimezone()).isEqualTo("Europe/Berlin");
        assertThat(one.configuration().excludedTimeRanges().getFirst().endTime()).isEqualTo(END);
        assertThat(one.metricCharacteristics().periodicSpikes()).isTrue();
        var none =
                at(
                        END,
                        by,
                        () ->
                                api.describeAnomalyDetectors(
                                        b -> b.dimensions(d -> d.name("host").value("9"))));
        assertThat(none.anomalyDetectors()).isEmpty();
    }

    @Test
    void refusesWhatAwsRefuses() {
        var by = tenant();
        refuses(by, InvalidParameterCombinationException.class, put -> {});
        refuses(
                by,
                InvalidParameterCombinationException.class,
                put -> {
                    load(put);
                    put.namespace("App");
                });
        refuses(by, MissingRequiredParameterException.class, put -> put.namespace("App"));
        refuses(
                by,
                InvalidParameterValueException.class,
                put -> put.namespace("App").metricName("m").stat("p101"));
        refuses(
                by,
                InvalidParameterValueException.class,
                put -> {
                    load(put);
                    put.configuration(c -> c.metricTimezone("Mars/Olympus"));
                });
        refuses(
                by,
                InvalidParameterValueException.class,
                put -> {
                    load(put);
                    put.configuration(
                            c -> c.excludedTimeRanges(r -> r.startTime(END).endTime(START)));
                });
        refusesMath(by, AwsError.class, stat("m1", "load"));
        refusesMath(
                by,
                InvalidParameterValueException.class,
                stat("m1", "load").toBuilder().returnData(true).build());
        refusesMath(by, AwsError.class, stat("m1", "load"), expression("e1", "m1 + nothing"));
        refusesMath(
                by,
                InvalidParameterValueException.class,
                stat("m1", "load"),
                expression("e1", "m1"));
        refusesMath(
                by,
                InvalidParameterValueException.class,
                stat("m1", "load"),
                expression("e1", "[m1, m1]"));
        refusesMath(
                by,
                AwsError.class,
                stat("m1", "load"),
                expression("e1", "SUM(SEARCH('{App} x', 'Sum', 60))"));
        assertThat(described(END, by, "SINGLE_METRIC", "METRIC_MATH")).isEmpty();
    }

    private void refuses(
            Tenant by,
            Class<? extends Exception> error,
            Consumer<PutAnomalyDetectorRequest.Builder> put) {
        assertThatThrownBy(() -> put(END, by, put)).isInstanceOf(error);
    }

    private void refusesMath(
            Tenant by, Class<? extends Exception> error, MetricDataQuery... queries) {
        refuses(by, error, put -> put.metricMathAnomalyDetector(m -> m.metricDataQueries(queries)));
    }

    @Test
    void hasFiveHundredDetectorsAtMost() {
        var by = tenant();
        for (var i = 0; i < Detector.MAX_DETECTORS; i++) {
            var name = "m" + i;
            put(END, by, put -> put.namespace("App").metricName(name).stat("Sum"));
        }
        refuses(by, AwsError.class, AnomalyDetectorIT::load);
        put(END, by, put -> put.namespace("App").metricName("m7").stat("Sum"));
    }

    @Test
    void bandsOfWhatHasNoneAreRefused() {
        refusesBand("m1", "Metrics of ANOMALY_DETECTION_BAND must have the same period", 60);
        refusesBand("m1", "Period of ANOMALY_DETECTION_BAND must be 60 to 3600", 30);
    }

    private void refusesBand(String of, String message, int periodS) {
        var metric =
                stat("m1", "load").toBuilder()
                        .metricStat(
                                stat("m1", "load").metricStat().toBuilder().period(periodS).build())
                        .build();
        var text = periodS == 60 ? of + " + m2" : of;
        var request =
                request(
                        END.minus(Duration.ofHours(1)),
                        END,
                        metric,
                        stat("m2", "twice"),
                        expression("ad", "ANOMALY_DETECTION_BAND(" + text + ", 2)"));
        assertThatThrownBy(() -> at(END, tenant, () -> data.getMetricData(request)))
                .isInstanceOf(AwsError.class)
                .hasMessage("Error in expression 'ad': " + message);
    }
}
