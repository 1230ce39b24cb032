package io.pharos.wire;

/// A request whose signature holds: who signed it and for which region and service.
///
/// @param service the signing name in the scope, e.g. `monitoring`
public record Signed(AccessKeys.AccessKey key, String region, String service) {}
