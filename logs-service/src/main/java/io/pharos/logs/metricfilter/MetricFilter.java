package io.pharos.logs.metricfilter;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;

import java.time.Duration;
import java.util.List;

/// A metric filter as it is kept.
///
/// @param systemDimensions of `@aws.account` and `@aws.region` those that become dimensions too
/// @param onTransformed whether it sees what the group's transformer makes of events
/// @param fieldSelection its `fieldSelectionCriteria`
/// @param createdMs when a filter of this name was first put
public record MetricFilter(
        String name,
        String pattern,
        MetricTransformation transformation,
        List<String> systemDimensions,
        boolean onTransformed,
        @Nullable String fieldSelection,
        long createdMs) {
    public static final String ACCOUNT = "@aws.account";
    public static final String REGION = "@aws.region";

    /// The front door's clock may be this much behind the one that dated the filter.
    private static final long CLOCK_SKEW_MS = Duration.ofSeconds(5).toMillis();

    /// One that sees events as they came.
    public MetricFilter(
            String name,
            String pattern,
            MetricTransformation transformation,
            List<String> systemDimensions,
            long createdMs) {
        this(name, pattern, transformation, systemDimensions, false, null, createdMs);
    }

    public MetricFilter {
        systemDimensions = List.copyOf(systemDimensions);
    }

    /// AWS: a filter sees no events from before it was put.
    public boolean seesEventsOf(long receivedMs) {
        return receivedMs >= createdMs - CLOCK_SKEW_MS;
    }

    public @Nullable Double defaultValue() {
        return transformation.defaultValue();
    }
}
