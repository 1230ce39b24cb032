package io.pharos.kit.http;

import io.pharos.wire.AwsOperation;

import java.util.Locale;

/// Which service answers an operation. In one process they are all here; apart, the front door
/// forwards by this table.
public enum Owner {
    INGEST,
    METRICS,
    LOGS,
    ALARMS,
    EVENTS;

    public static Owner of(AwsOperation operation) {
        var name = operation.name();
        return switch (operation.service()) {
            case CLOUDWATCH -> {
                if (name.equals("PutMetricData")) {
                    yield INGEST;
                }
                if (name.contains("InsightRule")) {
                    yield LOGS; // they count log events
                }
                // Tags of what is no alarm it asks for at their keeper.
                var aboutAlarms =
                        name.contains("Alarm")
                                || name.equals("TagResource")
                                || name.equals("UntagResource")
                                || name.equals("ListTagsForResource");
                yield aboutAlarms ? ALARMS : METRICS;
            }
            case LOGS -> name.equals("PutLogEvents") ? INGEST : LOGS;
            case EVENTS -> name.equals("PutEvents") ? INGEST : EVENTS;
            case AUTOSCALING -> ALARMS;
            case CLOUDTRAIL, SNS, KINESIS -> EVENTS;
            case STS, IAM -> INGEST;
        };
    }

    /// The key of its address: `pharos.owner.metrics`.
    String key() {
        return "pharos.owner." + name().toLowerCase(Locale.ROOT);
    }
}
