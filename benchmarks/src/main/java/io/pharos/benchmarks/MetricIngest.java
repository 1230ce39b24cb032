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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
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
/// `-Dhosts=1000,100000` asks whether the price of a datapoint depends on how many series there are: as many
/// datapoints in warm-up and rounds, once in 10,000 series and once in a million, each on a server of its own,
/// nothing left out. Each datapoint is in a minute of its own, in both (`-Dstep=60`).
///
/// Last result: `docs/performance.md`, M1 and M3.
public final class MetricIngest {
    private static final int CONNECTIONS = Integer.getInteger("connections", 16);
    private static final int WARM_UPS = Integer.getInteger("warm.ups", 3);
    private static final int SIX_HOURS = 21_600;
    private static final int QUERIES_A_CALL = 500;
    private static final int HOSTS_A_CALL = QUERIES_A_CALL / MetricMix.METRICS;
    private static final int HOSTS_OF_A_STEP = 1_000;
    private static final int READERS = 2;
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

    /// @param measured steps of each round
    private MetricIngest(int hosts, int stepS, int measured, int warmUp) {
        var now = Instant.now().getEpochSecond();
        var steps = measured * ROUNDS + warmUp;
        // The same for hours, so that what is recorded can be sent again.
        var end = now / SIX_HOURS * SIX_HOURS;
        var start = Instant.ofEpochSecond(end - (long) steps * stepS);
        this.mix = new MetricMix(start, steps, hosts, stepS);
        this.measured = measured;
        this.warmUp = warmUp;
        this.from = Instant.ofEpochSecond(start.getEpochSecond() / 3600 * 3600);
        this.to = Instant.ofEpochSecond(end);
    }

    /// See the class.
    public static void main(String[] args) throws IOException {
        var measured = args.length > 0 ? Integer.parseInt(args[0]) : 480;
        var warmUp = args.length > 1 ? Integer.parseInt(args[1]) : 900;
        var hosts =
                Arrays.stream(System.getProperty("hosts", "1000").split(","))
                        .mapToInt(Integer::parseInt)
                        .toArray();
        var stepS = Integer.getInteger("step", hosts.length == 1 ? MetricMix.STEP_SECONDS : 60);
        var cost = new double[hosts.length];
        for (var i = 0; i < hosts.length; i++) {
            var less = hosts.length == 1 ? 1 : Math.max(1, hosts[i] / HOSTS_OF_A_STEP);
            cost[i] = run(hosts[i], stepS, measured / less, warmUp / less);
            if (i > 0) {
                System.out.printf(
                        "a datapoint: %.2f us of CPU in %,d series, %.2f in %,d: ratio %.2f%n",
                        cost[0],
                        hosts[0] * MetricMix.METRICS,
                        cost[i],
                        hosts[i] * MetricMix.METRICS,
                        cost[i] / cost[0]);
            }
        }
    }

    /// Microseconds of CPU a datapoint: the median of the rounds.
    private static double run(int hosts, int stepS, int measured, int warmUp) throws IOException {
        var run = new MetricIngest(hosts, stepS, measured, warmUp);
        run.mix.record();
        var executable = System.getProperty("prometheus", "");
        try (var server = Server.start();
                var prometheus =
                        executable.isEmpty() ? null : new PrometheusIngest(executable, run.mix)) {
            return run.turns(server, prometheus);
        }
    }

    private double turns(Server server, @Nullable PrometheusIngest prometheus) throws IOException {
        var client = server.client(CloudWatchClient.builder());
        var before = server.cpuSeconds();
        for (var round = 0; round < WARM_UPS; round++) {
            sender.send(requests(mix.frames(server.endpoint(), 0, warmUp)), CONNECTIONS);
        }
        awaitQueryable(client, warmUp);
        System.out.printf(
                "%,d series, warm-up of %,d datapoints: %.2f us of CPU each, new series included%n",
                mix.hosts() * MetricMix.METRICS,
                WARM_UPS * mix.points(warmUp),
                (server.cpuSeconds() - before) * 1e6 / (WARM_UPS * mix.points(warmUp)));
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
        return 1e6 / median(reached);
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
        var expected = 0.0;
        for (var host = 0; host < mix.hosts(); host++) {
            for (var metric = 0; metric < MetricMix.METRICS; metric++) {
                for (var step = 0; step < mix.steps(); step++) {
                    expected += mix.value(step, metric, host) * (step < warmUp ? WARM_UPS : 1);
                }
            }
        }
        var began = System.nanoTime();
        var next = new AtomicInteger();
        var totals = new ConcurrentLinkedQueue<double[]>();
        try (var readers = Executors.newFixedThreadPool(READERS)) {
            for (var reader = 0; reader < READERS; reader++) {
                readers.execute(() -> {
                    for (int host; (host = next.getAndAdd(HOSTS_A_CALL)) < mix.hosts(); ) {
                        var some = ofHosts(host, host + HOSTS_A_CALL);
                        totals.add(
                                new double[] {
                                    read(client, some, "SampleCount", 3600, from, to),
                                    read(client, some, "Sum", 3600, from, to)
                                });
                    }
                });
            }
        }
        var count = totals.stream().mapToDouble(one -> one[0]).sum();
        var sum = totals.stream().mapToDouble(one -> one[1]).sum();
        var series = (double) mix.hosts() * MetricMix.METRICS;
        var wanted = (mix.steps() + (WARM_UPS - 1) * warmUp) * series;
        if (count != wanted || Math.abs(sum / expected - 1) > 1e-9) {
            throw new IllegalStateException(
                    "%.0f datapoints instead of %.0f, sum %f instead of %f"
                            .formatted(count, wanted, sum, expected));
        }
        System.out.printf(
                "   verified: %,.0f datapoints and their sum read back in %.1f s%n",
                count, (System.nanoTime() - began) / 1e9);
    }

    /// Every metric of some hosts.
    private static List<int[]> ofHosts(int from, int to) {
        var series = new ArrayList<int[]>();
        for (var host = from; host < to; host++) {
            for (var metric = 0; metric < MetricMix.METRICS; metric++) {
                series.add(new int[] {metric, host});
            }
        }
        return series;
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
