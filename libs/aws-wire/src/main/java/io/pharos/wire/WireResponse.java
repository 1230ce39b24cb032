package io.pharos.wire;

/// An HTTP answer, ready to be written. `Content-Length`, `Date` and `Connection` are the server's.
///
/// @param body not copied
public record WireResponse(int status, Headers headers, byte[] body) {}
