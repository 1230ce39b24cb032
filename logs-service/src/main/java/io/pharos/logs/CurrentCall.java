package io.pharos.logs;

import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

/// What nearly every operation asks of its [Caller].
public final class CurrentCall {
    private CurrentCall() {}

    /// Whose resources the call is about.
    public static Tenant tenant() {
        return Caller.current().tenant();
    }

    /// The time of the call, milliseconds since the epoch.
    public static long nowMs() {
        return Caller.current().receivedAt().toEpochMilli();
    }
}
