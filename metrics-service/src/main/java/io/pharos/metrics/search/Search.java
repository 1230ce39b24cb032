package io.pharos.metrics.search;

import io.pharos.metrics.series.Series;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A search expression, read.
///
/// @param schema namespace and names of dimensions, when braces tell them
/// @param condition what else must be met; empty for braces alone
public record Search(Optional<Schema> schema, Optional<Condition> condition) {
    public boolean matches(Series series) {
        return schema.map(one -> one.matches(series)).orElse(true)
                && condition.map(one -> one.matches(series)).orElse(true);
    }

    /// `{AWS/EC2,InstanceId}`: this namespace, and exactly these dimensions.
    public record Schema(String namespace, Set<String> dimensions) {
        boolean matches(Series series) {
            return series.namespace().equals(namespace)
                    && series.dimensions().size() == dimensions.size()
                    && series.dimensions().asList().stream()
                            .allMatch(one -> dimensions.contains(one.name()));
        }
    }

    /// Something that a series is or is not.
    public sealed interface Condition {
        boolean matches(Series series);
    }

    /// `a b`, `a AND b`
    public record All(List<Condition> conditions) implements Condition {
        @Override
        public boolean matches(Series series) {
            return conditions.stream().allMatch(one -> one.matches(series));
        }
    }

    /// `a OR b`
    public record Any(List<Condition> conditions) implements Condition {
        @Override
        public boolean matches(Series series) {
            return conditions.stream().anyMatch(one -> one.matches(series));
        }
    }

    /// `NOT a`
    public record Not(Condition condition) implements Condition {
        @Override
        public boolean matches(Series series) {
            return !condition.matches(series);
        }
    }

    /// `cpu`: in the namespace, the name, a dimension's name or its value.
    public record Anywhere(Term term) implements Condition {
        @Override
        public boolean matches(Series series) {
            return term.matches(series.metricName())
                    || term.matches(series.namespace())
                    || series.dimensions().asList().stream()
                            .anyMatch(one -> term.matches(one.name()) || term.matches(one.value()));
        }
    }

    /// `MetricName=cpu`, `InstanceId="i-1"`: in one place.
    public record In(Property property, Term term) implements Condition {
        @Override
        public boolean matches(Series series) {
            return switch (property) {
                case Property.Namespace _ -> term.matches(series.namespace());
                case Property.MetricName _ -> term.matches(series.metricName());
                case Property.Account _ -> isAccount(term, series.account());
                case Property.Dimension(var name) ->
                        series.dimensions().asList().stream()
                                .anyMatch(one ->
                                        one.name().equals(name) && term.matches(one.value()));
            };
        }
    }

    /// Where a property looks.
    public sealed interface Property {
        static Property named(String name) {
            return switch (name) {
                case "Namespace" -> new Namespace();
                case "MetricName" -> new MetricName();
                case ":aws.AccountId" -> new Account();
                default -> new Dimension(name);
            };
        }

        /// `Namespace=…`
        record Namespace() implements Property {}

        /// `MetricName=…`
        record MetricName() implements Property {}

        /// `:aws.AccountId=…`
        record Account() implements Property {}

        /// `InstanceId=…`
        record Dimension(String name) implements Property {}
    }

    /// AWS: `LOCAL` is the caller's own account.
    public static boolean isAccount(Term term, String own) {
        return term.matches("LOCAL") || term.matches(own);
    }
}
