package io.pharos.logs.policy;

/// What a policy does to events.
public enum PolicyKind {
    TRANSFORMER,
    DATA_PROTECTION,
    FIELD_INDEX
}
