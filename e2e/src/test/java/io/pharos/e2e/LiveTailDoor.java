package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

import software.amazon.eventstream.Message;
import software.amazon.eventstream.MessageDecoder;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;

/// StartLiveTail from outside: frames come while the answer is still open, through the front door too.
interface LiveTailDoor {
    ObjectMapper JSON = new ObjectMapper();

    SignedHttp signed();

    @Test
    default void linesAreShownWhileTheyCome() throws IOException {
        var group = "\"logGroupName\":\"tailed\"";
        var stream = group + ",\"logStreamName\":\"s\"";
        call("CreateLogGroup", "{" + group + "}");
        call("CreateLogStream", "{" + stream + "}");
        var arn = call("DescribeLogGroups", "{\"logGroupNamePrefix\":\"tailed\"}");
        var request =
                "{\"logGroupIdentifiers\":[\"%s\"],\"logEventFilterPattern\":\"ERROR\"}"
                        .formatted(arn.path("logGroups").path(0).path("logGroupArn").asText());
        var headers = headers("StartLiveTail");
        var refused = signed().post("logs", headers, "{\"logGroupIdentifiers\":[]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("InvalidParameterException");
        var answer = signed().open("logs", headers, request);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type"))
                .hasValue("application/vnd.amazon.eventstream");
        try (var frames = new Frames(answer.body())) {
            assertThat(frames.next("initial-response")).isEmpty();
            var start = frames.next("sessionStart");
            assertThat(start.path("logEventFilterPattern").asText()).isEqualTo("ERROR");
            var quiet = frames.next("sessionUpdate");
            assertThat(quiet.path("sessionMetadata").path("sampled").asBoolean(true)).isFalse();
            assertThat(quiet.path("sessionResults")).isEmpty();
            var now = System.currentTimeMillis();
            var event = "{\"timestamp\":" + now + ",\"message\":\"%s\"}";
            call(
                    "PutLogEvents",
                    "{%s,\"logEvents\":[%s,%s]}"
                            .formatted(stream, event.formatted("fine"), event.formatted("ERROR")));
            var lines = quiet.path("sessionResults");
            while (lines.isEmpty()) {
                lines = frames.next("sessionUpdate").path("sessionResults");
            }
            assertThat(lines).hasSize(1);
            assertThat(lines.path(0).path("message").asText()).isEqualTo("ERROR");
            assertThat(lines.path(0).path("logStreamName").asText()).isEqualTo("s");
            assertThat(lines.path(0).path("timestamp").asLong()).isEqualTo(now);
        }
    }

    private static Map<String, String> headers(String operation) {
        return Map.of(
                "Content-Type",
                "application/x-amz-json-1.1",
                "X-Amz-Target",
                "Logs_20140328." + operation);
    }

    private JsonNode call(String operation, String request) throws IOException {
        var answer = signed().post("logs", headers(operation), request);
        assertThat(answer.statusCode()).as("%s: %s", operation, answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    /// Reads frame after frame.
    final class Frames implements AutoCloseable {
        private final InputStream in;
        private final Deque<Message> read = new ArrayDeque<>();
        private final MessageDecoder decoder = new MessageDecoder(read::add);

        Frames(InputStream in) {
            this.in = in;
        }

        JsonNode next(String type) throws IOException {
            var chunk = new byte[8192];
            while (read.isEmpty()) {
                var length = in.read(chunk);
                assertThat(length).as("the stream goes on").isPositive();
                decoder.feed(chunk, 0, length);
            }
            var message = read.removeFirst();
            var header = Objects.requireNonNull(message.getHeaders().get(":event-type"));
            assertThat(header.getString()).isEqualTo(type);
            return JSON.readTree(message.getPayload());
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
