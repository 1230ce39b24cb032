package io.pharos.ingest.access;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Whom an access key stands for: the root of an account, or one of its users with that user's
/// policies.
///
/// @param userName null for root
/// @param userId `AIDA…` of a user, the account id of root
public record Principal(
        String account, @Nullable String userName, String userId, List<Policy> policies) {

    public static Principal root(String account) {
        return new Principal(account, null, account, List.of());
    }

    public String arn() {
        return userName == null
                ? "arn:aws:iam::" + account + ":root"
                : "arn:aws:iam::" + account + ":user/" + userName;
    }

    public boolean isRoot() {
        return userName == null;
    }

    /// Whether this principal may call, by AWS's evaluation: an explicit deny wins, root may do
    /// everything, anything else needs an allow.
    ///
    /// @param action as policies name it, e.g. `logs:CreateLogGroup`
    public Verdict mayCall(String action) {
        if (isRoot()) {
            return Verdict.ALLOWED;
        }
        var allowed = false;
        for (var policy : policies) {
            switch (policy.decide(action)) {
                case EXPLICIT_DENY -> {
                    return Verdict.EXPLICIT_DENY;
                }
                case ALLOWED -> allowed = true;
                case NO_ALLOW -> {}
            }
        }
        return allowed ? Verdict.ALLOWED : Verdict.NO_ALLOW;
    }

    /// What the policies say of one action.
    public enum Verdict {
        ALLOWED,
        EXPLICIT_DENY,
        NO_ALLOW
    }
}
