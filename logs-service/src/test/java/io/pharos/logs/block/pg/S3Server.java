package io.pharos.logs.block.pg;

import static java.util.Objects.requireNonNull;

import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;

/// An S3-compatible server on a directory, that goes down and comes back at the same address.
public final class S3Server implements AutoCloseable {
    public static final String BUCKET = "blocks";
    private static final String KEY = "test";
    private static final String SECRET = "test-secret";

    /// The key of an object, which ends with a UUID as all of ours do, and another UUID.
    private static final Pattern UNFINISHED =
            Pattern.compile(".*[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final BlobStoreContext files;
    private int port;
    private @Nullable S3Proxy proxy;

    public S3Server(Path directory) {
        var settings = new Properties();
        settings.setProperty("jclouds.filesystem.basedir", directory.toString());
        files =
                ContextBuilder.newBuilder("filesystem-nio2")
                        .credentials(KEY, SECRET)
                        .overrides(settings)
                        .build(BlobStoreContext.class);
    }

    public void start() throws Exception {
        var started =
                S3Proxy.builder()
                        .blobStore(files.getBlobStore())
                        .endpoint(URI.create("http://127.0.0.1:" + port))
                        .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, SECRET)
                        .ignoreUnknownHeaders(true)
                        .build();
        started.start();
        proxy = started;
        port = started.getPort();
    }

    public void stop() throws Exception {
        requireNonNull(proxy).stop();
        proxy = null;
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    /// Gives up soon: nobody is to wait for a server that is down.
    public S3Client client() {
        return client(endpoint());
    }

    public static S3Client client(String endpoint) {
        return S3Client.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .endpointOverride(URI.create(endpoint))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET)))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(times -> times.apiCallTimeout(Duration.ofSeconds(5)))
                .build();
    }

    /// Without what it was still writing when it was stopped, or its client died: this server lists that, too.
    public List<String> keys() {
        try (var client = client()) {
            return client.listObjectsV2Paginator(list -> list.bucket(BUCKET)).contents().stream()
                    .map(S3Object::key)
                    .filter(key -> !UNFINISHED.matcher(key).matches())
                    .toList();
        }
    }

    @Override
    public void close() throws Exception {
        if (proxy != null) {
            stop();
        }
        files.close();
    }
}
