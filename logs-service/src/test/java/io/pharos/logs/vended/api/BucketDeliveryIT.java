package io.pharos.logs.vended.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.pharos.kit.metric.OwnMetrics;
import io.pharos.logs.Calls;
import io.pharos.logs.TapHarness;
import io.pharos.logs.block.pg.S3Server;
import io.pharos.logs.destination.config.OutletSettings;
import io.pharos.logs.destination.http.Outlets;
import io.pharos.logs.export.config.BucketSettings;
import io.pharos.logs.export.http.Buckets;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.vended.pg.PgVended;
import io.pharos.logs.vended.pg.PgVendedChunks;
import io.pharos.logs.vended.schedule.VendedWriter;
import io.pharos.logs.vended.stream.VendedTap;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.testkit.SteppingClock;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.cloudwatchlogs.model.AccessDeniedException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ConflictException;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateDeliveryRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDeliveryDestinationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDeliveryRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDeliverySourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.Delivery;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeConfigurationTemplatesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDeliveriesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDeliveryDestinationsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDeliverySourcesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDeliveryRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDeliveryDestinationPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDeliveryDestinationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDeliverySourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatchlogs.model.UpdateDeliveryConfigurationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ValidationException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

/// From AWS's operations and arriving events to files on a real S3-compatible server, to a delivery
/// stream's HTTP API and to other groups.
class BucketDeliveryIT {
    private static final Duration AGE = Duration.ofMinutes(5);
    private static final int BYTES = 2_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path directory;

    private final TapHarness harness = new TapHarness();
    private final SteppingClock clock = SteppingClock.at(TapHarness.NOW.toString());
    private final PgVended vended = new PgVended(harness.database());
    private final DeliveryPolicyApi policies = new DeliveryPolicyApi(vended);
    private final DeliveryApi api = new DeliveryApi(vended);
    private final List<String> streamed = new CopyOnWriteArrayList<>();
    private DeliveryPartsApi parts;
    private HttpServer firehose;
    private Outlets outlets;
    private volatile int answer = 200;
    private S3Server server;
    private Buckets buckets;
    private VendedWriter writer;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server(directory);
        server.start();
        try (var client = server.client()) {
            client.createBucket(create -> create.bucket(S3Server.BUCKET));
        }
        buckets =
                new Buckets(
                        new BucketSettings(URI.create(server.endpoint()), "test", "test-secret"));
        firehose = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        firehose.createContext("/", this::take);
        firehose.start();
        var settings =
                new OutletSettings(
                        null,
                        "http://127.0.0.1:" + firehose.getAddress().getPort(),
                        "test",
                        "test-secret");
        outlets = new Outlets(settings);
        parts = new DeliveryPartsApi(vended, harness.groups(), settings);
        var metrics = new LogMetrics(new OwnMetrics(harness.producer(), clock));
        writer =
                new VendedWriter(
                        new PgVendedChunks(harness.database()),
                        buckets,
                        outlets,
                        metrics,
                        clock,
                        AGE,
                        BYTES);
        harness.createGroup("/app");
        harness.start(new VendedTap(metrics, clock));
    }

    /// A delivery stream's PutRecord.
    private void take(HttpExchange exchange) throws IOException {
        var body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        if (answer == 200) {
            assertThat(body.path("DeliveryStreamName").asText()).isEqualTo("d");
            var data = Base64.getDecoder().decode(body.at("/Record/Data").asText());
            streamed.add(new String(data, StandardCharsets.UTF_8));
        }
        exchange.sendResponseHeaders(answer, -1);
        exchange.close();
    }

    @AfterEach
    void stop() throws Exception {
        outlets.close();
        firehose.stop(0);
        buckets.close();
        server.close();
        harness.close();
    }

    private <T> T call(Supplier<T> operation) {
        return Calls.at(clock, operation);
    }

    private void source(String name) {
        var request =
                PutDeliverySourceRequest.builder()
                        .name(name)
                        .resourceArn(Calls.TENANT.arn("logs", "log-group:/app"))
                        .logType("APPLICATION_LOGS")
                        .build();
        call(() -> parts.putDeliverySource(request));
    }

    private String destination(Consumer<PutDeliveryDestinationRequest.Builder> changed) {
        var request =
                PutDeliveryDestinationRequest.builder()
                        .name("archive")
                        .deliveryDestinationConfiguration(
                                c -> c.destinationResourceArn("arn:aws:s3:::" + S3Server.BUCKET));
        changed.accept(request);
        return call(() -> parts.putDeliveryDestination(request.build()))
                .deliveryDestination()
                .arn();
    }

    private Delivery create(Consumer<CreateDeliveryRequest.Builder> changed) {
        var request =
                CreateDeliveryRequest.builder()
                        .deliverySourceName("app")
                        .deliveryDestinationArn(
                                Calls.TENANT.arn("logs", "delivery-destination:archive"));
        changed.accept(request);
        return call(() -> api.createDelivery(request.build())).delivery();
    }

    private Delivery get(String id) {
        var request = GetDeliveryRequest.builder().id(id).build();
        return call(() -> api.getDelivery(request)).delivery();
    }

    private void delete(String id) {
        var request = DeleteDeliveryRequest.builder().id(id).build();
        call(() -> api.deleteDelivery(request));
    }

    private void put(String stream, String... messages) {
        harness.putEvents("/app", stream, messages);
        harness.await();
    }

    /// Every line in the bucket, files in the order of their keys.
    private List<String> lines() throws IOException {
        var lines = new ArrayList<String>();
        try (var client = server.client()) {
            for (var key : server.keys().stream().sorted().toList()) {
                var bytes =
                        client.getObjectAsBytes(get -> get.bucket(S3Server.BUCKET).key(key))
                                .asByteArray();
                new String(
                                new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(),
                                StandardCharsets.UTF_8)
                        .lines()
                        .forEach(lines::add);
            }
        }
        return lines;
    }

    @Test
    void whatArrivesIsInTheBucketWhenItIsOldEnough() throws IOException {
        source("app");
        destination(r -> r.outputFormat("json"));
        var delivery = create(r -> {});
        put("s", "a", "b");
        put("s", "c");
        assertThat(writer.writeOne()).isFalse();
        clock.advance(AGE);
        assertThat(writer.writeOne()).isTrue();
        assertThat(writer.writeOne()).isFalse();
        assertThat(server.keys())
                .hasSize(1)
                .allMatch(key ->
                        key.startsWith(
                                        "AWSLogs/123456789012/CloudWatchLogs/eu-west-1/app/2026/01/15/12/"
                                                + "123456789012_CloudWatchLogs_eu-west-1_20260115T1200Z_"
                                                + delivery.id())
                                && key.endsWith(".log.gz"));
        assertThat(lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("{\"@timestamp\":\"2026-01-15T12:00:30.000Z\""))
                .last()
                .asString()
                .endsWith("\"@logStream\":\"s\",\"@message\":\"c\"}");
    }

    @Test
    void aLargeFileWaitsNoLonger() throws IOException {
        source("app");
        destination(r -> r.outputFormat("raw"));
        create(r -> {});
        for (var i = 0; i < 50; i++) {
            harness.putEvents("/app", "s" + i % 2, "%100d".formatted(i));
        }
        harness.await();
        while (writer.writeOne()) {
            // The next one.
        }
        assertThat(server.keys()).hasSize(2);
        clock.advance(AGE);
        assertThat(writer.writeOne()).isTrue();
        assertThat(lines()).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void aBucketThatIsAwayGetsEverythingOnceItIsBack() throws Exception {
        source("app");
        destination(r -> r.outputFormat("raw"));
        create(r -> {});
        put("s", "a");
        clock.advance(AGE);
        server.stop();
        assertThat(writer.writeOne()).isTrue();
        assertThat(writer.writeOne()).as("not again at once").isFalse();
        put("s", "b");
        server.start();
        clock.advance(AGE);
        assertThat(writer.writeOne()).isTrue();
        assertThat(lines()).containsExactly("a", "b");
    }

    /// What a dead process had put but not noted is put again under the same key.
    @Test
    void aFileThatIsWrittenAgainReplacesItself() throws Exception {
        source("app");
        destination(r -> r.outputFormat("raw"));
        create(r -> {});
        put("s", "a", "b");
        clock.advance(AGE);
        harness.database()
                .run(tx -> {
                    try (var statement = tx.createStatement()) {
                        statement.execute(
                                """
                                CREATE FUNCTION logs.away() RETURNS trigger LANGUAGE plpgsql AS $$
                                BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '57P01'; END $$;
                                CREATE TRIGGER away BEFORE DELETE ON logs.vended_chunk
                                    EXECUTE FUNCTION logs.away()
                                """);
                    }
                });
        assertThat(writer.writeOne()).isTrue();
        assertThat(lines()).containsExactly("a", "b");
        harness.database()
                .run(tx -> {
                    try (var statement = tx.createStatement()) {
                        statement.execute("DROP TRIGGER away ON logs.vended_chunk");
                    }
                });
        put("s", "c");
        assertThat(writer.writeOne()).as("the lease holds").isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(writer.writeOne()).isTrue();
        assertThat(server.keys()).hasSize(1);
        assertThat(lines()).containsExactly("a", "b", "c");
    }

    @Test
    void whatCameBeforeADeletionIsDeliveredAndNothingLater() throws IOException {
        put("s", "before");
        source("app");
        var arn = destination(r -> r.outputFormat("raw"));
        assertThat(arn).endsWith(":delivery-destination:archive");
        var delivery = create(r -> {});
        put("s", "a");
        delete(delivery.id());
        put("s", "later");
        assertThatThrownBy(() -> get(delivery.id()))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Requested Delivery does not exist in this account.");
        call(() ->
                parts.deleteDeliverySource(
                        DeleteDeliverySourceRequest.builder().name("app").build()));
        call(() ->
                parts.deleteDeliveryDestination(
                        DeleteDeliveryDestinationRequest.builder().name("archive").build()));
        while (writer.writeOne()) {
            // Nothing is left.
        }
        assertThat(lines()).containsExactly("a");
        assertThat(rows("logs.vended_delivery") + rows("logs.vended_chunk")).isZero();
    }

    private long rows(String table) {
        return harness.database()
                .read(connection -> {
                    try (var statement = connection.createStatement();
                            var row = statement.executeQuery("SELECT count(*) FROM " + table)) {
                        row.next();
                        return row.getLong(1);
                    }
                });
    }

    @Test
    void layoutsAreChanged() throws IOException {
        source("app");
        destination(r -> r.outputFormat("plain"));
        var delivery =
                create(r ->
                        r.recordFields("@message", "@logStream")
                                .fieldDelimiter(",")
                                .s3DeliveryConfiguration(s3 -> s3.suffixPath("{yyyy}")));
        assertThat(get(delivery.id())).isEqualTo(delivery);
        put("s", "a");
        var update =
                UpdateDeliveryConfigurationRequest.builder()
                        .id(delivery.id())
                        .recordFields("@message")
                        .s3DeliveryConfiguration(s3 -> s3.enableHiveCompatiblePath(true))
                        .build();
        call(() -> api.updateDeliveryConfiguration(update));
        var changed = get(delivery.id());
        assertThat(changed.fieldDelimiter()).isEqualTo(",");
        assertThat(changed.s3DeliveryConfiguration().suffixPath()).isEqualTo("{yyyy}");
        put("s", "b");
        clock.advance(AGE);
        writer.writeOne();
        assertThat(lines()).containsExactly("a,s", "b");
        assertThat(server.keys()).allMatch(key -> key.startsWith("year=2026/123456789012_"));
    }

    private void to(String arn) {
        destination(r ->
                r.outputFormat("raw")
                        .deliveryDestinationConfiguration(c -> c.destinationResourceArn(arn)));
    }

    @Test
    void aDeliveryStreamGetsEverythingAtOnceAndInItsOrder() {
        source("app");
        to("arn:aws:firehose:eu-west-1:123456789012:deliverystream/d");
        var delivery = create(r -> {});
        assertThat(delivery.deliveryDestinationTypeAsString()).isEqualTo("FH");
        assertThat(delivery.s3DeliveryConfiguration()).isNull();
        put("s", "a", "b");
        assertThat(writer.writeOne()).isTrue();
        assertThat(streamed).containsExactly("a\nb\n");
        answer = 503;
        put("s", "c");
        assertThat(writer.writeOne()).isTrue();
        put("s", "d");
        assertThat(writer.writeOne()).as("not again at once").isFalse();
        answer = 200;
        clock.advance(AGE);
        assertThat(writer.writeOne()).isTrue();
        assertThat(streamed).containsExactly("a\nb\n", "c\nd\n");
        assertThat(writer.writeOne()).isFalse();
        assertThat(rows("logs.vended_chunk")).isZero();
        assertThatThrownBy(() -> to("arn:aws:s3:::" + S3Server.BUCKET))
                .isInstanceOf(ConflictException.class);
        var update =
                UpdateDeliveryConfigurationRequest.builder()
                        .id(delivery.id())
                        .s3DeliveryConfiguration(s3 -> s3.suffixPath("{yyyy}"))
                        .build();
        assertThatThrownBy(() -> call(() -> api.updateDeliveryConfiguration(update)))
                .isInstanceOf(ValidationException.class);
    }

    @Test
    void aGroupGetsEventsOfAnother() throws Exception {
        harness.createGroup("/all");
        source("app");
        to(Calls.TENANT.arn("logs", "log-group:/all:*"));
        create(r -> {});
        put("s", "a", "b");
        var record = harness.logRecords("/all").getFirst();
        assertThat(record.getLogStream()).isEqualTo("delivered/app/s");
        var events = LogBatchCodec.open(record);
        assertThat(events.count()).isEqualTo(2);
        assertThat(events.message(1)).isEqualTo("b");
        assertThat(events.timestampMs(1)).isEqualTo(TapHarness.NOW.toEpochMilli());
        // Two that deliver to each other do not go on for ever.
        put("delivered/other/s", "c");
        assertThat(harness.logRecords("/all")).hasSize(1);
        assertThat(rows("logs.vended_chunk")).isZero();
    }

    @Test
    void anotherAccountDeliversWhereItsPolicyAdmitsIt() throws IOException {
        source("app");
        var owner = new Tenant("210987654321", "eu-west-1");
        var request =
                PutDeliveryDestinationRequest.builder()
                        .name("theirs")
                        .outputFormat("raw")
                        .deliveryDestinationConfiguration(
                                c -> c.destinationResourceArn("arn:aws:s3:::" + S3Server.BUCKET))
                        .build();
        var arn =
                as(owner, () -> parts.putDeliveryDestination(request)).deliveryDestination().arn();
        assertThatThrownBy(() -> create(r -> r.deliveryDestinationArn(arn)))
                .isInstanceOf(AccessDeniedException.class);
        var policy =
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"123456789012\"},"
                        + "\"Action\":\"logs:CreateDelivery\",\"Resource\":\"%s\"}]}"
                                .formatted(arn);
        assertThat(policy(owner, policy).policy().deliveryDestinationPolicy()).isEqualTo(policy);
        var delivery = create(r -> r.deliveryDestinationArn(arn));
        assertThat(get(delivery.id()).deliveryDestinationArn()).isEqualTo(arn);
        put("s", "a");
        clock.advance(AGE);
        assertThat(writer.writeOne()).isTrue();
        assertThat(lines()).containsExactly("a");
        var used = DeleteDeliveryDestinationRequest.builder().name("theirs").build();
        assertThatThrownBy(() -> as(owner, () -> parts.deleteDeliveryDestination(used)))
                .isInstanceOf(ConflictException.class);
        for (var wrong : List.of("no", "{}", "{\"Statement\":[{\"Effect\":\"Maybe\"}]}")) {
            assertThatThrownBy(() -> policy(owner, wrong)).isInstanceOf(ValidationException.class);
        }
        var name = "theirs";
        as(
                owner,
                () ->
                        policies.deleteDeliveryDestinationPolicy(
                                r -> r.deliveryDestinationName(name)));
        assertThat(
                        as(
                                        owner,
                                        () ->
                                                policies.getDeliveryDestinationPolicy(
                                                        r -> r.deliveryDestinationName(name)))
                                .policy())
                .isNull();
        assertThatThrownBy(() ->
                        as(
                                owner,
                                () ->
                                        policies.deleteDeliveryDestinationPolicy(
                                                r -> r.deliveryDestinationName(name))))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    private PutDeliveryDestinationPolicyResponse policy(Tenant owner, String policy) {
        return as(
                owner,
                () ->
                        policies.putDeliveryDestinationPolicy(r ->
                                r.deliveryDestinationName("theirs")
                                        .deliveryDestinationPolicy(policy)));
    }

    private <T> T as(Tenant tenant, Supplier<T> operation) {
        return Calls.as(tenant, clock.instant(), operation);
    }

    @Test
    void whatCanNotBeIsRefused() {
        assertThatThrownBy(() -> create(r -> {}))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Requested Delivery Source does not exist in this account.");
        source("app");
        assertThatThrownBy(() -> create(r -> {}))
                .hasMessageContaining(
                        "Requested Delivery Destination does not exist in this account.");
        assertThatThrownBy(() -> source("second")).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> source("no name!")).isInstanceOf(ValidationException.class);
        var other =
                PutDeliverySourceRequest.builder()
                        .name("x")
                        .resourceArn("arn:aws:cloudfront::123456789012:distribution/E1")
                        .logType("ACCESS_LOGS")
                        .build();
        assertThatThrownBy(() -> call(() -> parts.putDeliverySource(other)))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Cannot access provided service.");
        assertThatThrownBy(() -> destination(r -> r.outputFormat("foobar")))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(
                        "1 validation error detected: Value 'foobar' at 'outputFormat' failed to"
                                + " satisfy constraint: Member must satisfy enum value set: [w3c,"
                                + " raw, json, plain, parquet]");
        assertThatThrownBy(() -> destination(r -> r.outputFormat("parquet")))
                .isInstanceOf(AwsError.class);
        assertThatThrownBy(() -> to("arn:aws:firehose:eu-west-1:1:deliverystream/d"))
                .isInstanceOf(ValidationException.class);
        assertThatThrownBy(() -> to("arn:aws:firehose:eu-west-1:210987654321:deliverystream/d"))
                .isInstanceOf(ValidationException.class);
        assertThatThrownBy(() -> to(Calls.TENANT.arn("logs", "log-group:/nowhere")))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> destination(r -> r.deliveryDestinationType("XRAY")))
                .isInstanceOf(AwsError.class);
        assertThatThrownBy(() -> destination(r -> r.deliveryDestinationType("FH")))
                .isInstanceOf(ValidationException.class);
        destination(r -> {});
        for (Consumer<CreateDeliveryRequest.Builder> wrong :
                List.<Consumer<CreateDeliveryRequest.Builder>>of(
                        r -> r.recordFields("@message", "colour"),
                        r -> r.recordFields("@timestamp"),
                        r -> r.fieldDelimiter(","),
                        r -> r.s3DeliveryConfiguration(s3 -> s3.suffixPath("{colour}")))) {
            assertThatThrownBy(() -> create(wrong)).isInstanceOf(ValidationException.class);
        }
        create(r -> {});
        assertThatThrownBy(() -> create(r -> {})).isInstanceOf(ConflictException.class);
        var request = DeleteDeliverySourceRequest.builder().name("app").build();
        assertThatThrownBy(() -> call(() -> parts.deleteDeliverySource(request)))
                .isInstanceOf(ConflictException.class);
    }

    @Test
    void everythingIsDescribedInPages() {
        source("app");
        for (var name : List.of("b", "a", "c")) {
            destination(r -> r.name(name).tags(Map.of("k", "v")));
            create(r ->
                    r.deliveryDestinationArn(
                            Calls.TENANT.arn("logs", "delivery-destination:" + name)));
        }
        var first =
                call(() ->
                        parts.describeDeliveryDestinations(
                                DescribeDeliveryDestinationsRequest.builder().limit(2).build()));
        assertThat(first.deliveryDestinations())
                .extracting(d -> d.name())
                .containsExactly("a", "b");
        var second =
                call(() ->
                        parts.describeDeliveryDestinations(
                                DescribeDeliveryDestinationsRequest.builder()
                                        .nextToken(first.nextToken())
                                        .build()));
        assertThat(second.deliveryDestinations()).extracting(d -> d.name()).containsExactly("c");
        assertThat(second.deliveryDestinations().getFirst().tags()).containsEntry("k", "v");
        assertThat(second.nextToken()).isNull();
        assertThat(
                        call(() ->
                                        api.describeDeliveries(
                                                DescribeDeliveriesRequest.builder().build()))
                                .deliveries())
                .hasSize(3);
        var sources =
                call(() ->
                                parts.describeDeliverySources(
                                        DescribeDeliverySourcesRequest.builder().build()))
                        .deliverySources();
        assertThat(sources.getFirst().resourceArns())
                .containsExactly("arn:aws:logs:eu-west-1:123456789012:log-group:/app");
        assertThatThrownBy(() ->
                        call(() ->
                                api.describeDeliveries(
                                        DescribeDeliveriesRequest.builder()
                                                .nextToken("nonsense")
                                                .build())))
                .isInstanceOf(ValidationException.class);
        var templates =
                call(() ->
                                parts.describeConfigurationTemplates(
                                        DescribeConfigurationTemplatesRequest.builder()
                                                .service("logs")
                                                .build()))
                        .configurationTemplates();
        assertThat(templates).hasSize(3);
        assertThat(templates.getFirst().allowedSuffixPathFields()).contains("accountid", "yyyy");
    }
}
