package io.pharos.logs.policy;

import org.jspecify.annotations.Nullable;

/// A policy as it was from one change to the next. Its id is never used for anything else.
///
/// @param groupId null: of the account
/// @param name of an account's policy; empty for a group's
/// @param namePrefix of the groups that an account's policy is for; null: all
/// @param criteria the same as it was given
/// @param createdMs when the policy was first put
/// @param fromMs the first receive time it holds for
/// @param untilMs the first one it does not hold for any more; null: it is in force
public record PolicyVersion(
        long id,
        PolicyKind kind,
        @Nullable Long groupId,
        String name,
        @Nullable String namePrefix,
        @Nullable String criteria,
        String document,
        long createdMs,
        long modifiedMs,
        long fromMs,
        @Nullable Long untilMs) {
    /// Whether it holds for what is received at this time.
    public boolean holdsAt(long receivedMs) {
        return receivedMs >= fromMs && (untilMs == null || receivedMs < untilMs);
    }

    public boolean isOfAccount() {
        return groupId == null;
    }
}
