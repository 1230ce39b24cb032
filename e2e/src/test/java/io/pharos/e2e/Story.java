package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;

import io.pharos.e2e.Pharos.Mail;
import io.pharos.testkit.Eventually;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// The story of the README with the `aws` CLI, step after step on one installation, each step building
/// on the ones before. Runs on every shape that Pharos is deployed in.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class Story {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration A_PERIOD = Duration.ofSeconds(150);
    private static final String ACCOUNT = "000000000000";

    private final List<JsonNode> notified = new CopyOnWriteArrayList<>();
    private Pharos pharos;
    private AwsCli aws;
    private HttpServer receiver;
    private String topic = "";

    abstract Pharos start(Path directory);

    abstract AwsCli aws(Pharos judged);

    @BeforeAll
    void up(@TempDir Path directory) throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext(
                "/notify",
                exchange -> {
                    notified.add(JSON.readTree(exchange.getRequestBody()));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        receiver.start();
        pharos = start(directory);
        aws = aws(pharos);
    }

    @AfterAll
    void down() {
        receiver.stop(0);
        pharos.close();
    }

    @Test
    @Order(1)
    void metricsAreReadBackWithinASecond() {
        var namespace = "my-awesome-metric";
        widget("--value", "2");
        for (var factory :
                List.of("Fiji,Factory=North", "Fiji,Factory=South", "Canada,Factory=East")) {
            widget("--value", "2", "--dimensions", "Country=" + factory);
        }
        widget("--value", "3", "--dimensions", "Country=Peru,Factory=North");
        widget("--statistic-value", "SampleCount=10,Sum=50,Minimum=2,Maximum=9");

        for (var period : List.of("60", "300")) {
            Eventually.within(
                    Duration.ofSeconds(3),
                    () -> {
                        var points = statistics(namespace, "WidgetCount", period, List.of());
                        assertThat(sum(points, "SampleCount")).isEqualTo(11);
                        assertThat(sum(points, "Sum")).isEqualTo(52);
                    });
        }
        // The puts above may stand on both sides of a period's end.
        var points = statistics(namespace, "WidgetCount", "300", List.of());
        assertThat(points).anyMatch(point -> point.path("Minimum").asDouble() == 2);
        assertThat(points).anyMatch(point -> point.path("Maximum").asDouble() == 9);
        for (var point : points) {
            assertThat(point.path("Average").asDouble())
                    .isCloseTo(
                            point.path("Sum").asDouble() / point.path("SampleCount").asDouble(),
                            within(1e-9));
        }

        var fiji =
                statistics(
                        namespace,
                        "WidgetCount",
                        "300",
                        List.of("Name=Country,Value=Fiji", "Name=Factory,Value=North"));
        assertThat(sum(fiji, "Sum")).isEqualTo(2);
        assertThat(statistics(namespace, "WidgetCount", "300", List.of("Name=Country,Value=Fiji")))
                .isEmpty();

        var data =
                aws.run(
                        "cloudwatch",
                        "get-metric-data",
                        "--start-time",
                        ago(10),
                        "--end-time",
                        ago(-10),
                        "--metric-data-queries",
                        """
                        [{"Id": "m1", "MetricStat": {"Metric": {"Namespace": "my-awesome-metric",
                            "MetricName": "WidgetCount"}, "Period": 300, "Stat": "Sum"}},
                         {"Id": "e1", "Expression": "TIME_SERIES(SUM(m1) * 2)",
                            "Label": "twice, ${MAX}"}]
                        """);
        assertThat(data.path("MetricDataResults").path(1).path("Label").asText())
                .isEqualTo("twice, 104");
        var values = data.path("MetricDataResults").path(0).path("Values");
        var total = 0.0;
        for (var value : values) {
            total += value.asDouble();
        }
        assertThat(total).isEqualTo(52);
        assertThat(aws.run("cloudwatch", "list-metrics", "--namespace", namespace).path("Metrics"))
                .hasSize(5);
    }

    private void widget(String... form) {
        var command =
                new ArrayList<>(
                        List.of(
                                "cloudwatch",
                                "put-metric-data",
                                "--namespace",
                                "my-awesome-metric"));
        command.addAll(List.of("--metric-name", "WidgetCount"));
        command.addAll(List.of(form));
        aws.run(command.toArray(String[]::new));
    }

    private JsonNode statistics(
            String namespace, String metric, String period, List<String> dimensions) {
        var command =
                new ArrayList<>(
                        List.of("cloudwatch", "get-metric-statistics", "--namespace", namespace));
        command.addAll(List.of("--metric-name", metric, "--period", period));
        command.addAll(List.of("--start-time", ago(60), "--end-time", ago(-60)));
        command.addAll(
                List.of("--statistics", "SampleCount", "Sum", "Average", "Minimum", "Maximum"));
        if (!dimensions.isEmpty()) {
            command.add("--dimensions");
            command.addAll(dimensions);
        }
        return aws.run(command.toArray(String[]::new)).path("Datapoints");
    }

    private static double sum(JsonNode points, String statistic) {
        var total = 0.0;
        for (var point : points) {
            total += point.path(statistic).asDouble();
        }
        return total;
    }

    private static String ago(int minutes) {
        return Instant.now()
                .truncatedTo(ChronoUnit.SECONDS)
                .minus(minutes, ChronoUnit.MINUTES)
                .toString();
    }

    @Test
    @Order(2)
    void aTopicMailsAndCallsOnceConfirmed() {
        topic = aws.run("sns", "create-topic", "--name", "Widgets").path("TopicArn").asText();
        aws.run(
                "sns",
                "subscribe",
                "--topic-arn",
                topic,
                "--protocol",
                "email",
                "--notification-endpoint",
                "ops@example.com");
        var token =
                Pattern.compile("Token=([0-9a-zA-Z]+)")
                        .matcher(awaitMail(mail -> mail.text().contains("Token=")).text());
        assertThat(token.find()).isTrue();
        aws.run("sns", "confirm-subscription", "--topic-arn", topic, "--token", token.group(1));

        var url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/notify";
        aws.run(
                "sns",
                "subscribe",
                "--topic-arn",
                topic,
                "--protocol",
                "http",
                "--notification-endpoint",
                url);
        var confirmation =
                awaitNotification(message ->
                        message.path("Type").asText().equals("SubscriptionConfirmation"));
        get(confirmation.path("SubscribeURL").asText());
        assertThat(
                        aws.run("sns", "list-subscriptions-by-topic", "--topic-arn", topic)
                                .path("Subscriptions"))
                .hasSize(2)
                .noneMatch(s -> s.path("SubscriptionArn").asText().equals("PendingConfirmation"));
    }

    private static void get(String url) {
        try (var in = URI.create(url).toURL().openStream()) {
            in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("GET " + url, e);
        }
    }

    private Mail awaitMail(Predicate<Mail> wanted) {
        return await("mail", A_PERIOD, () -> pharos.mails(), wanted);
    }

    private JsonNode awaitNotification(Predicate<JsonNode> wanted) {
        return await("notification", A_PERIOD, () -> notified, wanted);
    }

    private static <T> T await(
            String what,
            Duration limit,
            java.util.function.Supplier<List<T>> all,
            Predicate<T> wanted) {
        Eventually.within(limit, () -> assertThat(all.get()).as(what).anyMatch(wanted));
        return all.get().stream().filter(wanted).reduce((_, last) -> last).orElseThrow();
    }

    @Test
    @Order(3)
    void anAlarmGoesThroughItsStates() throws IOException {
        alarm("WidgetAlarm", "GreaterThanOrEqualToThreshold", "1");
        assertThat(alarmNamed("WidgetAlarm").path("StateReason").asText())
                .isEqualTo("Unchecked: Initial alarm creation");
        alarm("WidgetOK", "LessThanThreshold", "3");
        var minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        for (var past = 1; past <= 5; past++) {
            canada("0", minute.minus(past, ChronoUnit.MINUTES));
        }
        awaitState("WidgetAlarm", "OK");
        awaitState("WidgetOK", "ALARM");

        canada("8", Instant.now());
        awaitState("WidgetAlarm", "ALARM");
        assertThat(alarmNamed("WidgetAlarm").path("StateReason").asText())
                .matches(
                        "Threshold Crossed: 1 datapoint \\[8\\.0 \\(\\d\\d/\\d\\d/\\d\\d \\d\\d:\\d\\d:00\\)\\] was greater than or equal to the threshold \\(7\\.0\\)\\.");
        var mail = awaitMail(m -> m.subject().startsWith("ALARM: \"WidgetAlarm\""));
        assertThat(mail.text()).contains("WidgetAlarm", "Threshold Crossed", "WidgetCount");
        var message =
                awaitNotification(
                        n -> n.path("Subject").asText().startsWith("ALARM: \"WidgetAlarm\""));
        assertThat(message.path("Type").asText()).isEqualTo("Notification");
        var body = JSON.readTree(message.path("Message").asText());
        assertThat(body.path("NewStateValue").asText()).isEqualTo("ALARM");
        assertThat(body.path("Trigger").path("MetricName").asText()).isEqualTo("WidgetCount");

        canada("0", Instant.now());
        awaitState("WidgetAlarm", "OK");
        var history =
                aws.run(
                                "cloudwatch",
                                "describe-alarm-history",
                                "--alarm-name",
                                "WidgetAlarm",
                                "--scan-by",
                                "TimestampAscending")
                        .path("AlarmHistoryItems");
        assertThat(history)
                .extracting(item -> item.path("HistorySummary").asText())
                .contains(
                        "Alarm \"WidgetAlarm\" created",
                        "Alarm updated from INSUFFICIENT_DATA to OK",
                        "Alarm updated from OK to ALARM",
                        "Successfully executed action " + topic,
                        "Alarm updated from ALARM to OK");
    }

    private void alarm(String name, String comparison, String periods) {
        aws.run(
                "cloudwatch",
                "put-metric-alarm",
                "--alarm-name",
                name,
                "--namespace",
                "my-awesome-metric",
                "--metric-name",
                "WidgetCount",
                "--dimensions",
                "Name=Country,Value=Canada",
                "Name=Factory,Value=North",
                "--statistic",
                "Maximum",
                "--period",
                "60",
                "--evaluation-periods",
                periods,
                "--threshold",
                "7",
                "--comparison-operator",
                comparison,
                "--alarm-actions",
                topic);
    }

    private void canada(String value, Instant at) {
        widget(
                "--value",
                value,
                "--dimensions",
                "Country=Canada,Factory=North",
                "--timestamp",
                at.toString());
    }

    private JsonNode alarmNamed(String name) {
        return aws.run("cloudwatch", "describe-alarms", "--alarm-names", name)
                .path("MetricAlarms")
                .path(0);
    }

    private void awaitState(String name, String state) {
        Eventually.within(
                A_PERIOD,
                () ->
                        assertThat(alarmNamed(name).path("StateValue").asText())
                                .as(name)
                                .isEqualTo(state));
    }

    @Test
    @Order(4)
    void logLinesBecomeMetrics() {
        var group = "/var/log/secure";
        aws.run("logs", "create-log-group", "--log-group-name", group);
        metricFilter(group, "\"ssh Invalid user\"", "LogMetrics", "InvalidLogin", "1");
        for (var host : List.of("host-a", "host-b")) {
            aws.run(
                    "logs",
                    "create-log-stream",
                    "--log-group-name",
                    group,
                    "--log-stream-name",
                    host);
            var lines = new ArrayList<String>();
            for (var line = 0; line < 50; line++) {
                lines.add("sshd[1]: ssh Invalid user guest" + line);
            }
            lines.add("sshd[1]: session opened");
            putLines(group, host, lines);
        }
        awaitMetric("LogMetrics", "InvalidLogin", 100);

        aws.run("logs", "create-log-group", "--log-group-name", "MyApp/access.log");
        aws.run(
                "logs",
                "create-log-stream",
                "--log-group-name",
                "MyApp/access.log",
                "--log-stream-name",
                "web");
        metricFilter(
                "MyApp/access.log",
                "[ip, id, user, timestamp, request, status_code=4*, size]",
                "LogMetrics",
                "Bytes4xx",
                "$size");
        putLines(
                "MyApp/access.log",
                "web",
                List.of(
                        "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /apache_pb.gif HTTP/1.0\" 404 1534",
                        "127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] \"GET /apache_pb.gif HTTP/1.0\" 500 5324",
                        "127.0.0.1 - frank [10/Oct/2000:13:50:35 -0700] \"GET /apache_pb.gif HTTP/1.0\" 403 66"));
        awaitMetric("LogMetrics", "Bytes4xx", 1600);
        insightsAnswers(group);

        aws.run("logs", "create-log-group", "--log-group-name", "MyApp/json");
        aws.run(
                "logs",
                "create-log-stream",
                "--log-group-name",
                "MyApp/json",
                "--log-stream-name",
                "app");
        metricFilter(
                "MyApp/json",
                "{ $.eventType = \"UpdateTrail\" }",
                "LogMetrics",
                "UpdateTrail",
                "1");
        metricFilter(
                "MyApp/json", "{ $.sourceIPAddress != 123.123.* }", "LogMetrics", "Elsewhere", "1");
        metricFilter(
                "MyApp/json", "{ $.arrayKey[0] = \"value\" }", "LogMetrics", "FirstValue", "1");
        putLines(
                "MyApp/json",
                "app",
                List.of(
                        "{\"eventType\": \"UpdateTrail\", \"sourceIPAddress\": \"111.111.111.111\", \"arrayKey\": [\"value\", \"another value\"]}",
                        "{\"eventType\": \"DeleteTrail\", \"sourceIPAddress\": \"123.123.1.2\", \"arrayKey\": [\"other\", \"value\"]}"));
        for (var metric : List.of("UpdateTrail", "Elsewhere", "FirstValue")) {
            awaitMetric("LogMetrics", metric, 1);
        }
        var found =
                aws.run(
                        "logs",
                        "filter-log-events",
                        "--log-group-name",
                        "MyApp/json",
                        "--filter-pattern",
                        "{ $.eventType = \"DeleteTrail\" }");
        assertThat(found.path("events")).hasSize(1);
    }

    private void metricFilter(
            String group, String pattern, String namespace, String metric, String value) {
        aws.run(
                "logs",
                "put-metric-filter",
                "--log-group-name",
                group,
                "--filter-name",
                metric,
                "--filter-pattern",
                pattern,
                "--metric-transformations",
                "metricNamespace=" + namespace + ",metricName=" + metric + ",metricValue=" + value);
    }

    private void putLines(String group, String stream, List<String> lines) {
        var events = JSON.createArrayNode();
        var now = System.currentTimeMillis();
        lines.forEach(line -> events.addObject().put("timestamp", now).put("message", line));
        aws.run(
                "logs",
                "put-log-events",
                "--log-group-name",
                group,
                "--log-stream-name",
                stream,
                "--log-events",
                events.toString());
    }

    private void awaitMetric(String namespace, String metric, double wanted) {
        Eventually.within(
                SOON,
                () ->
                        assertThat(sum(statistics(namespace, metric, "300", List.of()), "Sum"))
                                .as(metric)
                                .isEqualTo(wanted));
    }

    private void insightsAnswers(String group) {
        assertThat(
                        asked(
                                group,
                                "filter @message like \"Invalid user\" | stats count(*) as n by"
                                        + " @logStream | sort @logStream asc"))
                .isEqualTo("@logStream=host-a n=50 @logStream=host-b n=50 ");
        assertThat(
                        asked(
                                "MyApp/access.log",
                                "parse @message /\" (?<status>\\d+) (?<size>\\d+)$/ | filter status >= 404"
                                        + " | stats sum(size) as bytes by status | sort status desc"))
                .isEqualTo("status=500 bytes=5324 status=404 bytes=1534 ");
    }

    /// What Logs Insights answers about the last hour.
    private String asked(String group, String query) {
        var now = Instant.now().getEpochSecond();
        var id =
                aws.run(
                                "logs",
                                "start-query",
                                "--log-group-name",
                                group,
                                "--start-time",
                                Long.toString(now - 3_600),
                                "--end-time",
                                Long.toString(now + 60),
                                "--query-string",
                                query)
                        .path("queryId")
                        .asText();
        var fields = new StringBuilder();
        Eventually.within(
                Duration.ofSeconds(10),
                () -> {
                    var answer = aws.run("logs", "get-query-results", "--query-id", id);
                    assertThat(answer.path("status").asText()).isEqualTo("Complete");
                    fields.setLength(0);
                    for (var row : answer.path("results")) {
                        for (var field : row) {
                            fields.append(field.path("field").asText())
                                    .append('=')
                                    .append(field.path("value").asText())
                                    .append(' ');
                        }
                    }
                });
        return fields.toString();
    }

    @Test
    @Order(5)
    void aSubscriptionFeedsAStream() {
        aws.run("kinesis", "create-stream", "--stream-name", "WebLogs", "--shard-count", "1");
        Eventually.within(
                SOON,
                () ->
                        assertThat(
                                        aws.run(
                                                        "kinesis",
                                                        "describe-stream-summary",
                                                        "--stream-name",
                                                        "WebLogs")
                                                .path("StreamDescriptionSummary")
                                                .path("StreamStatus")
                                                .asText())
                                .isEqualTo("ACTIVE"));
        aws.run(
                "logs",
                "put-subscription-filter",
                "--log-group-name",
                "MyApp/access.log",
                "--filter-name",
                "errors",
                "--filter-pattern",
                "[ip, id, user, timestamp, request, status_code=4*, size]",
                "--role-arn",
                "arn:aws:iam::" + ACCOUNT + ":role/logs",
                "--destination-arn",
                "arn:aws:kinesis:us-east-1:" + ACCOUNT + ":stream/WebLogs");
        putLines(
                "MyApp/access.log",
                "web",
                List.of(
                        "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /missing HTTP/1.0\" 404 17",
                        "127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] \"GET / HTTP/1.0\" 200 5324"));

        var iterator =
                aws.run(
                                "kinesis",
                                "get-shard-iterator",
                                "--stream-name",
                                "WebLogs",
                                "--shard-id",
                                "shardId-000000000000",
                                "--shard-iterator-type",
                                "TRIM_HORIZON")
                        .path("ShardIterator")
                        .asText();
        Eventually.within(
                SOON,
                () -> {
                    var messages = new ArrayList<JsonNode>();
                    for (var record :
                            aws.run("kinesis", "get-records", "--shard-iterator", iterator)
                                    .path("Records")) {
                        messages.add(
                                JSON.readTree(
                                        gunzip(
                                                Base64.getDecoder()
                                                        .decode(record.path("Data").asText()))));
                    }
                    assertSubscribed(messages);
                });
        assertSubscribed(kafkaMessages("stream." + ACCOUNT + ".us-east-1.WebLogs"));
    }

    private static void assertSubscribed(List<JsonNode> messages) {
        assertThat(messages).hasSize(2);
        assertThat(messages.get(0).path("messageType").asText()).isEqualTo("CONTROL_MESSAGE");
        var data = messages.get(1);
        assertThat(data.path("messageType").asText()).isEqualTo("DATA_MESSAGE");
        assertThat(data.path("owner").asText()).isEqualTo(ACCOUNT);
        assertThat(data.path("logGroup").asText()).isEqualTo("MyApp/access.log");
        assertThat(data.path("subscriptionFilters").path(0).asText()).isEqualTo("errors");
        assertThat(data.path("logEvents")).hasSize(1);
        assertThat(data.path("logEvents").path(0).path("message").asText())
                .contains("GET /missing");
    }

    private static String gunzip(byte[] data) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(data))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<JsonNode> kafkaMessages(String topicName) {
        var settings = new Properties();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, pharos.kafkaBootstrapServers());
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topicName, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var messages = new ArrayList<JsonNode>();
            var end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                for (var record : consumer.poll(Duration.ofMillis(500))) {
                    messages.add(JSON.readTree(gunzip(record.value())));
                }
            }
            return messages;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Order(6)
    void aRuleOnApiCallsMails() {
        aws.run(
                "events",
                "put-rule",
                "--name",
                "new-log-groups",
                "--event-pattern",
                "{\"detail-type\": [\"AWS API Call via CloudTrail\"], \"detail\": {\"eventName\": [\"CreateLogGroup\"]}}");
        var targets = JSON.createArrayNode();
        var target = targets.addObject().put("Id", "mail").put("Arn", topic);
        target.putObject("InputTransformer")
                .put("InputTemplate", "\"<name> made the log group <group>\"")
                .putObject("InputPathsMap")
                .put("name", "$.detail.eventName")
                .put("group", "$.detail.requestParameters.logGroupName");
        aws.run(
                "events",
                "put-targets",
                "--rule",
                "new-log-groups",
                "--targets",
                targets.toString());
        aws.run("logs", "create-log-group", "--log-group-name", "watched");
        awaitMail(mail -> mail.text().contains("CreateLogGroup made the log group watched"));
        aws.run("events", "disable-rule", "--name", "new-log-groups");
    }

    @Test
    @Order(7)
    void aTrailRaisesAlarms() throws IOException {
        aws.run("logs", "create-log-group", "--log-group-name", "CloudTrail/Demo");
        aws.run(
                "cloudtrail",
                "create-trail",
                "--name",
                "Demo",
                "--s3-bucket-name",
                "demo-trail",
                "--cloud-watch-logs-log-group-arn",
                "arn:aws:logs:us-east-1:" + ACCOUNT + ":log-group:CloudTrail/Demo:*",
                "--cloud-watch-logs-role-arn",
                "arn:aws:iam::" + ACCOUNT + ":role/trail");
        aws.run("cloudtrail", "start-logging", "--name", "Demo");
        metricFilter(
                "CloudTrail/Demo",
                "{ $.sourceIPAddress = \"127.0.0.1\" }",
                "Demo",
                "IPAddress",
                "1");
        metricFilter(
                "CloudTrail/Demo",
                "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }",
                "Demo",
                "AuthorizationFailureCount",
                "1");
        sumAlarm("SourceIPAddress", "IPAddress", "300", "30");
        sumAlarm("AuthorizationFailures", "AuthorizationFailureCount", "60", "1");

        aws.run("iam", "create-user", "--user-name", "guest");
        var key = aws.run("iam", "create-access-key", "--user-name", "guest").path("AccessKey");
        var guest = aws.as(key.path("AccessKeyId").asText(), key.path("SecretAccessKey").asText());
        assertThat(guest.refused("logs", "describe-log-groups")).contains("AccessDenied");
        for (var call = 0; call < 33; call++) {
            aws.run("sns", "list-topics");
        }
        awaitState("SourceIPAddress", "ALARM");
        // Its minute may be over by now: the history keeps what the state no longer shows.
        Eventually.within(
                A_PERIOD,
                () ->
                        assertThat(
                                        aws.run(
                                                        "cloudwatch",
                                                        "describe-alarm-history",
                                                        "--alarm-name",
                                                        "AuthorizationFailures")
                                                .path("AlarmHistoryItems"))
                                .anyMatch(item ->
                                        item.path("HistorySummary").asText().endsWith("to ALARM")));
        awaitMail(mail -> mail.subject().startsWith("ALARM: \"SourceIPAddress\""));
        var looked =
                aws.run(
                                "cloudtrail",
                                "lookup-events",
                                "--lookup-attributes",
                                "AttributeKey=EventName,AttributeValue=CreateTrail")
                        .path("Events");
        assertThat(looked).hasSize(1);
        assertThat(
                        JSON.readTree(looked.path(0).path("CloudTrailEvent").asText())
                                .path("requestParameters")
                                .path("name")
                                .asText())
                .isEqualTo("Demo");
    }

    private void sumAlarm(String name, String metric, String period, String threshold) {
        aws.run(
                "cloudwatch",
                "put-metric-alarm",
                "--alarm-name",
                name,
                "--namespace",
                "Demo",
                "--metric-name",
                metric,
                "--statistic",
                "Sum",
                "--period",
                period,
                "--evaluation-periods",
                "1",
                "--threshold",
                threshold,
                "--comparison-operator",
                "GreaterThanOrEqualToThreshold",
                "--alarm-actions",
                topic);
    }

    @Test
    @Order(8)
    void aKillLosesNothing() {
        var alarmsBefore = aws.run("cloudwatch", "describe-alarms").path("MetricAlarms");
        aws.run("events", "enable-rule", "--name", "new-log-groups");
        pharos.killAndRestart();

        var alarms = aws.run("cloudwatch", "describe-alarms").path("MetricAlarms");
        assertThat(alarms).hasSameSizeAs(alarmsBefore);
        assertThat(sum(statistics("my-awesome-metric", "WidgetCount", "300", List.of()), "Sum"))
                .isEqualTo(52);
        assertThat(sum(statistics("LogMetrics", "InvalidLogin", "300", List.of()), "Sum"))
                .isEqualTo(100);
        assertThat(
                        aws.run(
                                        "logs",
                                        "get-log-events",
                                        "--log-group-name",
                                        "/var/log/secure",
                                        "--log-stream-name",
                                        "host-a",
                                        "--start-from-head")
                                .path("events"))
                .hasSize(51);
        assertThat(
                        aws.run("sns", "list-subscriptions-by-topic", "--topic-arn", topic)
                                .path("Subscriptions"))
                .hasSize(2);
        assertThat(
                        aws.run("events", "list-targets-by-rule", "--rule", "new-log-groups")
                                .path("Targets"))
                .hasSize(1);

        widget("--value", "2");
        Eventually.within(
                SOON,
                () ->
                        assertThat(
                                        sum(
                                                statistics(
                                                        "my-awesome-metric",
                                                        "WidgetCount",
                                                        "300",
                                                        List.of()),
                                                "Sum"))
                                .isEqualTo(54));
        aws.run("logs", "create-log-group", "--log-group-name", "watched-after-the-kill");
        awaitMail(mail ->
                mail.text().contains("CreateLogGroup made the log group watched-after-the-kill"));
    }
}
