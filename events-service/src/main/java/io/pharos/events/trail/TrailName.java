package io.pharos.events.trail;

import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudtrail.model.InvalidTrailNameException;

import java.util.regex.Pattern;

/// A trail of a tenant, by name or by ARN.
///
/// @param home the account and home region
public record TrailName(Tenant home, String name) {
    private static final Pattern ARN =
            Pattern.compile("arn:aws:cloudtrail:([a-z0-9-]+):(\\d{12}):trail/(.+)");
    private static final Pattern CHARACTERS = Pattern.compile("[A-Za-z0-9._-]*");

    /// @throws InvalidTrailNameException in AWS's words
    public static TrailName of(Tenant caller, String nameOrArn) {
        var arn = ARN.matcher(nameOrArn);
        if (arn.matches()) {
            return new TrailName(new Tenant(arn.group(2), arn.group(1)), checked(arn.group(3)));
        }
        return new TrailName(caller, checked(nameOrArn));
    }

    private static String checked(String name) {
        var length = " characters. Specified name length: " + name.length() + " characters.";
        if (name.length() < 3) {
            throw invalid("Trail name too short. Minimum allowed length: 3" + length);
        }
        if (name.length() > 128) {
            throw invalid("Trail name too long. Maximum allowed length: 128" + length);
        }
        if (!CHARACTERS.matcher(name).matches()) {
            throw invalid(
                    "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers,"
                            + " periods (.), hyphens (-), and underscores (_).");
        }
        if (!isLetterOrDigit(name.charAt(0))) {
            throw invalid("Trail name must starts with a letter or number.");
        }
        if (!isLetterOrDigit(name.charAt(name.length() - 1))) {
            throw invalid("Trail name must ends with a letter or number.");
        }
        return name;
    }

    private static boolean isLetterOrDigit(char c) {
        return c != '.' && c != '-' && c != '_';
    }

    private static InvalidTrailNameException invalid(String message) {
        return InvalidTrailNameException.builder().message(message).build();
    }

    public String arn() {
        return home.arn("cloudtrail", "trail/" + name);
    }
}
