package io.pharos.logs.block.config;

import io.pharos.logs.block.BlockStore;
import io.pharos.logs.block.pg.RowsOnly;
import io.pharos.logs.block.s3.S3BlockStore;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

import java.time.Duration;

final class BlockStoreBeans {
    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final Duration CALL = Duration.ofSeconds(30);

    @Produces
    @Singleton
    BlockStore store(Config config) {
        var settings = BlockStoreSettings.from(config);
        var bucket = settings.bucket();
        return bucket == null
                ? new RowsOnly()
                : new S3BlockStore(client(settings), bucket, settings.prefix(), settings.inS3());
    }

    void close(@Disposes BlockStore store) {
        if (store instanceof S3BlockStore inS3) {
            inS3.close();
        }
    }

    private static S3Client client(BlockStoreSettings settings) {
        var builder =
                S3Client.builder()
                        .httpClient(UrlConnectionHttpClient.create())
                        .region(Region.of(settings.region()))
                        .forcePathStyle(settings.pathStyle())
                        // Blocks have a checksum of their own, and not every store knows AWS's.
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .overrideConfiguration(
                                times -> times.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(CALL));
        var endpoint = settings.endpoint();
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        var id = settings.accessKeyId();
        var secret = settings.secretAccessKey();
        if (id != null && secret != null) {
            builder.credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)));
        }
        return builder.build();
    }
}
