package io.pharos.e2e.clients;

import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/// Publishes with each library once to the endpoint and the key of the environment; fails loudly. What
/// arrived is read by who started it.
final class Publish {
    private static final Duration HOUR = Duration.ofHours(1);

    private Publish() {}

    public static void main(String[] arguments) throws Exception {
        var endpoint = URI.create(System.getenv("AWS_ENDPOINT_URL"));
        sdk(of(endpoint, CloudWatchClient.builder()));
        MicrometerClient.publish(endpoint);
        EmbeddedMetricsClient.publish(endpoint);
        OpenTelemetryClient.publish(endpoint);
        LogbackClient.publish(endpoint);
        // Some of the libraries leave threads behind.
        System.exit(0);
    }

    static <B extends AwsClientBuilder<B, C>, C> C of(URI endpoint, B builder) {
        return builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(EnvironmentVariableCredentialsProvider.create())
                .build();
    }

    /// Puts, reads what the others of its generation read, and meets an error.
    private static void sdk(CloudWatchClient client) {
        var now = Instant.now();
        client.putMetricData(r ->
                r.namespace("Clients/Query")
                        .metricData(datum ->
                                datum.metricName("latency")
                                        .dimensions(
                                                Dimension.builder()
                                                        .name("api")
                                                        .value("query")
                                                        .build())
                                        .unit(StandardUnit.MILLISECONDS)
                                        .timestamp(now)
                                        .values(1.0, 2.5)
                                        .counts(3.0, 1.0)));
        var answer =
                client.getMetricStatistics(r ->
                        r.namespace("Clients/None")
                                .metricName("latency")
                                .startTime(now.minus(HOUR))
                                .endTime(now)
                                .period(60)
                                .statistics(Statistic.SUM));
        expect(answer.datapoints().isEmpty(), "no datapoints of another namespace");
        try {
            client.putMetricData(r -> r.namespace("AWS/Mine").metricData(d -> d.metricName("m")));
            expect(false, "a reserved namespace is refused");
        } catch (CloudWatchException refused) {
            expect(refused.statusCode() == 400, "refused with 400: " + refused);
        }
    }

    static void expect(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("expected: " + what);
        }
    }
}
