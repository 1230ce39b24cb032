package io.pharos.alarms.composite;

import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

/// How rules and suppressors name alarms: by name, or by ARN.
public final class AlarmReference {
    private static final int ARN_PARTS = 7;

    private AlarmReference() {}

    /// The name of an alarm that was checked when its reference was put.
    public static String name(String reference) {
        var parts = parts(reference);
        return parts == null ? reference : parts[ARN_PARTS - 1];
    }

    /// The name of an alarm of `tenant`.
    ///
    /// @throws AwsError when it is another's
    public static String check(String reference, Tenant tenant) {
        var parts = parts(reference);
        if (parts == null) {
            return reference;
        }
        if (!parts[3].equals(tenant.region())) {
            throw RuleParser.error(
                    "Wrong ARN region, it was "
                            + parts[3]
                            + " but "
                            + tenant.region()
                            + " was expected instead");
        }
        if (!parts[4].equals(tenant.account())) {
            throw AwsError.validation(
                    "A composite alarm cannot have a child relation with alarms from another AWS"
                            + " account");
        }
        return parts[ARN_PARTS - 1];
    }

    /// `arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME` in parts; null for a name.
    private static String @org.jspecify.annotations.Nullable [] parts(String reference) {
        var parts = reference.split(":", ARN_PARTS);
        var isArn =
                parts.length == ARN_PARTS
                        && parts[0].equals("arn")
                        && parts[2].equals("cloudwatch")
                        && parts[5].equals("alarm")
                        && !parts[6].isEmpty();
        return isArn ? parts : null;
    }
}
