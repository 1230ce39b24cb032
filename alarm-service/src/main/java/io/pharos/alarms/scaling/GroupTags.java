package io.pharos.alarms.scaling;

import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import software.amazon.awssdk.services.autoscaling.model.Tag;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/// Tags of groups, sorted by key as AWS tells them.
public final class GroupTags {
    public static final int MAX_AT_ONCE = 500;
    static final int MAX_TAGS = 50;
    private static final String GROUP = "auto-scaling-group";

    private GroupTags() {}

    public static void check(Tag tag) {
        Constraints.check()
                .required("tags.1.member.key", tag.key())
                .length("tags.1.member.key", tag.key(), 1, 128)
                .length("tags.1.member.value", tag.value(), 0, 256)
                .orThrow();
        if (tag.resourceType() != null && !tag.resourceType().equals(GROUP)) {
            throw AwsError.validation("Invalid resource type: " + tag.resourceType());
        }
        if (tag.key().startsWith("aws:")) {
            throw AwsError.validation("Tag keys must not begin with 'aws:'.");
        }
    }

    public static List<TagDescription> told(String group, Collection<Tag> tags) {
        return merged(group, List.of(), tags);
    }

    /// `tags` replace those of the same keys.
    public static List<TagDescription> merged(
            String group, Collection<TagDescription> before, Collection<Tag> tags) {
        var byKey = new TreeMap<String, TagDescription>();
        before.forEach(tag -> byKey.put(tag.key(), tag));
        for (var tag : tags) {
            byKey.put(
                    tag.key(),
                    TagDescription.builder()
                            .resourceId(group)
                            .resourceType(GROUP)
                            .key(tag.key())
                            .value(tag.value() == null ? "" : tag.value())
                            .propagateAtLaunch(
                                    tag.propagateAtLaunch() == null || tag.propagateAtLaunch())
                            .build());
        }
        if (byKey.size() > MAX_TAGS) {
            throw AwsError.validation("A group may have at most " + MAX_TAGS + " tags.");
        }
        return new ArrayList<>(byKey.values());
    }

    /// A tag without a value goes whatever its value is; with one only if it has that.
    public static List<TagDescription> without(
            Collection<TagDescription> before, Collection<Tag> tags) {
        return before.stream()
                .filter(tag ->
                        tags.stream()
                                .noneMatch(gone ->
                                        gone.key().equals(tag.key())
                                                && (gone.value() == null
                                                        || gone.value().equals(tag.value()))))
                .toList();
    }
}
