package io.pharos.logs.group;

import org.jspecify.annotations.Nullable;

/// A log group with what is counted about it.
///
/// @param storedBytes messages plus 26 bytes each, of what has been stored and not yet removed
/// @param dataProtection whether its policy is in force; null: it never had one
/// @param isProtectedByAccount whether the account's data protection policy is in force
public record DescribedLogGroup(
        LogGroup group,
        long storedBytes,
        int metricFilterCount,
        @Nullable Boolean dataProtection,
        boolean isProtectedByAccount) {}
