package io.pharos.logs.stream;

import io.pharos.logs.event.EventId;

import org.jspecify.annotations.Nullable;

/// A log stream as it is kept. Its id is never used again.
///
/// @param written null until the first event
public record LogStream(
        long id, long groupId, String name, long createdMs, @Nullable Written written) {

    /// What is known of the events of a stream.
    public record Written(long firstEventMs, long lastEventMs, long lastIngestionMs) {}

    /// AWS's `uploadSequenceToken`, which nobody needs any more: 56 digits that change with the
    /// events.
    public String uploadSequenceToken() {
        return written == null
                ? EventId.FIRST.toString()
                : new EventId(written.lastEventMs(), written.lastIngestionMs(), id, 0).toString();
    }
}
