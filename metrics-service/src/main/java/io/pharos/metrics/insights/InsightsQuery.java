package io.pharos.metrics.insights;

import io.pharos.metric.Statistic;
import io.pharos.metrics.series.Series;

import org.jspecify.annotations.Nullable;

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

    /// Whether a series is among those that the query looks at.
    public boolean matches(Series series) {
        if (!series.metricName().equals(metricName) || !series.namespace().equals(namespace)) {
            return false;
        }
        var given = series.dimensions();
        if (dimensions.isPresent()
                && (given.size() != dimensions.get().size()
                        || !given.asList().stream()
                                .allMatch(one -> dimensions.get().contains(one.name())))) {
            return false;
        }
        for (var condition : conditions) {
            var value = condition.key().of(series);
            if (value == null
                    || value.equals(condition.value().in(series.account()))
                            != condition.isEqual()) {
                return false;
            }
        }
        return true;
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

        /// What a series has there; null without such a dimension.
        default @Nullable String of(Series series) {
            return switch (this) {
                case Account _ -> series.account();
                case Dimension(var name) -> {
                    for (var dimension : series.dimensions()) {
                        if (dimension.name().equals(name)) {
                            yield dimension.value();
                        }
                    }
                    yield null;
                }
            };
        }
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
