package io.pharos.logs.anomaly;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.AnomalyDetectorStatus;
import software.amazon.awssdk.services.cloudwatchlogs.model.EvaluationFrequency;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/// Learns which patterns the events of a log group have, and tells of what is unusual.
///
/// @param filterPattern only events that match are looked at; null: all
/// @param visibleDays after so many days an anomaly is taken for usual
/// @param judgedMs events before this time were looked at
public record AnomalyDetector(
        UUID id,
        Tenant tenant,
        @Nullable String name,
        String group,
        EvaluationFrequency frequency,
        @Nullable String filterPattern,
        int visibleDays,
        AnomalyDetectorStatus status,
        long createdMs,
        long modifiedMs,
        long judgedMs,
        Map<String, String> tags) {
    /// AWS: of one account and region.
    public static final int MAX = 500;

    public static final int DEFAULT_VISIBLE_DAYS = 21;

    /// How long after a period its events are waited for.
    public static final Duration SETTLE = Duration.ofSeconds(20);

    public static final String RESOURCE = "anomaly-detector:";

    public String arn() {
        return tenant.arn("logs", RESOURCE + id);
    }

    public String groupArn() {
        return tenant.arn("logs", "log-group:" + group);
    }

    /// How long the periods are that are compared.
    public long periodMs() {
        return periodMs(frequency);
    }

    static long periodMs(EvaluationFrequency frequency) {
        var minutes =
                switch (frequency) {
                    case ONE_MIN -> 1;
                    case FIVE_MIN, UNKNOWN_TO_SDK_VERSION -> 5;
                    case TEN_MIN -> 10;
                    case FIFTEEN_MIN -> 15;
                    case THIRTY_MIN -> 30;
                    case ONE_HOUR -> 60;
                };
        return Duration.ofMinutes(minutes).toMillis();
    }

    /// The end of the next period that is over at `nowMs`; -1: none is.
    public long nextEndMs(long nowMs) {
        var end = Math.floorDiv(judgedMs, periodMs()) * periodMs() + periodMs();
        return end + SETTLE.toMillis() <= nowMs ? end : -1;
    }
}
