package io.pharos.kit.http;

import io.pharos.wire.AwsOperation;
import io.pharos.wire.Caller;
import io.pharos.wire.Route;
import io.pharos.wire.WireRequest;

import java.time.Instant;
import java.util.Set;

/// Who lets clients from outside in: the front door has one, the other services accept each other
/// only.
public interface Admission {
    /// @throws io.pharos.wire.AwsError AWS's error for credentials that are missing or do not hold
    Caller authenticate(WireRequest request, Route route, String requestId, Instant now);

    /// The same for a request that names no operation.
    ///
    /// @param signingNames the services that its signature may be scoped to
    Caller authenticate(
            WireRequest request, Set<String> signingNames, String requestId, Instant now);

    /// @throws io.pharos.wire.AwsError `AccessDenied` when the caller's policies do not allow it
    void authorize(Caller caller, AwsOperation operation);

    /// The same for an action that is no operation, e.g. `logs:Unmask`.
    ///
    /// @throws io.pharos.wire.AwsError `AccessDenied` when the caller's policies do not allow it
    void authorize(Caller caller, String action);
}
