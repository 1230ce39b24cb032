package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;

/// An HTTP answer, ready to be written. `Content-Length`, `Date` and `Connection` are the server's.
///
/// @param body not copied
/// @param more what follows the body, for answers that go on until one side ends them; null when the
///     body is all. Cancelled when the client goes away
public record WireResponse(
        int status, Headers headers, byte[] body, Flow.@Nullable Publisher<byte[]> more) {
    /// An answer that is whole.
    public WireResponse(int status, Headers headers, byte[] body) {
        this(status, headers, body, null);
    }
}
