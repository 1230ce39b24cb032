package io.pharos.metrics.query;

import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.math.RuleMetric;
import io.pharos.wire.Tenant;

import java.util.List;

/// What rules of Contributor Insights counted: `INSIGHT_RULE_METRIC`.
public interface InsightRules {
    /// AWS: functions that a second has room for; here the different rules and periods of one request.
    int MAX_RULES = 20;

    /// AWS: periods of reports.
    int PERIOD_UNIT = 60;

    /// All metrics of a rule over the periods of a grid; those in which it counted nothing are left out.
    ///
    /// @param grid of a period that is a multiple of [#PERIOD_UNIT], not empty
    /// @throws ExpressionError when there is no such rule
    /// @throws Functions.Failure when it can not be asked
    List<Point> points(Tenant tenant, String rule, PeriodGrid grid);

    /// One period of a rule.
    ///
    /// @param timeS its start, seconds since the epoch
    record Point(
            long timeS,
            double uniqueContributors,
            double maxContributorValue,
            double sampleCount,
            double sum,
            double minimum,
            double maximum,
            double average) {
        double value(RuleMetric metric) {
            return switch (metric) {
                case UNIQUE_CONTRIBUTORS -> uniqueContributors;
                case MAX_CONTRIBUTOR_VALUE -> maxContributorValue;
                case SAMPLE_COUNT -> sampleCount;
                case SUM -> sum;
                case MINIMUM -> minimum;
                case MAXIMUM -> maximum;
                case AVERAGE -> average;
            };
        }
    }
}
