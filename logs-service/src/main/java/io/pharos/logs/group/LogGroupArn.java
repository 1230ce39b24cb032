package io.pharos.logs.group;

import io.pharos.logs.LogsError;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

/// Names log groups where a name or an ARN may stand.
public final class LogGroupArn {
    private static final String RESOURCE = "log-group:";
    private static final String WILDCARD = ":*";

    private LogGroupArn() {}

    /// The group that a `logGroupIdentifier` means.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException for an
    ///     ARN of another account or region: accounts are not linked here
    public static String name(Tenant tenant, String identifier) {
        return identifier.startsWith("arn:") ? nameOfArn(tenant, identifier) : identifier;
    }

    /// The group of an ARN, with or without `:*`.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException when it
    ///     is not a group's ARN of this tenant
    public static String nameOfArn(Tenant tenant, String arn) {
        var parts = arn.split(":", 6);
        if (parts.length != 6
                || !parts[0].equals("arn")
                || !parts[2].equals("logs")
                || !parts[3].equals(tenant.region())
                || !parts[4].equals(tenant.account())
                || !parts[5].startsWith(RESOURCE)) {
            throw LogsError.noSuchGroup();
        }
        var name = parts[5].substring(RESOURCE.length());
        return name.endsWith(WILDCARD)
                ? name.substring(0, name.length() - WILDCARD.length())
                : name;
    }

    /// The group meant by exactly one of name and identifier.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ValidationException for both or none
    public static String nameOfEither(
            Tenant tenant, @Nullable String name, @Nullable String identifier) {
        if (name != null && identifier != null) {
            throw LogsError.validation(
                    "LogGroup name and LogGroup ARN are mutually exclusive parameters.");
        }
        if (name != null) {
            return name;
        }
        if (identifier == null) {
            throw LogsError.validation("Either LogGroup name or LogGroup ARN must be provided.");
        }
        return name(tenant, identifier);
    }
}
