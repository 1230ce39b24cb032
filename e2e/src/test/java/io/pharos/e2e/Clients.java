package io.pharos.e2e;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.regions.Region;

import java.time.Duration;

/// The SDK's own clients, pointed at Pharos, that send every request once.
final class Clients {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Clients() {}

    static <B extends AwsClientBuilder<B, C>, C> C of(Pharos pharos, B builder) {
        var key = AwsBasicCredentials.create(pharos.accessKeyId(), pharos.secretAccessKey());
        return builder.endpointOverride(pharos.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(key))
                .overrideConfiguration(o ->
                        o.apiCallTimeout(LIMIT)
                                .retryStrategy(RetryMode.STANDARD)
                                .retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }
}
