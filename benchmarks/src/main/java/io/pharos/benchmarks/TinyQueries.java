package io.pharos.benchmarks;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// L8: how long does a client wait from StartQuery until GetQueryResults says Complete, asked every five
/// milliseconds? In turns: a second without events, and one with a hundred.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.TinyQueries
/// [measured queries of each kind, 300] [of warm-up, 300]` in the project's directory.
///
/// Last result: `docs/performance.md`, L8.
public final class TinyQueries {
    private static final String GROUP = "/benchmark/tiny";
    private static final int EVENTS = 100;
    private static final Duration SEARCHABLE_LIMIT = Duration.ofSeconds(30);
    private static final long ASKED_MS = 5;

    private final CloudWatchLogsClient client;
    private final long second = Instant.now().getEpochSecond() - 600;

    private TinyQueries(CloudWatchLogsClient client) {
        this.client = client;
    }

    /// See the class.
    public static void main(String[] args) {
        var measured = args.length > 0 ? Integer.parseInt(args[0]) : 300;
        var warmUp = args.length > 1 ? Integer.parseInt(args[1]) : 300;
        try (var server = Server.start()) {
            var run = new TinyQueries(server.client(CloudWatchLogsClient.builder()));
            run.fill();
            run.run(warmUp);
            var cpu = server.cpuSeconds();
            run.run(measured);
            System.out.printf(
                    "   %.1f ms of CPU a query%n",
                    (server.cpuSeconds() - cpu) * 1e3 / (2 * measured));
        }
    }

    private void fill() {
        client.createLogGroup(group -> group.logGroupName(GROUP));
        client.createLogStream(stream -> stream.logGroupName(GROUP).logStreamName("s"));
        var events =
                IntStream.range(0, EVENTS)
                        .mapToObj(i ->
                                InputLogEvent.builder()
                                        .timestamp(second * 1_000 + i)
                                        .message("{\"level\":\"INFO\",\"ms\":" + i + "}")
                                        .build())
                        .toList();
        client.putLogEvents(put -> put.logGroupName(GROUP).logStreamName("s").logEvents(events));
        var limit = System.nanoTime() + SEARCHABLE_LIMIT.toNanos();
        while (client.filterLogEvents(filter -> filter.logGroupName(GROUP)).events().isEmpty()) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException("not searchable in " + SEARCHABLE_LIMIT);
            }
            Server.pause(100);
        }
    }

    private void run(int times) {
        var empty = new ArrayList<Double>();
        var tiny = new ArrayList<Double>();
        for (var i = 0; i < times; i++) {
            empty.add(query(second + 60 + i, 0));
            tiny.add(query(second, 10));
        }
        tell("empty range", empty);
        tell(EVENTS + " events", tiny);
    }

    private double query(long at, int rows) {
        var from = System.nanoTime();
        var id =
                client.startQuery(start ->
                                start.logGroupName(GROUP)
                                        .queryString("fields @message | limit 10")
                                        .startTime(at)
                                        .endTime(at + 3_600))
                        .queryId();
        var results = client.getQueryResults(get -> get.queryId(id));
        while (results.status() != QueryStatus.COMPLETE) {
            Server.pause(ASKED_MS);
            results = client.getQueryResults(get -> get.queryId(id));
        }
        var taken = (System.nanoTime() - from) / 1e6;
        if (results.results().size() != rows) {
            throw new IllegalStateException(results.results().size() + " rows");
        }
        return taken;
    }

    private static void tell(String what, List<Double> taken) {
        taken.sort(null);
        System.out.printf(
                "L8 StartQuery to Complete, %s: p50 %.1f ms, p99 %.1f ms, most %.1f ms of %d%n",
                what,
                taken.get(taken.size() / 2),
                taken.get(taken.size() * 99 / 100),
                taken.getLast(),
                taken.size());
    }
}
