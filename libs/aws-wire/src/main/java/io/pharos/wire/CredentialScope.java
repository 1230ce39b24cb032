package io.pharos.wire;

import java.util.Optional;

/// What a signature says about its key and its reach: `AKID/20260101/us-east-1/monitoring/aws4_request`.
record CredentialScope(
        String accessKeyId, String date, String region, String service, String terminator) {
    private static final int PARTS = 5;

    /// Empty when the text does not have five parts.
    static Optional<CredentialScope> parse(String credential) {
        var parts = credential.split("/", -1);
        return parts.length == PARTS
                ? Optional.of(new CredentialScope(parts[0], parts[1], parts[2], parts[3], parts[4]))
                : Optional.empty();
    }

    /// The scope a request claims, in its header or its query string.
    static Optional<CredentialScope> of(WireRequest request) {
        var header = request.headers().first("authorization").orElse("");
        var at = header.indexOf("Credential=");
        if (at >= 0) {
            var start = at + "Credential=".length();
            var end = start;
            while (end < header.length()
                    && header.charAt(end) != ','
                    && header.charAt(end) != ' ') {
                end++;
            }
            return parse(header.substring(start, end));
        }
        return QueryForm.find(request.rawQuery(), "X-Amz-Credential")
                .flatMap(CredentialScope::parse);
    }

    /// What the signing key is derived for: date, region, service and terminator.
    String scope() {
        return date + "/" + region + "/" + service + "/" + terminator;
    }
}
