package io.pharos.metrics.insights;

import io.pharos.metric.Statistic;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// A Metrics Insights query, read.
///
/// @param dimensions exactly these, when FROM says SCHEMA
/// @param conditions all must be met
/// @param groupBy empty for one series over everything
public record InsightsQuery(
        Function function,
        String metricName,
        String namespace,
        Optional<Set<String>> dimensions,
        List<Condition> conditions,
        List<Key> groupBy,
        Optional<Order> orderBy,
        OptionalInt limit) {
    public InsightsQuery {
        conditions = List.copyOf(conditions);
        groupBy = List.copyOf(groupBy);
    }

    public boolean isGrouped() {
        return !groupBy.isEmpty();
    }

    /// What is told of all samples of a period, whichever metric they are of.
    public enum Function {
        AVG(Statistic.Basic.AVERAGE),
        COUNT(Statistic.Basic.SAMPLE_COUNT),
        MAX(Statistic.Basic.MAXIMUM),
        MIN(Statistic.Basic.MINIMUM),
        SUM(Statistic.Basic.SUM);

        private final Statistic.Basic statistic;

        Function(Statistic.Basic statistic) {
            this.statistic = statistic;
        }

        public Statistic.Basic statistic() {
            return statistic;
        }
    }

    /// What is compared or grouped by.
    public sealed interface Key {
        /// `InstanceId`
        record Dimension(String name) implements Key {}

        /// `AWS.AccountId`
        record Account() implements Key {}
    }

    /// `InstanceId = 'i-1'`, `InstanceId != 'i-1'`
    public record Condition(Key key, boolean isEqual, Value value) {}

    /// What a key is compared with.
    public sealed interface Value {
        /// `'i-1'`
        record Text(String text) implements Value {}

        /// `CURRENT_ACCOUNT_ID()`
        record CurrentAccount() implements Value {}

        default String in(String account) {
            return switch (this) {
                case Text(var text) -> text;
                case CurrentAccount _ -> account;
            };
        }
    }

    /// `ORDER BY SUM() DESC`: over all periods.
    public record Order(Function function, boolean isDescending) {}
}
