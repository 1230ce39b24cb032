package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What a request says about its own signature, in the header form or in the presigned form.
///
/// @param signedHeaders lower-case, sorted, without repetitions
/// @param signature hexadecimal, as sent
/// @param signedAtText the same in the form of `X-Amz-Date`
/// @param expiresSeconds set for presigned requests
/// @param payloadHash what the client says it hashed, if it does
record SignatureClaim(
        CredentialScope scope,
        List<String> signedHeaders,
        String signature,
        Instant signedAt,
        String signedAtText,
        Optional<Long> expiresSeconds,
        Optional<String> payloadHash,
        Optional<String> sessionToken) {

    static final DateTimeFormatter BASIC_TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final long MAX_EXPIRES_SECONDS = 604_800;

    /// @throws AwsError when there is no signature, or none that can be read
    static SignatureClaim of(WireRequest request) {
        var header = request.headers().first("authorization");
        var query = QueryParameters.parse(request.rawQuery());
        var presigned =
                query.containsKey("X-Amz-Algorithm") || query.containsKey("X-Amz-Signature");
        if (header.isPresent() && presigned) {
            throw new AwsError("InvalidArgument", 400, "Only one auth mechanism allowed");
        }
        if (header.isPresent()) {
            return ofHeader(header.get(), request.headers());
        }
        if (presigned) {
            return ofQuery(query, request.headers());
        }
        throw new AwsError(
                "MissingAuthenticationTokenException", 400, "Missing Authentication Token");
    }

    private static SignatureClaim ofHeader(String header, Headers headers) {
        var space = header.indexOf(' ');
        requireAlgorithm(space < 0 ? header : header.substring(0, space));
        var parts = parts(header.substring(space + 1));
        var missing = new ArrayList<String>();
        for (var name : List.of("Credential", "Signature", "SignedHeaders")) {
            if (parts.getOrDefault(name, "").isEmpty()) {
                missing.add("Authorization header requires '" + name + "' parameter.");
            }
        }
        var date = headers.first("x-amz-date").or(() -> headers.first("date")).orElse("");
        if (date.isEmpty()) {
            missing.add(
                    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date'"
                            + " header.");
        }
        if (!missing.isEmpty()) {
            throw incomplete(String.join(" ", missing));
        }
        return new SignatureClaim(
                scope(parts.getOrDefault("Credential", "")),
                names(parts.getOrDefault("SignedHeaders", "")),
                parts.getOrDefault("Signature", ""),
                time(date),
                basic(date),
                Optional.empty(),
                headers.first("x-amz-content-sha256"),
                headers.first("x-amz-security-token"));
    }

    private static SignatureClaim ofQuery(Map<String, List<String>> query, Headers headers) {
        var missing =
                Stream.of(
                                "X-Amz-Algorithm",
                                "X-Amz-Credential",
                                "X-Amz-Signature",
                                "X-Amz-SignedHeaders",
                                "X-Amz-Date",
                                "X-Amz-Expires")
                        .filter(name -> parameter(query, name) == null)
                        .map(name -> "AWS query-string parameters must include '" + name + "'.")
                        .toList();
        if (!missing.isEmpty()) {
            throw incomplete(String.join(" ", missing));
        }
        requireAlgorithm(required(query, "X-Amz-Algorithm"));
        return new SignatureClaim(
                scope(required(query, "X-Amz-Credential")),
                names(required(query, "X-Amz-SignedHeaders")),
                required(query, "X-Amz-Signature"),
                time(required(query, "X-Amz-Date")),
                basic(required(query, "X-Amz-Date")),
                Optional.of(expires(required(query, "X-Amz-Expires"))),
                Optional.ofNullable(parameter(query, "X-Amz-Content-Sha256"))
                        .or(() -> headers.first("x-amz-content-sha256")),
                Optional.ofNullable(parameter(query, "X-Amz-Security-Token")));
    }

    private static @Nullable String parameter(Map<String, List<String>> query, String name) {
        var values = query.get(name);
        return values == null || values.getFirst().isEmpty() ? null : values.getFirst();
    }

    private static String required(Map<String, List<String>> query, String name) {
        var value = parameter(query, name);
        return value == null ? "" : value;
    }

    private static void requireAlgorithm(String algorithm) {
        if (!algorithm.equals(SigningKeys.ALGORITHM)) {
            throw incomplete("Unsupported AWS 'algorithm': only " + SigningKeys.ALGORITHM + " is.");
        }
    }

    /// `Credential=…, SignedHeaders=…, Signature=…` in any order, spaces optional.
    private static Map<String, String> parts(String text) {
        var parts = new HashMap<String, String>();
        for (var part : text.split(",")) {
            var equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
            }
        }
        return parts;
    }

    private static CredentialScope scope(String credential) {
        return CredentialScope.parse(credential)
                .orElseThrow(() ->
                        incomplete(
                                "Credential must have exactly 5 slash-delimited elements,"
                                        + " e.g. keyid/date/region/service/term."));
    }

    private static List<String> names(String signedHeaders) {
        var names = List.of(signedHeaders.split(";"));
        for (var i = 0; i < names.size(); i++) {
            var name = names.get(i);
            if (name.isEmpty()
                    || !name.equals(name.toLowerCase(Locale.ROOT))
                    || i > 0 && names.get(i - 1).compareTo(name) >= 0) {
                return inOrder(signedHeaders);
            }
        }
        // As every client of AWS sends them.
        return names;
    }

    private static List<String> inOrder(String signedHeaders) {
        return Stream.of(signedHeaders.toLowerCase(Locale.ROOT).split(";"))
                .filter(name -> !name.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    private static long expires(String text) {
        try {
            var seconds = Long.parseLong(text);
            if (seconds >= 1 && seconds <= MAX_EXPIRES_SECONDS) {
                return seconds;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw incomplete("X-Amz-Expires must be a number of seconds from 1 to 604800.");
    }

    /// Of a text that [#time] reads.
    private static String basic(String text) {
        return isBasic(text) ? text : BASIC_TIME.format(time(text));
    }

    /// `20260131T235959Z`, with digits in the right places.
    private static boolean isBasic(String text) {
        if (text.length() != 16 || text.charAt(8) != 'T' || text.charAt(15) != 'Z') {
            return false;
        }
        for (var i = 0; i < 15; i++) {
            if (i != 8 && (text.charAt(i) < '0' || text.charAt(i) > '9')) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    private static Instant time(String text) {
        try {
            if (isBasic(text)) {
                return LocalDateTime.of(
                                number(text, 0, 4),
                                number(text, 4, 6),
                                number(text, 6, 8),
                                number(text, 9, 11),
                                number(text, 11, 13),
                                number(text, 13, 15))
                        .toInstant(ZoneOffset.UTC);
            }
            return text.indexOf(',') < 0
                    ? LocalDateTime.parse(text, BASIC_TIME).toInstant(ZoneOffset.UTC)
                    : Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
        } catch (DateTimeException e) {
            throw incomplete("Date must be in ISO-8601 'basic format'.");
        }
    }

    private static AwsError incomplete(String message) {
        return new AwsError("IncompleteSignatureException", 400, message);
    }
}
