package io.pharos.metrics.query;

/// What expressions look up beyond the metrics that a request names.
///
/// @param functions `LAMBDA`
/// @param quotas `SERVICE_QUOTA`
/// @param rules `INSIGHT_RULE_METRIC`
public record Lookups(
        Searches searches,
        Bands bands,
        Functions functions,
        ServiceQuotas quotas,
        InsightRules rules) {}
