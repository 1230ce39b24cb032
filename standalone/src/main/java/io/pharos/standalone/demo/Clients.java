package io.pharos.standalone.demo;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sns.SnsClient;

import java.net.URI;

/// The SDK's own clients, pointed at a running Pharos.
final class Clients {
    private final URI endpoint;
    private final StaticCredentialsProvider credentials;
    private final SdkHttpClient http = UrlConnectionHttpClient.create();

    Clients(URI endpoint, String accessKeyId, String secretAccessKey) {
        this.endpoint = endpoint;
        this.credentials =
                StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(accessKeyId, secretAccessKey));
    }

    private <B extends AwsClientBuilder<B, C>, C> C build(B builder) {
        builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials);
        if (builder
                instanceof
                software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder<?, ?> sync) {
            sync.httpClient(http);
        }
        return builder.build();
    }

    CloudWatchClient cloudWatch() {
        return build(CloudWatchClient.builder());
    }

    CloudWatchLogsClient logs() {
        return build(CloudWatchLogsClient.builder());
    }

    EventBridgeClient events() {
        return build(EventBridgeClient.builder());
    }

    CloudTrailClient trails() {
        return build(CloudTrailClient.builder());
    }

    SnsClient topics() {
        return build(SnsClient.builder());
    }

    KinesisClient streams() {
        return build(KinesisClient.builder());
    }
}
