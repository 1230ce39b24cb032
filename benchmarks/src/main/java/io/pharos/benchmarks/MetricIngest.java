package io.pharos.benchmarks;

import io.pharos.wire.AccessKeys.AccessKey;
import io.pharos.wire.AwsWire;
import io.pharos.wire.SignatureVerifier;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// M1: how many datapoints does a CPU-second of everything (front door, Kafka, metrics, alarms,
/// PostgreSQL) take from PutMetricData to queryable? Beside it in the same run: M3, the same frames
/// verified and decoded only, by one thread; and, where it is installed, Prometheus, which takes the same
/// samples with the same labels by remote write, in turns with Pharos: A B A B A B. What either does in the two
/// seconds after its turn counts too.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' [-Dprometheus=/usr/bin/prometheus]
/// [-Drounds=3] io.pharos.benchmarks.MetricIngest [measured steps a round, 480] [warm-up steps, 900]` in the
/// project's directory; a step is 10,000 datapoints, the steps of the warm-up are sent three times to Pharos
/// and once to Prometheus, which refuses samples that it has.
///
/// Last result: `docs/performance.md`, M1 and M3.
public final class MetricIngest {
    private static final int CONNECTIONS = Integer.getInteger("connections", 16);
    private static final int WARM_UPS = Integer.getInteger("warm.ups", 3);
    private static final int SIX_HOURS = 21_600;
    private static final int QUERIES_A_CALL = 500;
    private static final Duration QUERYABLE_LIMIT = Duration.ofSeconds(120);

    private static final int ROUNDS = Integer.getInteger("rounds", 3);

    /// What is left to do after a round is paid in it.
    private static final Duration REST = Duration.ofSeconds(2);

    private final Sender sender = new Sender();
    private final MetricMix mix;
    private final int measured;
    private final int warmUp;
    private final Instant from;
    private final Instant to;

    private MetricIngest(int measured, int warmUp) {
        var now = Instant.now().getEpochSecond();
        var steps = measured * ROUNDS + warmUp;
        // The same for hours, so that what is recorded can be sent again.
        var end = now / SIX_HOURS * SIX_HOURS;
        var start = Instant.ofEpochSecond(end - (long) steps * MetricMix.STEP_SECONDS);
        this.mix = new MetricMix(start, steps, Integer.getInteger("hosts", 1_000));
        this.measured = measured;
        this.warmUp = warmUp;
        this.from = Instant.ofEpochSecond(start.getEpochSecond() / 3600 * 3600);
        this.to = Instant.ofEpochSecond(end);
    }

    /// See the class.
    public static void main(String[] args) throws IOException {
        var measured = args.length > 0 ? Integer.parseInt(args[0]) : 480;
        var warmUp = args.length > 1 ? Integer.parseInt(args[1]) : 900;
        var run = new MetricIngest(measured, warmUp);
        run.mix.record();
        var executable = System.getProperty("prometheus", "");
        try (var server = Server.start();
                var prometheus =
                        executable.isEmpty() ? null : new PrometheusIngest(executable, run.mix)) {
            run.turns(server, prometheus);
        }
    }

    private void turns(Server server, @Nullable PrometheusIngest prometheus) throws IOException {
        var client = server.client(CloudWatchClient.builder());
        for (var round = 0; round < WARM_UPS; round++) {
            sender.send(requests(mix.frames(server.endpoint(), 0, warmUp)), CONNECTIONS);
        }
        awaitQueryable(client, warmUp);
        if (prometheus != null) {
            prometheus.send(0, warmUp);
        }
        var ratios = new ArrayList<Double>();
        var reached = new ArrayList<Double>();
        for (var first = warmUp; first < mix.steps(); first += measured) {
            var last = first + measured;
            var frames = mix.frames(server.endpoint(), first, last);
            var parts = server.cpuByPart();
            var cpu = server.cpuSeconds();
            var told = pharos(client, requests(frames), last);
            Server.pause(REST.toMillis());
            var points = mix.points(measured);
            var used = server.cpuSeconds() - cpu;
            reached.add(points / used);
            System.out.printf(
                    "M1 %,d datapoints: %,.0f per CPU-second (%.1f s CPU), %s%n",
                    points, reached.getLast(), used, told);
            printShares(parts, server.cpuByPart(), points);
            if (prometheus != null) {
                cpu = prometheus.cpuSeconds();
                var wall = prometheus.send(first, last);
                Server.pause(REST.toMillis());
                var other = prometheus.cpuSeconds() - cpu;
                ratios.add(other / used);
                System.out.printf(
                        "M1 reference, Prometheus remote write: %,.0f per CPU-second (%.1f s CPU, %.1f s wall); ratio %.2f%n",
                        points / other, other, wall, ratios.getLast());
            }
        }
        verify(client);
        if (prometheus != null) {
            prometheus.verify();
            System.out.printf("M1 to its reference: median %.2f of %s%n", median(ratios), ratios);
        }
        var decoded = decodeOnly(mix.frames(server.endpoint(), warmUp, warmUp + measured));
        System.out.printf(
                "M3 signature + gunzip + decode alone: %,.0f per CPU-second; M1 reaches %.0f %% of it (median)%n",
                decoded, 100 * median(reached) / decoded);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private String pharos(CloudWatchClient client, List<HttpRequest> requests, int steps) {
        var wall = System.nanoTime();
        sender.send(requests, CONNECTIONS);
        var acknowledged = (System.nanoTime() - wall) / 1e9;
        awaitQueryable(client, steps);
        var queryable = (System.nanoTime() - wall) / 1e9;
        return "acknowledged in %.1f s, queryable in %.1f s, throttled %d times so far"
                .formatted(acknowledged, queryable, sender.throttled());
    }

    private static List<HttpRequest> requests(List<Frame> frames) {
        return frames.stream().map(Frame::request).toList();
    }

    /// What each part took, in microseconds per datapoint.
    private static void printShares(
            Map<String, Double> before, Map<String, Double> after, long points) {
        after.entrySet().stream()
                .map(part ->
                        Map.entry(
                                part.getKey(),
                                (part.getValue() - before.getOrDefault(part.getKey(), 0.0))
                                        * 1e6
                                        / points))
                .filter(part -> part.getValue() >= 0.02)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .forEach(part ->
                        System.out.printf("   %-16s %5.2f us%n", part.getKey(), part.getValue()));
    }

    /// Polls some of the datapoints that were sent last: one of each request, and a few minutes only, so
    /// that asking costs next to nothing.
    private void awaitQueryable(CloudWatchClient client, int steps) {
        var limit = System.nanoTime() + QUERYABLE_LIMIT.toNanos();
        var probe = new ArrayList<int[]>();
        for (var host = 95; host < mix.hosts(); host += mix.hosts() / 10) {
            probe.add(new int[] {host / 100 % MetricMix.METRICS, host});
        }
        var end = Instant.ofEpochSecond(mix.timestamp(steps) / 60 * 60 + 60);
        var start = end.minusSeconds(240);
        var wanted =
                IntStream.range(0, steps)
                        .filter(step -> mix.timestamp(step) >= start.getEpochSecond())
                        .map(step -> step < warmUp ? WARM_UPS : 1)
                        .sum();
        while (read(client, probe, "SampleCount", 60, start, end) < wanted * probe.size()) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException("not queryable in " + QUERYABLE_LIMIT);
            }
            Server.pause(200);
        }
    }

    /// Every datapoint is there, once, with its value.
    private void verify(CloudWatchClient client) {
        var count = 0.0;
        var sum = 0.0;
        var all = new ArrayList<int[]>();
        var expected = 0.0;
        for (var metric = 0; metric < MetricMix.METRICS; metric++) {
            for (var host = 0; host < mix.hosts(); host++) {
                all.add(new int[] {metric, host});
                for (var step = 0; step < mix.steps(); step++) {
                    expected += mix.value(step, metric, host) * (step < warmUp ? WARM_UPS : 1);
                }
            }
        }
        for (var first = 0; first < all.size(); first += QUERIES_A_CALL) {
            var some = all.subList(first, first + QUERIES_A_CALL);
            count += read(client, some, "SampleCount", 3600, from, to);
            sum += read(client, some, "Sum", 3600, from, to);
        }
        var wanted = (double) (mix.steps() + (WARM_UPS - 1) * warmUp) * all.size();
        if (count != wanted || Math.abs(sum / expected - 1) > 1e-9) {
            throw new IllegalStateException(
                    "%.0f datapoints instead of %.0f, sum %f instead of %f"
                            .formatted(count, wanted, sum, expected));
        }
        System.out.printf("   verified: %,.0f datapoints and their sum read back%n", count);
    }

    /// The total of a statistic over series and time.
    private static double read(
            CloudWatchClient client,
            List<int[]> series,
            String statistic,
            int period,
            Instant from,
            Instant to) {
        var queries = new ArrayList<MetricDataQuery>();
        for (var one : series) {
            var metric =
                    software.amazon.awssdk.services.cloudwatch.model.Metric.builder()
                            .namespace(MetricMix.NAMESPACE)
                            .metricName(MetricMix.metric(one[0]))
                            .dimensions(dimensions(one[1]))
                            .build();
            queries.add(
                    MetricDataQuery.builder()
                            .id("q" + queries.size())
                            .metricStat(
                                    MetricStat.builder()
                                            .metric(metric)
                                            .period(period)
                                            .stat(statistic)
                                            .build())
                            .build());
        }
        var total = 0.0;
        var request =
                GetMetricDataRequest.builder()
                        .startTime(from)
                        .endTime(to)
                        .metricDataQueries(queries)
                        .build();
        for (var page : client.getMetricDataPaginator(request)) {
            for (var result : page.metricDataResults()) {
                total += result.values().stream().mapToDouble(Double::doubleValue).sum();
            }
        }
        return total;
    }

    private static List<Dimension> dimensions(int host) {
        var labels = MetricMix.labels(host);
        var dimensions = new ArrayList<Dimension>();
        for (var i = 0; i < labels.size(); i += 2) {
            dimensions.add(
                    Dimension.builder().name(labels.get(i)).value(labels.get(i + 1)).build());
        }
        return dimensions;
    }

    /// Datapoints per CPU-second of one thread, the best of three passes.
    private static double decodeOnly(List<Frame> frames) {
        var key =
                new AccessKey(
                        Server.KEY.accessKeyId(),
                        Server.KEY.secretAccessKey(),
                        "000000000000",
                        "arn:aws:iam::000000000000:root");
        var verifier = new SignatureVerifier(_ -> Optional.of(key));
        var wire = new AwsWire();
        var threads = ManagementFactory.getThreadMXBean();
        var best = 0.0;
        for (var pass = 0; pass < 3; pass++) {
            var before = threads.getCurrentThreadCpuTime();
            var points = 0L;
            for (var frame : frames) {
                var request = frame.wire();
                verifier.verify(request, Set.of("monitoring"), signedAt(frame));
                var call = wire.decode(wire.route(request), request);
                points += call.request() == null ? 0 : frame.work();
            }
            best = Math.max(best, points * 1e9 / (threads.getCurrentThreadCpuTime() - before));
        }
        return best;
    }

    private static Instant signedAt(Frame frame) {
        var date = frame.headers().getOrDefault("X-Amz-Date", List.of()).getFirst();
        return java.time.format.DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX")
                .parse(date, Instant::from);
    }
}
