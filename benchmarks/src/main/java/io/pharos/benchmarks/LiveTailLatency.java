package io.pharos.benchmarks;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.eventstream.MessageDecoder;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/// L9: how long from a PutLogEvents call of one line until a live tail shows it, at a steady rate? Times
/// count from when each line was due, so that a stall is not hidden. Beside it in the same run: raw Kafka
/// on the same broker, producer to consumer, at the same rate.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.LiveTailLatency
/// [lines a second, 100] [seconds, 15]` in the project's directory. At most 250 lines a second: beyond, a
/// live tail samples.
///
/// Last result: `docs/performance.md`, L9.
public final class LiveTailLatency {
    private static final Pattern LINE = Pattern.compile("\"message\":\"line (\\d+) ");
    private static final String GROUP = "benchmark";

    private LiveTailLatency() {}

    /// See the class.
    public static void main(String[] args) throws IOException, InterruptedException {
        var rate = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        var seconds = args.length > 1 ? Integer.parseInt(args[1]) : 15;
        try (var server = Server.start()) {
            var logs = server.client(CloudWatchLogsClient.builder());
            logs.createLogGroup(create -> create.logGroupName(GROUP));
            logs.createLogStream(create -> create.logGroupName(GROUP).logStreamName("s"));
            var arn = logs.describeLogGroups(r -> {}).logGroups().getFirst().logGroupArn();
            var current = new AtomicReference<Arrivals>();
            var started = new CountDownLatch(1);
            Thread.ofPlatform().daemon().start(() -> tail(server, arn, current, started));
            started.await();
            for (var name : List.of("live tail, warming up", "live tail")) {
                var arrivals = new Arrivals(rate * seconds);
                current.set(arrivals);
                put(server, arrivals, rate, rate * seconds);
                arrivals.report("L9 " + name, rate);
            }
            KafkaLatency.report(server, "L9", rate, rate * seconds);
        }
    }

    private static Frame frame(Server server, String operation, String body) {
        return Frame.json(
                server.endpoint(),
                "logs",
                "Logs_20140328." + operation,
                "application/x-amz-json-1.1",
                body.getBytes(StandardCharsets.UTF_8),
                false,
                1);
    }

    private static void tail(
            Server server, String arn, AtomicReference<Arrivals> current, CountDownLatch started) {
        var request =
                frame(server, "StartLiveTail", "{\"logGroupIdentifiers\":[\"" + arn + "\"]}")
                        .request();
        var decoder =
                new MessageDecoder(message -> {
                    started.countDown();
                    var arrivals = current.get();
                    var lines =
                            LINE.matcher(new String(message.getPayload(), StandardCharsets.UTF_8));
                    while (arrivals != null && lines.find()) {
                        arrivals.at(Integer.parseInt(lines.group(1)));
                    }
                });
        try (var http = HttpClient.newHttpClient();
                var in = http.send(request, BodyHandlers.ofInputStream()).body()) {
            var chunk = new byte[64 << 10];
            for (var length = in.read(chunk); length > 0; length = in.read(chunk)) {
                decoder.feed(chunk, 0, length);
            }
        } catch (IOException ended) {
            // The server stops.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void put(Server server, Arrivals arrivals, int rate, int count) {
        var requests = new ArrayList<HttpRequest>();
        for (var i = 0; i < count; i++) {
            var body =
                    """
                    {"logGroupName":"%s","logStreamName":"s",
                     "logEvents":[{"timestamp":%d,"message":"line %d %s"}]}\
                    """
                            .formatted(GROUP, System.currentTimeMillis(), i, "x".repeat(150));
            requests.add(frame(server, "PutLogEvents", body).request());
        }
        var sender = new Sender();
        arrivals.paced(rate, i -> sender.send(requests.get(i)));
    }
}
