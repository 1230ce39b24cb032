package io.pharos.logs.group.api;

import io.pharos.logs.LogsError;

import java.util.Collection;

/// What AWS says of tags of log groups beyond their shape.
final class LogGroupTags {
    private LogGroupTags() {}

    /// AWS keeps keys that start with `aws:` to itself.
    static void refuseReserved(Collection<String> keys) {
        if (keys.stream().anyMatch(key -> key.startsWith("aws:"))) {
            throw LogsError.invalid("System tags cannot be added/updated by requester");
        }
    }
}
