package io.pharos.wire;

import software.amazon.awssdk.core.SdkPojo;

import java.nio.charset.StandardCharsets;

/// The SDK's shapes as the JSON that CloudTrail puts into `requestParameters` and `responseElements`:
/// members in lower camel case, unset members left out, secrets hidden.
public final class SdkJson {
    private SdkJson() {}

    /// One JSON object.
    public static String write(SdkPojo shape) {
        return new String(
                TokenEncoder.encode(shape, TokenEncoder.Dialect.TRAIL), StandardCharsets.UTF_8);
    }
}
