package io.pharos.events.stream.api;

import io.pharos.wire.Constraints;

import java.util.Map;
import java.util.TreeMap;

/// Kinesis's rules for tags.
final class StreamTags {
    static final int MAX_TAGS = 50;
    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 256;

    private StreamTags() {}

    static Map<String, String> with(Map<String, String> before, Map<String, String> given) {
        var check = Constraints.check();
        given.forEach((key, value) ->
                check.length("tags.key", key, 1, MAX_KEY)
                        .length("tags.value", value, 0, MAX_VALUE));
        check.orThrow();
        var after = new TreeMap<>(before);
        after.putAll(given);
        if (after.size() > MAX_TAGS) {
            throw OwnStream.invalid(
                    "Failed to add tags to stream: a stream cannot have more than 50 tags.");
        }
        return after;
    }
}
