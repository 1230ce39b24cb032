package io.pharos.logs.export.http;

import io.pharos.logs.export.config.BucketSettings;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Puts objects into the buckets that users name.
@Singleton
public final class Buckets implements AutoCloseable {
    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final Duration CALL = Duration.ofSeconds(25);
    private static final int NOT_FOUND = 404;

    private final BucketSettings settings;
    private final SdkHttpClient http = UrlConnectionHttpClient.create();
    private final Map<String, S3Client> byRegion = new ConcurrentHashMap<>();

    public Buckets(BucketSettings settings) {
        this.settings = settings;
    }

    /// False: the store says that there is no such bucket. It is asked before, since a store may hang up amid
    /// an object for a bucket that is not there, instead of answering.
    ///
    /// @throws software.amazon.awssdk.core.exception.SdkException when the store does not answer
    public boolean has(String region, String bucket) {
        try {
            byRegion.computeIfAbsent(region, this::client).headBucket(head -> head.bucket(bucket));
            return true;
        } catch (S3Exception answered) {
            return answered.statusCode() != NOT_FOUND;
        }
    }

    /// @throws software.amazon.awssdk.core.exception.SdkException when the store does not take it
    public void put(String region, String bucket, String key, String type, byte[] content) {
        try {
            byRegion.computeIfAbsent(region, this::client)
                    .putObject(
                            put -> put.bucket(bucket).key(key).contentType(type),
                            RequestBody.fromBytes(content));
        } catch (UncheckedIOException cut) {
            // A connection that ends amid an answer comes out of the SDK as it is.
            throw SdkClientException.create(String.valueOf(cut.getMessage()), cut);
        }
    }

    private S3Client client(String region) {
        var builder =
                S3Client.builder()
                        .httpClient(http)
                        .region(Region.of(region))
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .overrideConfiguration(
                                times -> times.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(CALL));
        var endpoint = settings.endpoint();
        if (endpoint != null) {
            builder.endpointOverride(endpoint).forcePathStyle(true);
        }
        var id = settings.accessKeyId();
        var secret = settings.secretAccessKey();
        if (id != null && secret != null) {
            builder.credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)));
        }
        return builder.build();
    }

    @Override
    @PreDestroy
    public void close() {
        byRegion.values().forEach(S3Client::close);
        http.close();
    }
}
