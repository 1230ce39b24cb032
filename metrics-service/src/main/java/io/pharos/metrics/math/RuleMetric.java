package io.pharos.metrics.math;

import java.util.Arrays;

/// What `INSIGHT_RULE_METRIC` tells of a rule, by the names that expressions write.
public enum RuleMetric {
    UNIQUE_CONTRIBUTORS("UniqueContributors"),
    MAX_CONTRIBUTOR_VALUE("MaxContributorValue"),
    SAMPLE_COUNT("SampleCount"),
    SUM("Sum"),
    MINIMUM("Minimum"),
    MAXIMUM("Maximum"),
    AVERAGE("Average");

    private final String written;

    RuleMetric(String written) {
        this.written = written;
    }

    /// As expressions write it.
    public String written() {
        return written;
    }

    /// @throws ExpressionError when there is no such metric
    static RuleMetric named(String name) {
        return Arrays.stream(values())
                .filter(metric -> metric.written.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ExpressionError(
                                "Function 'INSIGHT_RULE_METRIC' takes one of "
                                        + Arrays.stream(values()).map(RuleMetric::written).toList()
                                        + ", not '"
                                        + name
                                        + "'"));
    }
}
