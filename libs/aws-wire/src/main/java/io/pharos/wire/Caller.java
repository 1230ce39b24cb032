package io.pharos.wire;

import java.time.Instant;

/// Who makes the current call, and when it reached the front door. Bound for the length of one
/// operation; domain code takes its `receivedAt` as the time of the call.
///
/// @param principalArn the ARN that signed, e.g. `arn:aws:iam::123456789012:user/alice`
/// @param sourceIp the peer's address, or the calling service's name for calls made by Pharos
public record Caller(
        Tenant tenant,
        String accessKeyId,
        String principalArn,
        String requestId,
        Instant receivedAt,
        String sourceIp,
        String userAgent) {

    /// The caller of the operation that runs on this thread.
    public static final ScopedValue<Caller> SCOPE = ScopedValue.newInstance();

    /// @throws java.util.NoSuchElementException outside an operation
    public static Caller current() {
        return SCOPE.get();
    }
}
