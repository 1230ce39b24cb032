package io.pharos.standalone.demo;

import io.pharos.standalone.demo.Demo.StoryFailed;

import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.HistoryItemType;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.InputTransformer;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.sns.SnsClient;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/// The README's story, in its order: metrics, an alarm with its mail, logs that become metrics, a
/// subscription, a rule on API calls, a trail that raises an alarm.
final class Story {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration A_PERIOD = Duration.ofSeconds(150);
    private static final String ACCOUNT_MAIL = "ops@example.com";

    private final CloudWatchClient metrics;
    private final CloudWatchLogsClient logs;
    private final EventBridgeClient events;
    private final CloudTrailClient trails;
    private final SnsClient topics;
    private final KinesisClient streams;
    private final String endpoint;
    private final Narrator narrator;
    private final String suffix = Long.toString(System.currentTimeMillis() / 1000, 36);
    private final HttpClient http = HttpClient.newHttpClient();

    Story(Clients clients, String endpoint, Narrator narrator) {
        this.metrics = clients.cloudWatch();
        this.logs = clients.logs();
        this.events = clients.events();
        this.trails = clients.trails();
        this.topics = clients.topics();
        this.streams = clients.streams();
        this.endpoint = endpoint;
        this.narrator = narrator;
    }

    void play() {
        publishMetrics();
        var topic = subscribeByMail();
        raiseAlarm(topic);
        countLogLines();
        followLogs();
        ruleOnApiCalls(topic);
        trailRaisesAlarm(topic);
    }

    private String named(String name) {
        return name + "-" + suffix;
    }

    private void publishMetrics() {
        narrator.chapter("1. Metrics");
        var namespace = named("my-awesome-metric");
        metrics.putMetricData(r ->
                r.namespace(namespace).metricData(d -> d.metricName("WidgetCount").value(2.0)));
        metrics.putMetricData(r ->
                r.namespace(namespace)
                        .metricData(d ->
                                d.metricName("WidgetCount")
                                        .statisticValues(s ->
                                                s.sampleCount(10.0)
                                                        .sum(50.0)
                                                        .minimum(2.0)
                                                        .maximum(9.0))));
        narrator.did(
                "put-metric-data WidgetCount: the value 2, then a statistic set of 10 samples");
        var point =
                narrator.await(
                        "get-metric-statistics has both",
                        SOON,
                        () ->
                                statistics(namespace, "WidgetCount").stream()
                                        .filter(d -> d.sampleCount() == 11.0)
                                        .findFirst());
        expect("Sum", 52.0, point.sum());
        expect("Minimum", 2.0, point.minimum());
        expect("Maximum", 9.0, point.maximum());
    }

    private List<Datapoint> statistics(String namespace, String metric) {
        var now = Instant.now();
        return metrics.getMetricStatistics(r ->
                        r.namespace(namespace)
                                .metricName(metric)
                                .period(300)
                                .startTime(now.minus(10, ChronoUnit.MINUTES))
                                .endTime(now.plus(10, ChronoUnit.MINUTES))
                                .statistics(
                                        Statistic.SAMPLE_COUNT,
                                        Statistic.SUM,
                                        Statistic.MINIMUM,
                                        Statistic.MAXIMUM))
                .datapoints();
    }

    private void expect(String what, double wanted, double got) {
        if (wanted != got) {
            throw new StoryFailed("%s is %s, not %s".formatted(what, got, wanted));
        }
        narrator.did("%s = %s".formatted(what, got));
    }

    private String subscribeByMail() {
        narrator.chapter("2. A topic that mails, and an alarm");
        var topic = topics.createTopic(r -> r.name(named("Alarms"))).topicArn();
        topics.subscribe(r -> r.topicArn(topic).protocol("email").endpoint(ACCOUNT_MAIL));
        var mail = awaitMail("the confirmation mail", topic, "Token=");
        var token = mail.replaceAll("(?s).*[?&;]Token=([0-9a-zA-Z]+).*", "$1");
        topics.confirmSubscription(r -> r.topicArn(topic).token(token));
        narrator.did("confirmed " + ACCOUNT_MAIL);
        return topic;
    }

    private String awaitMail(String what, String... parts) {
        return narrator.await(what, A_PERIOD, () -> mailWith(parts));
    }

    /// The newest mail that has all the parts, as JSON text.
    private Optional<String> mailWith(String... parts) {
        try {
            var request = HttpRequest.newBuilder(URI.create(endpoint + "/_pharos/mailbox")).build();
            var mails = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return List.of(mails.split("\\{\"from\"")).reversed().stream()
                    .filter(mail -> List.of(parts).stream().allMatch(mail::contains))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void raiseAlarm(String topic) {
        var namespace = named("my-awesome-metric");
        var canada =
                List.of(
                        Dimension.builder().name("Country").value("Canada").build(),
                        Dimension.builder().name("Factory").value("North").build());
        var alarm = named("WidgetAlarm");
        metrics.putMetricAlarm(r ->
                r.alarmName(alarm)
                        .namespace(namespace)
                        .metricName("WidgetCount")
                        .dimensions(canada)
                        .statistic(Statistic.MAXIMUM)
                        .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                        .threshold(7.0)
                        .period(60)
                        .evaluationPeriods(1)
                        .alarmActions(topic)
                        .okActions(topic));
        narrator.did("put-metric-alarm " + alarm + ": Maximum >= 7 over 1 x 60 s");
        var minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        for (var ago = 1; ago <= 5; ago++) {
            put(namespace, canada, 0.0, minute.minus(ago, ChronoUnit.MINUTES));
        }
        awaitState(alarm, StateValue.OK);
        put(namespace, canada, 8.0, Instant.now());
        narrator.did("put-metric-data WidgetCount 8");
        awaitState(alarm, StateValue.ALARM);
        awaitMail("the alarm's mail", "ALARM: ", alarm);
        put(namespace, canada, 0.0, Instant.now());
        awaitState(alarm, StateValue.OK);
        metrics.describeAlarmHistory(
                        r -> r.alarmName(alarm).historyItemType(HistoryItemType.STATE_UPDATE))
                .alarmHistoryItems()
                .forEach(item -> narrator.did("history: " + item.historySummary()));
    }

    private void put(String namespace, List<Dimension> dimensions, double value, Instant at) {
        metrics.putMetricData(r ->
                r.namespace(namespace)
                        .metricData(d ->
                                d.metricName("WidgetCount")
                                        .dimensions(dimensions)
                                        .timestamp(at)
                                        .value(value)));
    }

    private void awaitState(String name, StateValue state) {
        var alarm =
                narrator.await(
                        name + " is " + state,
                        A_PERIOD,
                        () ->
                                metrics
                                        .describeAlarms(r -> r.alarmNames(name))
                                        .metricAlarms()
                                        .stream()
                                        .filter(a -> a.stateValue() == state)
                                        .findFirst());
        narrator.did("reason: " + alarm.stateReason());
    }

    private void countLogLines() {
        narrator.chapter("3. Log lines that become a metric");
        var group = named("/var/log/secure");
        var namespace = named("LogMetrics");
        logs.createLogGroup(r -> r.logGroupName(group));
        logs.putMetricFilter(r ->
                r.logGroupName(group)
                        .filterName("InvalidLogin")
                        .filterPattern("\"ssh Invalid user\"")
                        .metricTransformations(
                                MetricTransformation.builder()
                                        .metricNamespace(namespace)
                                        .metricName("InvalidLogin")
                                        .metricValue("1")
                                        .build()));
        for (var host : List.of("host-a", "host-b")) {
            logs.createLogStream(r -> r.logGroupName(group).logStreamName(host));
            var now = System.currentTimeMillis();
            var lines =
                    IntStream.range(0, 50)
                            .mapToObj(i -> line(now, "sshd: ssh Invalid user guest" + i))
                            .toList();
            logs.putLogEvents(r -> r.logGroupName(group).logStreamName(host).logEvents(lines));
        }
        narrator.did("put-log-events: 100 lines over two streams of " + group);
        var counted =
                narrator.await(
                        "the metric filter counted them",
                        SOON,
                        () ->
                                Optional.of(
                                                statistics(namespace, "InvalidLogin").stream()
                                                        .mapToDouble(Datapoint::sum)
                                                        .sum())
                                        .filter(sum -> sum >= 100));
        expect("Sum", 100.0, counted);
    }

    private static InputLogEvent line(long at, String message) {
        return InputLogEvent.builder().timestamp(at).message(message).build();
    }

    private void followLogs() {
        narrator.chapter("4. Log lines to a stream");
        var stream = named("WebLogs");
        var group = named("MyApp/access.log");
        streams.createStream(r -> r.streamName(stream).shardCount(1));
        narrator.await(
                "the stream is active",
                SOON,
                () ->
                        Optional.of(streams.describeStreamSummary(r -> r.streamName(stream)))
                                .map(s -> s.streamDescriptionSummary().streamStatus())
                                .filter(status -> status == StreamStatus.ACTIVE));
        var arn =
                streams.describeStreamSummary(r -> r.streamName(stream))
                        .streamDescriptionSummary()
                        .streamARN();
        logs.createLogGroup(r -> r.logGroupName(group));
        logs.createLogStream(r -> r.logGroupName(group).logStreamName("web"));
        logs.putSubscriptionFilter(r ->
                r.logGroupName(group)
                        .filterName("all")
                        .filterPattern("")
                        .roleArn("arn:aws:iam::000000000000:role/logs-to-stream")
                        .destinationArn(arn));
        logs.putLogEvents(r ->
                r.logGroupName(group)
                        .logStreamName("web")
                        .logEvents(
                                line(
                                        System.currentTimeMillis(),
                                        "127.0.0.1 - frank [now] \"GET /\" 404 1534")));
        var iterator =
                streams.getShardIterator(r ->
                                r.streamName(stream)
                                        .shardId("shardId-000000000000")
                                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                        .shardIterator();
        var next = new String[] {iterator};
        var message =
                narrator.await(
                        "get-records has the line",
                        SOON,
                        () -> {
                            var got = streams.getRecords(r -> r.shardIterator(next[0]));
                            next[0] = got.nextShardIterator();
                            return got.records().stream()
                                    .map(record -> gunzip(record.data().asByteArray()))
                                    .filter(json -> json.contains("DATA_MESSAGE"))
                                    .findFirst();
                        });
        narrator.did(message);
    }

    private static String gunzip(byte[] data) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(data))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ruleOnApiCalls(String topic) {
        narrator.chapter("5. A rule on API calls");
        var rule = named("log-groups");
        events.putRule(r ->
                r.name(rule)
                        .eventPattern(
                                """
                                {"detail-type": ["AWS API Call via CloudTrail"],
                                 "detail": {"eventName": ["CreateLogGroup"]}}
                                """));
        events.putTargets(r ->
                r.rule(rule)
                        .targets(
                                Target.builder()
                                        .id("mail")
                                        .arn(topic)
                                        .inputTransformer(
                                                InputTransformer.builder()
                                                        .inputPathsMap(
                                                                java.util.Map.of(
                                                                        "name",
                                                                        "$.detail.eventName",
                                                                        "group",
                                                                        "$.detail.requestParameters.logGroupName"))
                                                        .inputTemplate(
                                                                "\"<name> made the log group <group>\"")
                                                        .build())
                                        .build()));
        var group = named("watched");
        logs.createLogGroup(r -> r.logGroupName(group));
        awaitMail("the rule's mail", "CreateLogGroup made the log group " + group);
        events.removeTargets(r -> r.rule(rule).ids("mail"));
        events.deleteRule(r -> r.name(rule));
    }

    private void trailRaisesAlarm(String topic) {
        narrator.chapter("6. A trail that raises an alarm");
        var group = named("CloudTrail/Demo");
        var namespace = named("Demo");
        var alarm = named("SourceIPAddress");
        logs.createLogGroup(r -> r.logGroupName(group));
        var groupArn =
                logs.describeLogGroups(r -> r.logGroupNamePrefix(group))
                        .logGroups()
                        .getFirst()
                        .arn();
        trails.createTrail(r ->
                r.name(named("Demo"))
                        .s3BucketName("demo-trail")
                        .cloudWatchLogsLogGroupArn(groupArn)
                        .cloudWatchLogsRoleArn("arn:aws:iam::000000000000:role/trail-to-logs"));
        trails.startLogging(r -> r.name(named("Demo")));
        logs.putMetricFilter(r ->
                r.logGroupName(group)
                        .filterName("IPAddress")
                        .filterPattern("{ $.sourceIPAddress = \"127.0.0.1\" }")
                        .metricTransformations(
                                MetricTransformation.builder()
                                        .metricNamespace(namespace)
                                        .metricName("IPAddress")
                                        .metricValue("1")
                                        .build()));
        metrics.putMetricAlarm(r ->
                r.alarmName(alarm)
                        .namespace(namespace)
                        .metricName("IPAddress")
                        .statistic(Statistic.SUM)
                        .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                        .threshold(30.0)
                        .period(300)
                        .evaluationPeriods(1)
                        .alarmActions(topic));
        for (var call = 0; call < 33; call++) {
            topics.listTopics();
        }
        narrator.did("33 calls from 127.0.0.1");
        awaitState(alarm, StateValue.ALARM);
        awaitMail("the alarm's mail", "ALARM: ", alarm);
        trails.stopLogging(r -> r.name(named("Demo")));
    }
}
