package io.pharos.wire;

/// An HTTP request as it came in: nothing decoded, so that its signature can be checked.
///
/// @param rawPath the path as on the wire, still percent-encoded
/// @param rawQuery the query string as on the wire, without `?`; empty when there is none
/// @param body the bytes as received (still compressed); not copied
/// @param peer the address of whoever sent it
public record WireRequest(
        String method,
        String rawPath,
        String rawQuery,
        Headers headers,
        byte[] body,
        String peer) {}
