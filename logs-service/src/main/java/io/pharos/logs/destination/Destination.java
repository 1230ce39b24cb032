package io.pharos.logs.destination;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

/// A name for a stream or delivery stream, to which filters of other accounts may point.
///
/// @param accessPolicy null: only its own account may subscribe
public record Destination(
        Tenant owner,
        String name,
        String targetArn,
        String roleArn,
        @Nullable String accessPolicy,
        long createdMs) {
    static final String RESOURCE = "destination:";

    public String arn() {
        return owner.arn("logs", RESOURCE + name);
    }

    /// Whether an account may put filters that point here.
    public boolean admits(String account) {
        return accessPolicy == null
                ? account.equals(owner.account())
                : AccessPolicy.parse(accessPolicy, arn()).admits(account);
    }
}
