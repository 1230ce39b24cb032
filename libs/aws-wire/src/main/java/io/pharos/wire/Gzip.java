package io.pharos.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/// Compressed request bodies, never larger than a limit once inflated.
final class Gzip {
    private Gzip() {}

    /// @throws AwsError when the bytes are not gzip, or more than `limit` after inflation
    static byte[] inflate(byte[] body, int limit) {
        var bytes = prefix(body, limit + 1);
        if (bytes.length > limit) {
            throw new AwsError(
                    "RequestEntityTooLargeException", 413, "The inflated request is too large.");
        }
        return bytes;
    }

    /// The first bytes of the inflated body.
    ///
    /// @throws AwsError when the bytes are not gzip
    static byte[] prefix(byte[] body, int length) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(body), 8192)) {
            return in.readNBytes(length);
        } catch (IOException e) {
            throw new AwsError(
                    "MalformedHttpRequestException", 400, "The request body is not valid gzip.");
        }
    }
}
