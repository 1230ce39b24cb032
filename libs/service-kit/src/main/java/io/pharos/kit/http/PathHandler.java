package io.pharos.kit.http;

import io.pharos.wire.WireRequest;
import io.pharos.wire.WireResponse;

/// Answers a [PathApi] in the process of its owner. A bean of this type is served.
public interface PathHandler {
    PathApi api();

    /// Runs on a virtual thread with [io.pharos.wire.Caller#SCOPE] bound, for a caller that may. The
    /// body is as received, still compressed; methods and content types are the handler's to check.
    ///
    /// @throws RuntimeException what AWS operations throw: told in the protocol's own form, see
    ///     [PathRefusal]
    WireResponse answer(WireRequest request);
}
