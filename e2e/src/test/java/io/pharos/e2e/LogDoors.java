package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.testkit.Eventually;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/// What logs come in by besides PutLogEvents: OTLP and AWS's JSON doors, signed or with an API key.
interface LogDoors {
    ObjectMapper TREES = new ObjectMapper();
    Duration LIMIT = Duration.ofSeconds(30);
    Pattern SECRET = Pattern.compile("<ServiceCredentialSecret>([^<]+)<");
    String PLACE = "?logGroup=doors&logStream=s";

    SignedHttp signed();

    AwsCli aws();

    Pharos pharos();

    @Test
    default void logsComeInByEveryDoor() throws IOException {
        call("CreateLogGroup", "{\"logGroupName\":\"doors\"}");
        call("CreateLogStream", "{\"logGroupName\":\"doors\",\"logStreamName\":\"s\"}");
        var now = System.currentTimeMillis();
        var json = Map.of("Content-Type", "application/json");
        var otlp =
                """
                {"resourceLogs":[{"scopeLogs":[{"logRecords":[
                  {"timeUnixNano":"%d000000","body":{"stringValue":"by otlp"}}]}]}]}
                """
                        .formatted(now);
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(otlp.getBytes(StandardCharsets.UTF_8));
        }
        var headers =
                Map.of(
                        "Content-Type", "application/json",
                        "Content-Encoding", "gzip",
                        "x-aws-log-group", "doors",
                        "x-aws-log-stream", "s");
        taken(signed().post("logs", "/v1/logs", headers, compressed.toByteArray()));
        taken(
                signed().post(
                                "logs",
                                "/ingest/bulk" + PLACE,
                                json,
                                bytes("\"by bulk\"\n{\"door\":\"by bulk too\"}\n")));
        taken(
                signed().post(
                                "logs",
                                "/ingest/json" + PLACE,
                                json,
                                bytes("{\"timestamp\":" + now + ",\"door\":\"by json\"}")));
        var token = apiKey();
        var event = "{\"event\":\"by collector\",\"time\":" + now / 1000 + "}";
        assertThat(bearer(token, event).statusCode()).isEqualTo(403);
        call(
                "PutBearerTokenAuthentication",
                "{\"logGroupIdentifier\":\"doors\",\"bearerTokenAuthenticationEnabled\":true}");
        Eventually.within(
                LIMIT, () -> assertThat(bearer(token, event).statusCode()).isEqualTo(200));
        assertThat(bearer("ACWLnone", event).statusCode()).isEqualTo(401);
        Eventually.within(
                LIMIT,
                () ->
                        assertThat(messages())
                                .anyMatch(line -> line.contains("\"body\":\"by otlp\""))
                                .contains(
                                        "by bulk",
                                        "{\"door\":\"by bulk too\"}",
                                        "{\"timestamp\":" + now + ",\"door\":\"by json\"}",
                                        event));
        var refused = signed().post("logs", "/ingest/json", json, bytes("{}"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("names no log group");
        assertThat(signed().post("monitoring", "/ingest/json" + PLACE, json, bytes("{}")))
                .returns(403, HttpResponse::statusCode);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void taken(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
    }

    /// The key of a user who may do nothing else.
    private String apiKey() {
        aws().run("iam", "create-user", "--user-name", "shipper");
        aws().run(
                        "iam",
                        "put-user-policy",
                        "--user-name",
                        "shipper",
                        "--policy-name",
                        "ship",
                        "--policy-document",
                        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Resource\":\"*\","
                                + "\"Action\":[\"logs:PutLogEvents\",\"logs:CallWithBearerToken\"]}}");
        // Not by the CLI: older versions do not show the secret.
        var form =
                "Action=CreateServiceSpecificCredential&Version=2010-05-08&UserName=shipper"
                        + "&ServiceName=logs.amazonaws.com";
        var made =
                signed().post(
                                "iam",
                                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                                form);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        var secret = SECRET.matcher(made.body());
        assertThat(secret.find()).as(made.body()).isTrue();
        return secret.group(1);
    }

    private HttpResponse<String> bearer(String token, String body) {
        return signed().send(
                        HttpRequest.newBuilder(
                                        pharos().endpoint()
                                                .resolve("/services/collector/event" + PLACE))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build());
    }

    private List<String> messages() throws IOException {
        var found = new ArrayList<String>();
        call("FilterLogEvents", "{\"logGroupName\":\"doors\"}")
                .path("events")
                .forEach(event -> found.add(event.path("message").asText()));
        return found;
    }

    private JsonNode call(String operation, String request) throws IOException {
        var headers =
                Map.of(
                        "Content-Type",
                        "application/x-amz-json-1.1",
                        "X-Amz-Target",
                        "Logs_20140328." + operation);
        var answer = signed().post("logs", headers, request);
        assertThat(answer.statusCode()).as("%s: %s", operation, answer.body()).isEqualTo(200);
        return TREES.readTree(answer.body());
    }
}
