package io.pharos.kit.http;

import io.pharos.wire.Caller;
import io.pharos.wire.Route;
import io.pharos.wire.WireRequest;

import software.amazon.awssdk.core.SdkResponse;

import java.util.Optional;
import java.util.function.Supplier;

/// A second, shorter way through an operation that is called very often, past the SDK's shapes. It may
/// take only what it fully understands: what it declines goes the generic way, as if it had never been
/// asked. Beans of this type are found where the operation is served.
public interface HotPath {
    /// E.g. `cloudwatch:PutMetricData`.
    String action();

    /// Reads a request, without any effect: whether it may be done is asked between this and the call of
    /// the result. That call may throw what the operation throws.
    ///
    /// @param request its body as received, still compressed
    /// @return empty when the generic way is to take it
    Optional<Supplier<SdkResponse>> read(Route route, WireRequest request, Caller caller);
}
