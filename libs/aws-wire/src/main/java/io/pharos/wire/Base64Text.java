package io.pharos.wire;

import software.amazon.awssdk.core.SdkBytes;

import java.util.Base64;

/// Blobs of the text protocols.
final class Base64Text {
    private Base64Text() {}

    /// @throws AwsError when the text is not base64
    static SdkBytes decode(String text) {
        try {
            return SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw Malformed.because("The value is not valid base64.");
        }
    }

    static String encode(SdkBytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
    }
}
