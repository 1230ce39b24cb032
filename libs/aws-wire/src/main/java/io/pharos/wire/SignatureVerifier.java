package io.pharos.wire;

import java.time.Instant;
import java.util.Set;

/// Verifies AWS Signature Version 4, in the `Authorization` header or in the query string. Thread-safe.
public final class SignatureVerifier {
    public SignatureVerifier(AccessKeys keys) {}

    /// @param services the signing names the scope may carry; empty means any
    /// @throws AwsError what AWS answers for this failure
    public Signed verify(WireRequest request, Set<String> services, Instant now) {
        throw new UnsupportedOperationException();
    }
}
