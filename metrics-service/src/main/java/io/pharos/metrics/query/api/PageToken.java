package io.pharos.metrics.query.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/// An opaque `NextToken`: where the next page of one operation and request starts.
final class PageToken {
    private static final String VERSION = "1";

    private PageToken() {}

    /// @param request what must be the same on the next page
    static String of(String operation, String request, long position) {
        var text = VERSION + " " + operation + " " + fingerprint(request) + " " + position;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Empty when the token is not one for this request.
    static OptionalLong position(String token, String operation, String request) {
        try {
            var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            var parts = text.split(" ", -1);
            if (parts.length == 4
                    && parts[0].equals(VERSION)
                    && parts[1].equals(operation)
                    && parts[2].equals(fingerprint(request))) {
                return OptionalLong.of(Long.parseLong(parts[3]));
            }
        } catch (IllegalArgumentException notOurs) {
            // Neither Base64 nor a number: as any other foreign token.
        }
        return OptionalLong.empty();
    }

    private static String fingerprint(String request) {
        var checksum = new CRC32C();
        checksum.update(request.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(checksum.getValue());
    }
}
