package io.pharos.logs.contributor;

import io.pharos.logs.pattern.Numbers;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a rule's definition says, checked.
///
/// @param keys fields whose values make a contributor, as the definition names them
/// @param valueOf the field that is added up; null where events are counted
/// @param fields all that the rule looks at: `$.json.path`, or places in a line of the Common Log Format
public record RuleBody(
        LogGroupMatch logGroups,
        boolean isJson,
        List<String> keys,
        @Nullable String valueOf,
        List<Filter> filters,
        List<Field> fields) {
    /// AWS: `{"Name": "CloudWatchLogRule", "Version": 1}` as DescribeInsightRules shows it.
    public static final String SCHEMA = "{\"Name\": \"CloudWatchLogRule\", \"Version\": 1}";

    public RuleBody {
        keys = List.copyOf(keys);
        filters = List.copyOf(filters);
        fields = List.copyOf(fields);
    }

    /// A field and where it is.
    ///
    /// @param word of a line, from 1; 0 in JSON
    public record Field(String name, int word) {}

    /// A condition on one field; AWS joins them by AND. A field that is not there fulfils none but
    /// `IsPresent: false`.
    public record Filter(String match, Test test) {}

    /// A filter's operator with its operand.
    public sealed interface Test {
        boolean accepts(@Nullable String value);
    }

    /// `In`, `NotIn`.
    public record OneOf(List<String> values, boolean wanted) implements Test {
        @Override
        public boolean accepts(@Nullable String value) {
            return value != null && values.contains(value) == wanted;
        }
    }

    /// `StartsWith`
    public record StartsWith(List<String> values) implements Test {
        @Override
        public boolean accepts(@Nullable String value) {
            return value != null && values.stream().anyMatch(value::startsWith);
        }
    }

    /// `IsPresent`
    public record IsPresent(boolean wanted) implements Test {
        @Override
        public boolean accepts(@Nullable String value) {
            return (value != null) == wanted;
        }
    }

    /// `GreaterThan`, `LessThan`, `EqualTo`, `NotEqualTo`; what is no number fulfils none.
    public record Compare(Comparison comparison, double bound) implements Test {
        @Override
        public boolean accepts(@Nullable String value) {
            var number = value == null ? Double.NaN : Numbers.parse(value);
            return !Double.isNaN(number) && comparison.holds(number, bound);
        }
    }

    /// How numbers are compared.
    public enum Comparison {
        GREATER_THAN,
        LESS_THAN,
        EQUAL_TO,
        NOT_EQUAL_TO;

        boolean holds(double value, double bound) {
            return switch (this) {
                case GREATER_THAN -> value > bound;
                case LESS_THAN -> value < bound;
                case EQUAL_TO -> value == bound;
                case NOT_EQUAL_TO -> value != bound;
            };
        }
    }

    /// Whether it adds up values; it counts events otherwise.
    public boolean isSum() {
        return valueOf != null;
    }

    /// As GetInsightRuleReport names what it adds up.
    public String aggregationStatistic() {
        return isSum() ? "Sum" : "SampleCount";
    }
}
