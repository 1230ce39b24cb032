package io.pharos.logs.read.api;

import io.pharos.logs.LogsError;
import io.pharos.logs.event.EventId;

/// A token of GetLogEvents, `f/` or `b/` and 56 digits: a place between two events. Onward are the
/// events at or above it, back those below it; so either token of a page leads on without a gap and
/// without repeating an event.
record StreamToken(boolean onward, EventId boundary) {
    private static final String FORWARD = "f/";
    private static final String BACKWARD = "b/";

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException when it
    ///     is not what [#toString()] writes
    static StreamToken parse(String token) {
        var onward = token.startsWith(FORWARD);
        if (!onward && !token.startsWith(BACKWARD)) {
            throw LogsError.badToken();
        }
        try {
            return new StreamToken(onward, EventId.parse(token.substring(FORWARD.length())));
        } catch (IllegalArgumentException notOurs) {
            throw LogsError.badToken();
        }
    }

    @Override
    public String toString() {
        return (onward ? FORWARD : BACKWARD) + boundary;
    }
}
