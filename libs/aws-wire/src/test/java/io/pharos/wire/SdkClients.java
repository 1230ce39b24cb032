package io.pharos.wire;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sts.StsClient;

import java.net.URI;

/// The SDK's own clients, turned to a test's server.
final class SdkClients {
    private SdkClients() {}

    static SdkClient of(AwsService service, URI endpoint) {
        return switch (service) {
            case CLOUDWATCH -> build(CloudWatchClient.builder(), endpoint);
            case LOGS -> build(CloudWatchLogsClient.builder(), endpoint);
            case EVENTS -> build(EventBridgeClient.builder(), endpoint);
            case CLOUDTRAIL -> build(CloudTrailClient.builder(), endpoint);
            case SNS -> build(SnsClient.builder(), endpoint);
            case KINESIS -> build(KinesisClient.builder(), endpoint);
            case AUTOSCALING -> build(AutoScalingClient.builder(), endpoint);
            case STS -> build(StsClient.builder(), endpoint);
            case IAM -> build(IamClient.builder(), endpoint);
        };
    }

    static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C build(
            B builder, URI endpoint) {
        return builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create("AKIDEXAMPLE", "secret")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }
}
