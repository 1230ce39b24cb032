package io.pharos.logs.policy;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;

/// Every policy that ever concerned one group, its own and the account's.
public record PolicyHistory(List<PolicyVersion> versions) {
    public static final PolicyHistory NONE = new PolicyHistory(List.of());

    public PolicyHistory {
        versions = List.copyOf(versions);
    }

    public boolean has(PolicyKind kind) {
        return versions.stream().anyMatch(version -> version.kind() == kind);
    }

    /// All that hold together: AWS adds up data protection of group and account.
    public List<PolicyVersion> allAt(PolicyKind kind, long receivedMs) {
        return versions.stream()
                .filter(version -> version.kind() == kind && version.holdsAt(receivedMs))
                .toList();
    }

    /// The one that holds: AWS: the group's own, else the account's with the longest prefix that fits.
    public @Nullable PolicyVersion at(PolicyKind kind, long receivedMs) {
        return allAt(kind, receivedMs).stream()
                .max(
                        Comparator.comparing((PolicyVersion version) -> !version.isOfAccount())
                                .thenComparing(PolicyHistory::prefixLength)
                                .thenComparing(PolicyVersion::id))
                .orElse(null);
    }

    private static int prefixLength(PolicyVersion version) {
        return version.namePrefix() == null ? 0 : version.namePrefix().length();
    }
}
