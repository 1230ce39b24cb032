package io.pharos.logs.destination.config;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

import java.net.URI;

/// Where functions and delivery streams are called: AWS's own endpoints, or what speaks their API.
///
/// @param lambda `pharos.logs.lambda-endpoint`: a URL, `{region}` in it stands for the function's region;
///     null: there are no functions
/// @param firehose `pharos.logs.firehose-endpoint`: the same for delivery streams
/// @param accessKeyId `pharos.logs.outlet-access-key-id`; null: credentials are found as every AWS SDK
///     finds them
public record OutletSettings(
        @Nullable String lambda,
        @Nullable String firehose,
        @Nullable String accessKeyId,
        @Nullable String secretAccessKey) {
    private static final String REGION = "{region}";

    public OutletSettings {
        if ((accessKeyId == null) != (secretAccessKey == null)) {
            throw new IllegalArgumentException(
                    "pharos.logs.outlet-access-key-id and -secret-access-key belong together");
        }
        // A mistake shows at start.
        if (lambda != null) {
            address(lambda, "us-east-1");
        }
        if (firehose != null) {
            address(firehose, "us-east-1");
        }
    }

    /// A settings' endpoint in a region.
    public static URI address(String endpoint, String region) {
        return URI.create(endpoint.replace(REGION, region));
    }

    static OutletSettings from(Config config) {
        return new OutletSettings(
                text(config, "pharos.logs.lambda-endpoint"),
                text(config, "pharos.logs.firehose-endpoint"),
                text(config, "pharos.logs.outlet-access-key-id"),
                text(config, "pharos.logs.outlet-secret-access-key"));
    }

    private static @Nullable String text(Config config, String key) {
        return config.getOptionalValue(key, String.class)
                .filter(value -> !value.isBlank())
                .orElse(null);
    }

    static final class Beans {
        @Produces
        @Singleton
        OutletSettings settings(Config config) {
            return from(config);
        }
    }
}
