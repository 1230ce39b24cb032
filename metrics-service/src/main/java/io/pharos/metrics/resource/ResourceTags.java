package io.pharos.metrics.resource;

import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The rules of tags that come with a Put. AWS: 50 a resource, keys of 1 to 128 and values of up to
/// 256 characters, no key of AWS's own.
public final class ResourceTags {
    public static final int MAX_TAGS = 50;

    private ResourceTags() {}

    /// By key; the last of several with one key stays.
    ///
    /// @throws AwsError for tags that break a rule
    public static Map<String, String> of(List<Tag> tags) {
        var constraints = Constraints.check().size("tags", tags, 0, MAX_TAGS);
        for (var i = 0; i < tags.size(); i++) {
            var tag = tags.get(i);
            var path = "tags." + (i + 1) + ".member.";
            constraints
                    .required(path + "key", tag.key())
                    .length(path + "key", tag.key(), 1, 128)
                    .required(path + "value", tag.value())
                    .length(path + "value", tag.value(), 0, 256);
        }
        constraints.orThrow();
        var byKey = new LinkedHashMap<String, String>();
        for (var tag : tags) {
            if (tag.key().toLowerCase(Locale.ROOT).startsWith("aws:")) {
                throw new AwsError(
                        "AccessDenied",
                        403,
                        "The provided tag keys must not start with any case of \"aws:\"");
            }
            // PostgreSQL keeps no text with U+0000, and AWS no such tag.
            if (tag.key().indexOf('\0') >= 0 || tag.value().indexOf('\0') >= 0) {
                throw AwsError.validation("Tags must not contain control characters");
            }
            byKey.put(tag.key(), tag.value());
        }
        return byKey;
    }
}
