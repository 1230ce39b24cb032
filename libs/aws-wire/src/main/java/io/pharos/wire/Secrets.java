package io.pharos.wire;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.eventbridge.model.ConnectionBodyParameter;
import software.amazon.awssdk.services.eventbridge.model.ConnectionHeaderParameter;
import software.amazon.awssdk.services.eventbridge.model.ConnectionQueryStringParameter;

import java.util.Set;

/// Which members must never be readable in a trail.
final class Secrets {
    /// What CloudTrail prints in their place.
    static final String HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS";

    private static final Set<String> NAMES =
            Set.of(
                    "ApiKeyValue",
                    "ClientSecret",
                    "Password",
                    "PlatformCredential",
                    "SAMLAssertion",
                    "SecretAccessKey",
                    "SecretString",
                    "SessionToken",
                    "WebIdentityToken");

    private Secrets() {}

    static boolean isSecret(SdkPojo shape, String member) {
        if (NAMES.contains(member)) {
            return true;
        }
        return member.equals("Value")
                && switch (shape) {
                    case ConnectionHeaderParameter p -> isTrue(p.isValueSecret());
                    case ConnectionBodyParameter p -> isTrue(p.isValueSecret());
                    case ConnectionQueryStringParameter p -> isTrue(p.isValueSecret());
                    default -> false;
                };
    }

    private static boolean isTrue(Boolean flag) {
        return Boolean.TRUE.equals(flag);
    }
}
