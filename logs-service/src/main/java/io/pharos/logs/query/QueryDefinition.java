package io.pharos.logs.query;

import java.util.List;
import java.util.UUID;

/// A query that is kept under a name, to be used again.
///
/// @param groups names; may be none
public record QueryDefinition(
        UUID id, String name, String text, List<String> groups, long modifiedMs) {
    /// AWS: of one account and region.
    public static final int MAX = 1_000;
}
