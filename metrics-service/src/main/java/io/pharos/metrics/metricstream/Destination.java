package io.pharos.metrics.metricstream;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/// Where a metric stream ends: AWS's member `FirehoseArn`. Beside delivery streams of Firehose it names
/// the streams that Pharos itself has.
///
/// @param isFirehose a delivery stream, at an endpoint of Firehose; else a stream of Pharos
public record Destination(boolean isFirehose, Tenant owner, String name) {
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws[a-z-]*:(kinesis:([a-z0-9][a-z0-9-]{0,31}):([0-9]{12}):stream"
                            + "|firehose:([a-z0-9][a-z0-9-]{0,31}):([0-9]{12}):deliverystream)/([a-zA-Z0-9_.-]{1,128})");

    /// Null when the text is an ARN of neither.
    public static @Nullable Destination parse(String arn) {
        var parts = ARN.matcher(arn);
        if (!parts.matches()) {
            return null;
        }
        var isFirehose = parts.group(4) != null;
        var owner =
                isFirehose
                        ? new Tenant(parts.group(5), parts.group(4))
                        : new Tenant(parts.group(3), parts.group(2));
        return new Destination(isFirehose, owner, parts.group(6));
    }
}
