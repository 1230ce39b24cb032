package io.pharos.events.topic;

import io.pharos.wire.Tenant;

import java.util.regex.Pattern;

/// `arn:aws:sns:<region>:<account>:<name>`.
public record TopicArn(Tenant tenant, String name) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,256}");
    private static final int ELEMENTS = 6;

    /// @throws software.amazon.awssdk.services.sns.model.InvalidParameterException not a topic's name
    public TopicArn {
        if (!NAME.matcher(name).matches()) {
            throw SnsFault.invalid("Topic Name");
        }
    }

    /// @param member how the request names it, for the error: `TopicArn`
    public static TopicArn parse(String member, String arn) {
        var parts = arn.split(":", -1);
        if (parts.length < ELEMENTS) {
            throw SnsFault.invalid(
                    member + " Reason: An ARN must have at least 6 elements, not " + parts.length);
        }
        if (parts.length != ELEMENTS
                || !arn.startsWith("arn:aws:sns:")
                || !NAME.matcher(parts[5]).matches()) {
            throw SnsFault.invalid(member);
        }
        return new TopicArn(tenant(member, parts[4], parts[3]), parts[5]);
    }

    static Tenant tenant(String member, String account, String region) {
        try {
            return new Tenant(account, region);
        } catch (IllegalArgumentException _) {
            throw SnsFault.invalid(member);
        }
    }

    /// The topic's ARN as clients see it.
    @Override
    public String toString() {
        return tenant.arn("sns", name);
    }
}
