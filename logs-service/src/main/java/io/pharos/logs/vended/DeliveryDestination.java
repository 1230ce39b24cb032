package io.pharos.logs.vended;

import io.pharos.logs.destination.Target;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestinationType;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputFormat;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/// A bucket, perhaps with what all keys start with, a log group or a delivery stream.
///
/// @param resourceArn `arn:aws:s3:::bucket` or `arn:aws:s3:::bucket/prefix`,
///     `arn:aws:logs:…:log-group:name`, `arn:aws:firehose:…:deliverystream/name`
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

    private static final Pattern LOG_GROUP =
            Pattern.compile(
                    "arn:aws[\\w-]*:logs:([a-z0-9-]{1,32}):([0-9]{12}):log-group:"
                            + "([.\\-_/#A-Za-z0-9]{1,512})(?::\\*)?");

    public DeliveryDestination {
        tags = Map.copyOf(tags);
    }

    /// What an ARN names; null: nothing that events are delivered to.
    public static @Nullable DeliveryDestinationType typeOf(String arn) {
        if (BUCKET.matcher(arn).matches()) {
            return DeliveryDestinationType.S3;
        }
        if (LOG_GROUP.matcher(arn).matches()) {
            return DeliveryDestinationType.CWL;
        }
        return Target.DELIVERY_STREAM.matcher(arn).matches() ? DeliveryDestinationType.FH : null;
    }

    public DeliveryDestinationType type() {
        return Objects.requireNonNull(typeOf(resourceArn));
    }

    /// The group that an ARN names.
    public static String logGroup(String arn) {
        return LOG_GROUP.matcher(arn).replaceFirst("$3");
    }

    /// Whether it is of this account and region; buckets are of none.
    public static boolean isOf(String arn, Tenant tenant) {
        return arn.contains(":" + tenant.region() + ":" + tenant.account() + ":");
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
