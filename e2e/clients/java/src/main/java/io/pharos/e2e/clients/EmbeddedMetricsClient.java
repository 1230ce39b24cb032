package io.pharos.e2e.clients;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.cloudwatchlogs.emf.config.Configuration;
import software.amazon.cloudwatchlogs.emf.environment.DefaultEnvironment;
import software.amazon.cloudwatchlogs.emf.logger.MetricsLogger;
import software.amazon.cloudwatchlogs.emf.model.DimensionSet;
import software.amazon.cloudwatchlogs.emf.model.StorageResolution;
import software.amazon.cloudwatchlogs.emf.model.Unit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// `aws-embedded-metrics`, which writes lines to an agent's socket; here is the agent, which puts them
/// into a log stream.
final class EmbeddedMetricsClient {
    private static final String GROUP = "clients-embedded";
    private static final String STREAM = "agent";

    private EmbeddedMetricsClient() {}

    static void publish(URI endpoint) throws Exception {
        var logs = Publish.of(endpoint, CloudWatchLogsClient.builder());
        logs.createLogGroup(r -> r.logGroupName(GROUP));
        logs.createLogStream(r -> r.logGroupName(GROUP).logStreamName(STREAM));
        try (var agent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var line = CompletableFuture.supplyAsync(() -> firstLine(agent));
            var configuration = new Configuration();
            configuration.setAgentEndpoint("tcp://127.0.0.1:" + agent.getLocalPort());
            configuration.setServiceName("shop");
            configuration.setServiceType("test");
            configuration.setLogGroupName(GROUP);
            var logger = new MetricsLogger(new DefaultEnvironment(configuration));
            logger.setNamespace("Clients/Embedded");
            logger.setDimensions(DimensionSet.of("shop", "north"), new DimensionSet());
            logger.putMetric("latency", 12.5, Unit.MILLISECONDS, StorageResolution.HIGH);
            logger.putMetric("latency", 7.5, Unit.MILLISECONDS, StorageResolution.HIGH);
            logger.putMetric("orders", 2, Unit.COUNT);
            logger.putProperty("requestId", "r-1");
            logger.flush();
            put(logs, line.get(20, TimeUnit.SECONDS));
        }
    }

    private static String firstLine(ServerSocket agent) {
        try (var client = agent.accept();
                var in =
                        new BufferedReader(
                                new InputStreamReader(
                                        client.getInputStream(), StandardCharsets.UTF_8))) {
            var line = in.readLine();
            if (line == null) {
                throw new IllegalStateException("the library wrote nothing");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void put(CloudWatchLogsClient logs, String line) {
        var event =
                InputLogEvent.builder().timestamp(System.currentTimeMillis()).message(line).build();
        logs.putLogEvents(r ->
                r.logGroupName(GROUP)
                        .logStreamName(STREAM)
                        .logEvents(event)
                        .overrideConfiguration(o -> o.putHeader("x-amzn-logs-format", "json/emf")));
    }
}
