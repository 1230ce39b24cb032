package io.pharos.logs;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/// An opaque `nextToken`: where the next page of one operation starts. Good for a day, as AWS's.
///
/// @param operation which operation gave it out
/// @param position where the page starts, in the operation's own words
public record PageToken(String operation, long issuedMs, String position) {
    private static final long LIFETIME_MS = Duration.ofHours(24).toMillis();
    private static final String VERSION = "1";
    private static final char SEPARATOR = ' ';

    public String encode() {
        var text = VERSION + SEPARATOR + operation + SEPARATOR + issuedMs + SEPARATOR + position;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The position in a token of this operation.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException when it
    ///     is none, or too old
    public static String position(String token, String operation, long nowMs) {
        try {
            var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            var parts = text.split(String.valueOf(SEPARATOR), 4);
            if (parts.length == 4
                    && text.indexOf('\0') < 0
                    && parts[0].equals(VERSION)
                    && parts[1].equals(operation)
                    && nowMs - Long.parseLong(parts[2]) <= LIFETIME_MS) {
                return parts[3];
            }
        } catch (IllegalArgumentException notOurs) {
            // Neither Base64 nor a number: the same answer as any other foreign token.
        }
        throw LogsError.badToken();
    }
}
