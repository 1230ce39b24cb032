package io.pharos.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The reference of A1: as many alerting rules on one series each, in ten groups, every ten seconds.
final class PrometheusRules {
    private static final int GROUPS = 10;
    private static final int INTERVAL_S = 10;
    private static final int MEASURED_S = 60;
    private static final int SERIES_A_REQUEST = 2_000;

    private PrometheusRules() {}

    /// @return evaluations per CPU-second
    static double run(String executable, int rules) throws IOException {
        var configuration =
                "global: {evaluation_interval: " + INTERVAL_S + "s}\nrule_files: [rules.yml]\n";
        try (var server = new PrometheusServer(executable, configuration, rules(rules))) {
            return measure(server, rules);
        }
    }

    private static String rules(int rules) {
        var yaml = new StringBuilder("groups:\n");
        for (var group = 0; group < GROUPS; group++) {
            yaml.append("- name: g").append(group).append("\n  rules:\n");
            for (var i = group; i < rules; i += GROUPS) {
                yaml.append("  - alert: a")
                        .append(i)
                        .append("\n    expr: avg_over_time(load{host=\"host-")
                        .append(i)
                        .append("\"}[5m]) > 1e6\n");
            }
        }
        return yaml.toString();
    }

    private static double measure(PrometheusServer server, int rules) throws IOException {
        var now = System.currentTimeMillis() / 60_000 * 60;
        for (var back = 5; back >= 0; back--) {
            send(server, rules, (now - back * 60L) * 1000);
        }
        Server.pause(3 * INTERVAL_S * 1_000); // the first passes are cold
        var before = server.cpuSeconds();
        var evaluated = evaluated(server);
        Server.pause(MEASURED_S * 1_000);
        var used = server.cpuSeconds() - before;
        var evaluations = evaluated(server) - evaluated;
        System.out.printf(
                Locale.ROOT,
                "A1 reference, Prometheus, %,d rules: %,.0f evaluations per CPU-second (%,.0f in %d s,"
                        + " %.1f %% of a core)%n",
                rules,
                evaluations / used,
                evaluations,
                MEASURED_S,
                used / MEASURED_S * 100);
        return evaluations / used;
    }

    /// How many it says to have evaluated.
    private static double evaluated(PrometheusServer server) throws IOException {
        return server.text("/metrics")
                .lines()
                .filter(line -> line.startsWith("prometheus_rule_evaluations_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static void send(PrometheusServer server, int series, long milliseconds)
            throws IOException {
        for (var from = 0; from < series; from += SERIES_A_REQUEST) {
            var some = new ArrayList<byte[]>();
            for (var i = from; i < Math.min(series, from + SERIES_A_REQUEST); i++) {
                var labels = List.of("__name__", "load", "host", "host-" + i);
                some.add(PrometheusServer.series(labels, i % 97, milliseconds));
            }
            var answer = server.text(PrometheusServer.write(some));
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(answer.body());
            }
        }
    }
}
