package io.pharos.events.stream.api;

import io.pharos.events.stream.Stream;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;

import java.util.regex.Pattern;

/// The stream that a request names, by name or ARN: always one of the caller's.
final class OwnStream {
    static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+");
    private static final int MAX_NAME = 128;
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws:kinesis:([a-z0-9-]+):(\\d{12}):stream/([a-zA-Z0-9_.-]{1,128})");

    private OwnStream() {}

    static String name(@Nullable String name, @Nullable String arn) {
        Constraints.check()
                .pattern("streamName", name, NAME)
                .length("streamName", name, 1, MAX_NAME)
                .orThrow();
        if (arn == null) {
            if (name == null) {
                throw invalid("Either StreamName or StreamARN must be provided.");
            }
            return name;
        }
        var parts = ARN.matcher(arn);
        if (!parts.matches()) {
            throw invalid("StreamARN is not valid: " + arn);
        }
        var tenant = Caller.current().tenant();
        if (!parts.group(1).equals(tenant.region()) || !parts.group(2).equals(tenant.account())) {
            throw Stream.notFound(tenant, parts.group(3));
        }
        if (name != null && !name.equals(parts.group(3))) {
            throw invalid("StreamName and StreamARN do not match.");
        }
        return parts.group(3);
    }

    static InvalidArgumentException invalid(String message) {
        return InvalidArgumentException.builder().message(message).build();
    }
}
