package io.pharos.logs.destination;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/// `arn:aws:logs:eu-west-1:123456789012:destination:WebLogs`.
public record DestinationArn(Tenant owner, String name) {
    private static final Pattern TEXT =
            Pattern.compile(
                    "arn:aws[a-z-]*:logs:([a-z0-9][a-z0-9-]{0,31}):([0-9]{12}):destination:([^:*]{1,512})");

    /// Null when the text is no ARN of a destination.
    public static @Nullable DestinationArn parse(String text) {
        var parts = TEXT.matcher(text);
        return parts.matches()
                ? new DestinationArn(new Tenant(parts.group(2), parts.group(1)), parts.group(3))
                : null;
    }
}
