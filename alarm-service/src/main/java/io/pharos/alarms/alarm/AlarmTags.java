package io.pharos.alarms.alarm;

import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.util.List;
import java.util.Locale;

/// The rules of tags. AWS: 50 a resource, keys of 1 to 128 and values of up to 256 characters, no
/// key of AWS's own.
public final class AlarmTags {
    public static final int MAX_TAGS = 50;

    private AlarmTags() {}

    /// Adds what the model itself forbids to `constraints`.
    public static void check(Constraints constraints, List<Tag> tags) {
        var index = 1;
        for (var tag : tags) {
            var path = "tags." + index++ + ".member.";
            constraints
                    .required(path + "key", tag.key())
                    .length(path + "key", tag.key(), 1, 128)
                    .required(path + "value", tag.value())
                    .length(path + "value", tag.value(), 0, 256);
        }
    }

    /// @throws AwsError when a key is AWS's own
    public static void checkKeys(List<String> keys) {
        for (var key : keys) {
            if (key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
                throw new AwsError(
                        "AccessDenied",
                        403,
                        "The provided tag keys must not start with any case of \"aws:\"");
            }
        }
    }
}
