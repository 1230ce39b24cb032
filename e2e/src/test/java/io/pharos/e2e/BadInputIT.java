package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// What no client should send: AWS's own error or a closed connection, nothing changed, and the next
/// request is served.
class BadInputIT {
    private static final String QUERY = "application/x-www-form-urlencoded; charset=utf-8";
    private static final String JSON_1_0 = "application/x-amz-json-1.0";
    private static final String JSON_1_1 = "application/x-amz-json-1.1";
    private static final String PUT_CBOR =
            "/service/GraniteServiceVersion20100801/operation/PutMetricData";
    private static final int IDLE_CONNECTIONS = 10_000;
    private static final Duration NEXT_LIMIT = Duration.ofSeconds(10);

    @TempDir static Path directory;

    private static Pharos pharos;
    private static SignedHttp http;
    private static CloudWatchClient metrics;
    private static CloudWatchLogsClient logs;

    @BeforeAll
    static void up() {
        pharos = new Standalone(directory.resolve("data"));
        http = new SignedHttp(pharos);
        metrics = Clients.of(pharos, CloudWatchClient.builder());
        logs = Clients.of(pharos, CloudWatchLogsClient.builder());
        logs.createLogGroup(r -> r.logGroupName("bad"));
        logs.createLogStream(r -> r.logGroupName("bad").logStreamName("s"));
    }

    @AfterAll
    static void down() {
        pharos.close();
    }

    /// Nothing was taken, and the next call is served.
    @AfterEach
    void nothingChanged() {
        var start = System.nanoTime();
        assertThat(metrics.listMetrics(r -> r.namespace("Bad")).metrics()).isEmpty();
        assertThat(
                        logs.getLogEvents(r ->
                                        r.logGroupName("bad")
                                                .logStreamName("s")
                                                .startFromHead(true))
                                .events())
                .isEmpty();
        assertThat(logs.describeMetricFilters(r -> r.logGroupName("bad")).metricFilters())
                .isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(NEXT_LIMIT);
    }

    private static Map<String, String> json(String version, String target) {
        return Map.of("Content-Type", version, "X-Amz-Target", target);
    }

    private static HttpResponse<String> logsCall(String operation, String body) {
        return http.post("logs", json(JSON_1_1, "Logs_20140328." + operation), body);
    }

    private static HttpResponse<String> query(String body) {
        return http.post(
                "monitoring",
                Map.of("Content-Type", QUERY),
                "Action=PutMetricData&Version=2010-08-01&Namespace=Bad" + body);
    }

    private static String datum(int number, String value) {
        var member = "&MetricData.member." + number;
        return member + ".MetricName=M" + member + ".Value=" + value;
    }

    private static void assertRefused(HttpResponse<String> answer, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
        assertThat(answer.body() + answer.headers().map()).contains(code);
        assertThat(answer.headers().firstValue("x-amzn-RequestId")).isPresent();
    }

    @Test
    void bodiesThatAreNoneOfTheProtocol() {
        for (var broken : new String[] {"{", "[]", "{\"logGroupName\": 3", "\u0000", "{\"a\":}"}) {
            assertRefused(logsCall("CreateLogGroup", broken), "SerializationException");
            assertRefused(
                    http.post(
                            "monitoring",
                            json(JSON_1_0, "GraniteServiceVersion20100801.PutMetricData"),
                            broken),
                    "SerializationException");
        }
        var cbor = Map.of("Content-Type", "application/cbor", "smithy-protocol", "rpc-v2-cbor");
        assertRefused(
                http.post("monitoring", PUT_CBOR, cbor, new byte[] {(byte) 0xbf, 0x61}),
                "SerializationException");
        assertRefused(query("&MetricData.member.x.MetricName=M"), "");
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "-Infinity", "1e200"})
    void valuesThatNoMetricHas(String value) {
        assertRefused(query(datum(1, value)), "InvalidParameterValue");
    }

    @ParameterizedTest
    @CsvSource({"1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"})
    void timesOutOfRange(String time) {
        assertRefused(
                query(datum(1, "1") + "&MetricData.member.1.Timestamp=" + time),
                "InvalidParameterValue");
    }

    @Test
    void oneDatumTooMany() {
        var body = new StringBuilder();
        for (var number = 1; number <= 1_001; number++) {
            body.append(datum(number, "1"));
        }
        assertThat(query(body.toString()).statusCode()).isEqualTo(400);
    }

    @Test
    void aKeyThatIsNotOne() {
        var body = "Action=PutMetricData&Version=2010-08-01&Namespace=Bad" + datum(1, "1");
        var headers = Map.of("Content-Type", QUERY);
        var now = Instant.now();
        var key = pharos.accessKeyId();
        var secret = pharos.secretAccessKey();
        assertRefused(
                new SignedHttp(pharos, key, "wrong", now).post("monitoring", headers, body),
                "SignatureDoesNotMatch");
        assertRefused(
                new SignedHttp(pharos, "AKIAUNKNOWNUNKNOWN00", secret, now)
                        .post("monitoring", headers, body),
                "InvalidClientTokenId");
        assertRefused(
                new SignedHttp(pharos, key, secret, now.minus(Duration.ofHours(1)))
                        .post("monitoring", headers, body),
                "Signature");
        var unsigned =
                HttpRequest.newBuilder(pharos.endpoint())
                        .header("Content-Type", QUERY)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        assertRefused(http.send(unsigned), "MissingAuthenticationToken");
    }

    @Test
    void groupsAndPatternsThatAreNone() {
        var line = "[{\"timestamp\": " + System.currentTimeMillis() + ", \"message\": \"x\"}]";
        assertRefused(
                logsCall(
                        "PutLogEvents",
                        "{\"logGroupName\": \"none\", \"logStreamName\": \"s\", \"logEvents\": "
                                + line
                                + "}"),
                "ResourceNotFoundException");
        for (var pattern : new String[] {"{ $.a = ", "[a, b", "%(a%"}) {
            assertRefused(
                    logsCall(
                            "PutMetricFilter",
                            "{\"logGroupName\": \"bad\", \"filterName\": \"f\", \"filterPattern\": \""
                                    + pattern
                                    + "\", \"metricTransformations\": [{\"metricNamespace\": \"Bad\","
                                    + " \"metricName\": \"M\", \"metricValue\": \"1\"}]}"),
                    "InvalidParameterException");
        }
    }

    @Test
    void aRegexThatExplodesElsewhere() {
        var answer =
                logsCall(
                        "TestMetricFilter",
                        "{\"filterPattern\": \"%(a+)+(a+)+(a+)+$%\", \"logEventMessages\": [\""
                                + "a".repeat(50_000)
                                + "!\"]}");
        assertThat(answer.statusCode()).isIn(200, 400);
    }

    @Test
    void threeHundredLevels() {
        var deep = "{\"a\":".repeat(300) + "1" + "}".repeat(300);
        assertRefused(logsCall("CreateLogGroup", deep), "SerializationException");
        var quoted = deep.replace("\"", "\\\"");
        var tested =
                logsCall(
                        "TestMetricFilter",
                        "{\"filterPattern\": \"{ $.a.a = 1 }\", \"logEventMessages\": [\""
                                + quoted
                                + "\"]}");
        assertThat(tested.statusCode()).as(tested.body()).isEqualTo(200);
        var event =
                http.post(
                        "events",
                        json(JSON_1_1, "AWSEvents.PutEvents"),
                        "{\"Entries\": [{\"Source\": \"s\", \"DetailType\": \"t\", \"Detail\": \""
                                + quoted
                                + "\"}]}");
        assertThat(event.statusCode()).as(event.body()).isIn(200, 400);
    }

    @Test
    void aBombOfGzip() throws IOException {
        var bomb = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bomb)) {
            var zeros = new byte[1 << 20];
            for (var megabyte = 0; megabyte < 200; megabyte++) {
                out.write(zeros);
            }
        }
        var headers = Map.of("Content-Type", QUERY, "Content-Encoding", "gzip");
        var answer = http.post("monitoring", "/", headers, bomb.toByteArray());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
    }

    @Test
    void moreThanTheDoorTakes() throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write(head(1L << 30));
            socket.getOutputStream().flush();
            socket.setSoTimeout(20_000);
            var answer = socket.getInputStream().readNBytes(12);
            assertThat(new String(answer, StandardCharsets.US_ASCII))
                    .satisfiesAnyOf(
                            text -> assertThat(text).isEmpty(),
                            text -> assertThat(text).startsWith("HTTP/1.1 4"));
        }
    }

    private static Socket connect() throws IOException {
        return new Socket(pharos.endpoint().getHost(), pharos.endpoint().getPort());
    }

    private static byte[] head(long length) {
        return ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                        + QUERY
                        + "\r\nContent-Length: "
                        + length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void requestsThatNeverEnd() throws IOException {
        var half = new ArrayList<Socket>();
        try {
            for (var number = 0; number < 200; number++) {
                var socket = connect();
                half.add(socket);
                var head = head(1_000);
                var sent = number % 2 == 0 ? head.length : head.length / 2;
                socket.getOutputStream().write(head, 0, sent);
                if (number % 4 == 0) {
                    socket.getOutputStream()
                            .write("Action=Put".getBytes(StandardCharsets.US_ASCII));
                }
            }
            nothingChanged();
        } finally {
            for (var socket : half) {
                socket.close();
            }
        }
    }

    @Test
    void tenThousandIdleConnections() throws IOException {
        var address =
                new InetSocketAddress(pharos.endpoint().getHost(), pharos.endpoint().getPort());
        var idle = new ArrayList<SocketChannel>();
        try {
            while (idle.size() < IDLE_CONNECTIONS) {
                idle.add(SocketChannel.open(address));
            }
            nothingChanged();
        } finally {
            for (var connection : idle) {
                connection.close();
            }
        }
    }
}
