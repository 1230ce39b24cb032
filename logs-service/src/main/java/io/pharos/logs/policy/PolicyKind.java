package io.pharos.logs.policy;

/// What a policy does to events.
public enum PolicyKind {
    TRANSFORMER,
    DATA_PROTECTION,
    FIELD_INDEX,
    /// Only an account's: groups whose embedded metrics are not made.
    METRIC_EXTRACTION
}
