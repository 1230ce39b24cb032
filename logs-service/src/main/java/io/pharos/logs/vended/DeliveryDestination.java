package io.pharos.logs.vended;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.OutputFormat;

import java.util.Map;
import java.util.regex.Pattern;

/// A bucket, perhaps with what all keys start with.
///
/// @param resourceArn `arn:aws:s3:::bucket` or `arn:aws:s3:::bucket/prefix`
/// @param outputFormat null: JSON
public record DeliveryDestination(
        Tenant tenant,
        String name,
        String resourceArn,
        @Nullable OutputFormat outputFormat,
        Map<String, String> tags) {
    public static final String RESOURCE = "delivery-destination:";

    private static final Pattern BUCKET =
            Pattern.compile(
                    "arn:aws[\\w-]*:s3:::([a-z0-9][a-z0-9.-]{2,62})(?:/([\\w!.*'()/=-]{0,255}))?");

    public DeliveryDestination {
        tags = Map.copyOf(tags);
    }

    public static boolean isBucket(String arn) {
        return BUCKET.matcher(arn).matches();
    }

    public String arn() {
        return tenant.arn("logs", RESOURCE + name);
    }

    public String bucket() {
        return part(1);
    }

    /// Empty, or it ends with a slash.
    public String prefix() {
        var prefix = part(2);
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    private String part(int group) {
        var arn = BUCKET.matcher(resourceArn);
        if (!arn.matches()) {
            throw new IllegalStateException("not a bucket: " + resourceArn);
        }
        var part = arn.group(group);
        return part == null ? "" : part;
    }
}
