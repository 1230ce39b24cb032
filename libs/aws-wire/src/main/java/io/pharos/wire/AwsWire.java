package io.pharos.wire;

import software.amazon.awssdk.core.SdkPojo;

/// AWS's protocols: request bytes to the SDK's shapes, the SDK's shapes to answer bytes.
///
/// A front door does, in this order: [#route], [SignatureVerifier#verify], [#decode], the call,
/// [#encode]; whatever is thrown on the way goes to [#encodeError]. Thread-safe.
public final class AwsWire {
    /// Finds protocol, service and operation. Never fails: what cannot be told stays empty.
    public Route route(WireRequest request) {
        throw new UnsupportedOperationException();
    }

    /// The body after `Content-Encoding`, within the limit.
    public byte[] body(WireRequest request) {
        throw new UnsupportedOperationException();
    }

    /// Decodes any operation AWS's model knows, served here or not.
    ///
    /// @throws AwsError the client's fault, in AWS's words; nothing else escapes
    public Call decode(Route route, WireRequest request) {
        throw new UnsupportedOperationException();
    }

    public WireResponse encode(Call call, SdkPojo response, String requestId) {
        throw new UnsupportedOperationException();
    }

    /// Any failure as the client is to see it. What is neither an [AwsError] nor an exception of the
    /// service's own model becomes `InternalFailure`, without a detail.
    public WireResponse encodeError(Route route, Throwable failure, String requestId) {
        throw new UnsupportedOperationException();
    }
}
