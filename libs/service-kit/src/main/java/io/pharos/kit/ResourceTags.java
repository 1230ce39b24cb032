package io.pharos.kit;

import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The rules of CloudWatch's tags. AWS: 50 a resource, keys of 1 to 128 and values of up to 256
/// characters, no key of AWS's own.
public final class ResourceTags {
    public static final int MAX_TAGS = 50;

    private ResourceTags() {}

    /// Adds what the model itself forbids of each tag to `constraints`.
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

    /// Those that come with a Put, by key; the last of several with one key stays.
    ///
    /// @param constraints what else is wrong with the request
    /// @throws AwsError for these, and for tags that break a rule
    public static Map<String, String> of(Constraints constraints, List<Tag> tags) {
        constraints.size("tags", tags, 0, MAX_TAGS);
        check(constraints, tags);
        constraints.orThrow();
        var byKey = new LinkedHashMap<String, String>();
        for (var tag : tags) {
            checkKeys(List.of(tag.key()));
            // PostgreSQL keeps no text with U+0000, and AWS no such tag.
            if (tag.key().indexOf('\0') >= 0 || tag.value().indexOf('\0') >= 0) {
                throw AwsError.validation("Tags must not contain control characters");
            }
            byKey.put(tag.key(), tag.value());
        }
        return byKey;
    }
}
