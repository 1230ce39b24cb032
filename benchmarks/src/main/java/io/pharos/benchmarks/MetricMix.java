package io.pharos.benchmarks;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/// The datapoints of M1, the same in every run but for their times: by default 10,000 series (ten
/// metrics on a thousand hosts), five labels each, 15 s apart; half counters, 30 % step gauges, 20 % noisy
/// gauges with two decimals.
final class MetricMix {
    static final String NAMESPACE = "Benchmark/Mix";
    static final int METRICS = 10;
    static final int STEP_SECONDS = 15;

    private static final int HOSTS_A_REQUEST = 100;
    private static final long SEED = 20_261_121;

    private final Instant start;
    private final int steps;
    private final int hosts;
    private final int stepS;
    private final double[][] values;

    /// @param start when the first datapoints lie
    /// @param steps datapoints per series
    /// @param hosts ten series each; a multiple of 200
    MetricMix(Instant start, int steps, int hosts) {
        this(start, steps, hosts, STEP_SECONDS);
    }

    /// @param stepS between two datapoints of a series
    MetricMix(Instant start, int steps, int hosts, int stepS) {
        this.start = start;
        this.stepS = stepS;
        this.steps = steps;
        this.hosts = hosts;
        this.values = new double[steps][METRICS * hosts];
        var random = new Random(SEED);
        for (var step = 0; step < steps; step++) {
            for (var series = 0; series < METRICS * hosts; series++) {
                values[step][series] = value(random, step, series);
            }
        }
    }

    static double value(Random random, int step, int series) {
        return switch (series % 10) {
            case 0, 1, 2, 3, 4 -> (double) step * (10 + series % 50) + random.nextInt(8);
            case 5, 6, 7 -> (step / 20 + series) % 16;
            default -> Math.round(5_000 + 1_000 * random.nextGaussian()) / 100.0;
        };
    }

    int steps() {
        return steps;
    }

    int hosts() {
        return hosts;
    }

    /// Datapoints of some steps.
    long points(int steps) {
        return (long) steps * METRICS * hosts;
    }

    double value(int step, int metric, int host) {
        return values[step][host * METRICS + metric];
    }

    long timestamp(int step) {
        return start.getEpochSecond() + (long) step * stepS;
    }

    static String metric(int metric) {
        return "metric_" + metric;
    }

    static String host(int host) {
        return "host-%04d".formatted(host);
    }

    /// Names and values in turn, names ascending; every metric of a host has them.
    static List<String> labels(int host) {
        return List.of(
                "Environment", host % 10 == 0 ? "staging" : "production",
                "Host", host(host),
                "Service", "service-" + host % 20,
                "Version", "1." + host % 7,
                "Zone", "zone-" + host % 3);
    }

    /// Signed PutMetricData requests of 1,000 datums (a hundred hosts at one time), gzip as boto3 sends
    /// them. Their bodies are made once and kept on disk.
    List<Frame> frames(URI endpoint, int fromStep, int toStep) {
        var frames = new ArrayList<Frame>();
        for (var step = fromStep; step < toStep; step++) {
            for (var body : bodies(step)) {
                frames.add(
                        Frame.signed(
                                endpoint,
                                "monitoring",
                                "GraniteServiceVersion20100801.PutMetricData",
                                "application/x-amz-json-1.0",
                                body,
                                true,
                                HOSTS_A_REQUEST * METRICS));
            }
        }
        return frames;
    }

    /// Makes what is not on disk yet.
    void record() {
        for (var step = 0; step < steps; step++) {
            bodies(step);
        }
    }

    private List<byte[]> bodies(int step) {
        var directory =
                Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "pharos-benchmark-mix-5-%d-%d-%d"
                                .formatted(start.getEpochSecond(), hosts, stepS));
        var file = directory.resolve("step-" + step);
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(directory);
                var written = Files.createTempFile(directory, "new", "");
                try (var out =
                        new DataOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(written)))) {
                    for (var host = 0; host < hosts; host += HOSTS_A_REQUEST) {
                        var body = Frame.gzip(body(step, host, host + HOSTS_A_REQUEST));
                        out.writeInt(body.length);
                        out.write(body);
                    }
                }
                Files.move(written, file);
            }
            var bodies = new ArrayList<byte[]>();
            try (var in =
                    new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
                for (var host = 0; host < hosts; host += HOSTS_A_REQUEST) {
                    bodies.add(in.readNBytes(in.readInt()));
                }
            }
            return bodies;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] body(int step, int fromHost, int toHost) {
        var json = new StringBuilder(400_000);
        json.append("{\"Namespace\": \"").append(NAMESPACE).append("\", \"MetricData\": [");
        for (var host = fromHost; host < toHost; host++) {
            var dimensions = dimensions(host);
            for (var metric = 0; metric < METRICS; metric++) {
                json.append(host == fromHost && metric == 0 ? "" : ", ")
                        .append("{\"MetricName\": \"")
                        .append(metric(metric))
                        .append("\", \"Dimensions\": [")
                        .append(dimensions)
                        .append("], \"Timestamp\": ")
                        .append(timestamp(step))
                        .append(", \"Value\": ")
                        .append(value(step, metric, host))
                        .append(", \"Unit\": \"Count\"}");
            }
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String dimensions(int host) {
        var labels = labels(host);
        var json = new StringJoiner(", ");
        for (var i = 0; i < labels.size(); i += 2) {
            json.add(
                    "{\"Name\": \"%s\", \"Value\": \"%s\"}"
                            .formatted(labels.get(i), labels.get(i + 1)));
        }
        return json.toString();
    }
}
