package io.pharos.logs.export.config;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

import java.net.URI;

/// Where the buckets are that users name: AWS's S3, or a store that speaks its API.
///
/// @param endpoint `pharos.object-store.endpoint`; null: AWS's own
/// @param accessKeyId `pharos.object-store.access-key-id`; null: credentials are found as every AWS SDK
///     finds them
public record BucketSettings(
        @Nullable URI endpoint, @Nullable String accessKeyId, @Nullable String secretAccessKey) {
    private static final String KEY = "pharos.object-store.";

    public BucketSettings {
        if ((accessKeyId == null) != (secretAccessKey == null)) {
            throw new IllegalArgumentException(
                    KEY + "access-key-id and secret-access-key belong together");
        }
    }

    static BucketSettings from(Config config) {
        var endpoint = text(config, "endpoint");
        return new BucketSettings(
                endpoint == null ? null : URI.create(endpoint),
                text(config, "access-key-id"),
                text(config, "secret-access-key"));
    }

    private static @Nullable String text(Config config, String name) {
        return config.getOptionalValue(KEY + name, String.class)
                .filter(value -> !value.isBlank())
                .orElse(null);
    }

    static final class Beans {
        @Produces
        @Singleton
        BucketSettings settings(Config config) {
            return from(config);
        }
    }
}
