package io.pharos.events.target;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One target of a rule.
///
/// @param partitionKeyPath of a stream target; null for the event's id
/// @param http of an API destination; null for none
/// @param retry null for AWS's default
public record Target(
        String id,
        String arn,
        @Nullable String roleArn,
        Input input,
        @Nullable String partitionKeyPath,
        @Nullable HttpParameters http,
        @Nullable RetryPolicy retry) {

    /// Values are constants or paths into the event.
    public record HttpParameters(
            List<String> pathValues, Map<String, String> headers, Map<String, String> query) {
        public HttpParameters {
            pathValues = List.copyOf(pathValues);
            headers = Map.copyOf(headers);
            query = Map.copyOf(query);
        }
    }

    /// @param maximumAttempts null for 185
    /// @param maximumAge null for a day
    public record RetryPolicy(@Nullable Integer maximumAttempts, @Nullable Duration maximumAge) {
        public static final int MOST_ATTEMPTS = 185;
        public static final Duration MOST_AGE = Duration.ofHours(24);
    }

    public TargetArn destination() {
        return TargetArn.parse(arn);
    }
}
