package io.pharos.logs.subscription;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/// A subscription filter as it is kept.
///
/// @param systemFields of [#ACCOUNT], [#REGION] and [#SOURCE] those that go with each event
/// @param onTransformed whether it sees what the group's transformer makes of events
/// @param createdMs when a filter of this name was first put
public record SubscriptionFilter(
        String name,
        String pattern,
        String destinationArn,
        @Nullable String roleArn,
        Distribution distribution,
        List<String> systemFields,
        boolean onTransformed,
        @Nullable String fieldSelection,
        long createdMs) {
    public static final String ACCOUNT = "@aws.account";
    public static final String REGION = "@aws.region";
    public static final String SOURCE = "@source.log";

    /// The front door's clock may be this much behind the one that dated the filter.
    private static final long CLOCK_SKEW_MS = Duration.ofSeconds(5).toMillis();

    /// By what the records of a filter are spread over a stream's shards; constants are AWS's words.
    public enum Distribution {
        Random,
        ByLogStream
    }

    /// One that sees events as they came.
    public SubscriptionFilter(
            String name,
            String pattern,
            String destinationArn,
            @Nullable String roleArn,
            Distribution distribution,
            List<String> systemFields,
            long createdMs) {
        this(
                name,
                pattern,
                destinationArn,
                roleArn,
                distribution,
                systemFields,
                false,
                null,
                createdMs);
    }

    public SubscriptionFilter {
        systemFields = List.copyOf(systemFields);
    }

    /// AWS: a filter sees no events from before it was put.
    public boolean seesEventsOf(long receivedMs) {
        return receivedMs >= createdMs - CLOCK_SKEW_MS;
    }
}
