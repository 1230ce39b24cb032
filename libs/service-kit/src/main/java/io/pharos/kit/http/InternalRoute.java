package io.pharos.kit.http;

/// A question that one service answers to others beside AWS's API: `POST /_pharos/<path>`, bytes in
/// and out. A bean of this type is served; only services of this installation may ask.
public interface InternalRoute {
    /// Behind `/_pharos/`, e.g. `metrics/windows`.
    String path();

    /// Runs on a virtual thread.
    ///
    /// @throws io.pharos.wire.AwsError for a request that is no good: answered 400
    byte[] answer(byte[] request);
}
