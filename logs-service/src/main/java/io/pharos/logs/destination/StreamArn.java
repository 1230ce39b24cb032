package io.pharos.logs.destination;

import io.pharos.stream.StreamTopic;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/// `arn:aws:kinesis:eu-west-1:123456789012:stream/WebLogs`.
public record StreamArn(Tenant owner, String streamName) {
    private static final Pattern TEXT =
            Pattern.compile(
                    "arn:aws[a-z-]*:kinesis:([a-z0-9][a-z0-9-]{0,31}):([0-9]{12}):stream/([a-zA-Z0-9_.-]{1,128})");

    /// Null when the text is no ARN of a stream.
    public static @Nullable StreamArn parse(String text) {
        var parts = TEXT.matcher(text);
        return parts.matches()
                ? new StreamArn(new Tenant(parts.group(2), parts.group(1)), parts.group(3))
                : null;
    }

    public String topic() {
        return StreamTopic.of(owner.account(), owner.region(), streamName);
    }

    @Override
    public String toString() {
        return owner.arn("kinesis", "stream/" + streamName);
    }
}
