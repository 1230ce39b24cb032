package io.pharos.events.topic.api;

import io.pharos.events.topic.SnsFault;

import software.amazon.awssdk.services.sns.model.Tag;
import software.amazon.awssdk.services.sns.model.TagLimitExceededException;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// AWS's rules for tags.
final class TopicTags {
    static final int MAX_TAGS = 50;
    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 256;

    private TopicTags() {}

    /// @throws TagLimitExceededException more than 50
    static Map<String, String> with(Map<String, String> before, List<Tag> given) {
        if (given.stream().map(Tag::key).distinct().count() != given.size()) {
            throw SnsFault.invalid("Duplicated keys are not allowed.");
        }
        var after = new TreeMap<>(before);
        for (var tag : given) {
            var key = tag.key() == null ? "" : tag.key();
            var value = tag.value() == null ? "" : tag.value();
            if (key.isEmpty() || key.length() > MAX_KEY || value.length() > MAX_VALUE) {
                throw SnsFault.invalid("Tags");
            }
            after.put(key, value);
        }
        if (after.size() > MAX_TAGS) {
            throw TagLimitExceededException.builder()
                    .message("Could not complete request: tag quota of per resource exceeded")
                    .build();
        }
        return after;
    }
}
