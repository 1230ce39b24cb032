package io.pharos.logs.block.config;

import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.Optional;

/// Where full blocks go; defaults stand in `META-INF/microprofile-config.properties`.
///
/// @param inS3 whether they are moved to the bucket
/// @param bucket null: none. Blocks that were moved there before stay readable as long as it is known
/// @param prefix what keys start with
/// @param endpoint null: AWS's own
/// @param pathStyle whether the bucket is named in the path, as most stores other than AWS's want it
/// @param accessKeyId null: credentials are found as every AWS SDK finds them
record BlockStoreSettings(
        boolean inS3,
        @Nullable String bucket,
        String prefix,
        @Nullable URI endpoint,
        String region,
        boolean pathStyle,
        @Nullable String accessKeyId,
        @Nullable String secretAccessKey) {
    private static final String KEY = "pharos.logs.block-store";

    BlockStoreSettings {
        if (inS3 && bucket == null) {
            throw new IllegalArgumentException(
                    KEY + " is s3, but " + KEY + ".s3.bucket is not set");
        }
        if ((accessKeyId == null) != (secretAccessKey == null)) {
            throw new IllegalArgumentException(
                    KEY + ".s3.access-key-id and .secret-access-key belong together");
        }
    }

    static BlockStoreSettings from(Config config) {
        var where = config.getValue(KEY, String.class);
        var inS3 =
                switch (where) {
                    case "postgresql" -> false;
                    case "s3" -> true;
                    default ->
                            throw new IllegalArgumentException(
                                    KEY + " is not postgresql or s3: " + where);
                };
        var endpoint =
                text(config.getOptionalValue("pharos.logs.block-store.s3.endpoint", String.class));
        return new BlockStoreSettings(
                inS3,
                text(config.getOptionalValue("pharos.logs.block-store.s3.bucket", String.class)),
                config.getValue("pharos.logs.block-store.s3.prefix", String.class),
                endpoint == null ? null : URI.create(endpoint),
                config.getValue("pharos.logs.block-store.s3.region", String.class),
                config.getValue("pharos.logs.block-store.s3.path-style", Boolean.class),
                text(
                        config.getOptionalValue(
                                "pharos.logs.block-store.s3.access-key-id", String.class)),
                text(
                        config.getOptionalValue(
                                "pharos.logs.block-store.s3.secret-access-key", String.class)));
    }

    /// Compose says what is not set as an empty text.
    private static @Nullable String text(Optional<String> value) {
        return value.filter(text -> !text.isBlank()).orElse(null);
    }
}
