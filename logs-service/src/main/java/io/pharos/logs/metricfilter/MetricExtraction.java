package io.pharos.logs.metricfilter;

import io.pharos.logs.pattern.FieldReference;
import io.pharos.logs.pattern.FilterMatch;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.logs.pattern.Numbers;
import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// A metric filter ready for events: pattern, value and dimensions compiled. Immutable.
public final class MetricExtraction {
    /// AWS: characters of a dimension's value.
    private static final int MAX_DIMENSION_VALUE = 1024;

    /// What one message gives.
    sealed interface Outcome {}

    /// It does not match.
    record NoMatch() implements Outcome {}

    /// It matches but has no number at the value's place, or lacks a dimension: no datapoint, and no
    /// default value either.
    record NoValue() implements Outcome {}

    record Datapoint(double value, Dimensions dimensions) implements Outcome {}

    private static final NoMatch NO_MATCH = new NoMatch();
    private static final NoValue NO_VALUE = new NoValue();

    private record NamedReference(String name, FieldReference reference) {}

    private final MetricFilter filter;
    private final FilterPattern pattern;
    private final @Nullable FieldReference value;
    private final double literal;
    private final List<NamedReference> dimensions;
    private final Dimensions constants;

    private MetricExtraction(
            MetricFilter filter,
            FilterPattern pattern,
            @Nullable FieldReference value,
            double literal,
            List<NamedReference> dimensions,
            Dimensions constants) {
        this.filter = filter;
        this.pattern = pattern;
        this.value = value;
        this.literal = literal;
        this.dimensions = List.copyOf(dimensions);
        this.constants = constants;
    }

    /// @throws RuntimeException when the filter is none that [MetricFilterRules] lets through
    public static MetricExtraction of(MetricFilter filter, Tenant tenant) {
        var transformation = filter.transformation();
        var value = FieldReference.parse(transformation.metricValue());
        var dimensions = new ArrayList<NamedReference>();
        var references = new ArrayList<FieldReference>();
        if (value != null) {
            references.add(value);
        }
        transformation
                .dimensions()
                .forEach((name, text) -> {
                    var reference = FieldReference.parse(text);
                    if (reference == null) {
                        throw new IllegalArgumentException("no field: " + text);
                    }
                    references.add(reference);
                    dimensions.add(new NamedReference(name, reference));
                });
        return new MetricExtraction(
                filter,
                FilterPattern.parse(filter.pattern(), references),
                value,
                value == null ? Numbers.parse(transformation.metricValue()) : 0,
                dimensions,
                constants(filter.systemDimensions(), tenant));
    }

    public MetricFilter filter() {
        return filter;
    }

    Outcome read(String message) {
        if (value == null && dimensions.isEmpty()) {
            return pattern.matches(message) ? datapoint(literal, constants) : NO_MATCH;
        }
        var match = pattern.match(message);
        if (match == null) {
            return NO_MATCH;
        }
        var number = value == null ? literal : number(match, value);
        var described = described(match);
        return described == null ? NO_VALUE : datapoint(number, described);
    }

    private static Outcome datapoint(double value, Dimensions dimensions) {
        return MetricFilterRules.isInRange(value) ? new Datapoint(value, dimensions) : NO_VALUE;
    }

    private static double number(FilterMatch match, FieldReference reference) {
        var text = match.value(reference);
        return text == null ? Double.NaN : Numbers.parse(text);
    }

    /// Null when the event lacks one of the dimensions.
    private @Nullable Dimensions described(FilterMatch match) {
        var all = new ArrayList<>(constants.asList());
        for (var dimension : dimensions) {
            var text = match.value(dimension.reference());
            if (text == null || !isDimensionValue(text)) {
                return null;
            }
            all.add(new Dimension(dimension.name(), text));
        }
        return Dimensions.of(all);
    }

    /// What PutMetricData would take.
    private static boolean isDimensionValue(String text) {
        return !text.isBlank()
                && text.length() <= MAX_DIMENSION_VALUE
                && text.chars().allMatch(c -> c >= ' ' && c < 127);
    }

    private static Dimensions constants(List<String> systemDimensions, Tenant tenant) {
        var constants = new ArrayList<Dimension>();
        for (var name : systemDimensions) {
            var isAccount = name.equals(MetricFilter.ACCOUNT);
            constants.add(new Dimension(name, isAccount ? tenant.account() : tenant.region()));
        }
        return Dimensions.of(constants);
    }
}
