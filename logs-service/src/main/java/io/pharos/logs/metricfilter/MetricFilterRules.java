package io.pharos.logs.metricfilter;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.filter.FieldSelection;
import io.pharos.logs.filter.FilterRules;
import io.pharos.logs.pattern.FieldReference;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.logs.pattern.Numbers;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutMetricFilterRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.StandardUnit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// AWS's checks of PutMetricFilter, as far as they need no store.
public final class MetricFilterRules {
    /// AWS: metric filters of a group.
    public static final int MAX_FILTERS = 100;

    /// AWS: dimensions of a transformation, system dimensions included.
    public static final int MAX_DIMENSIONS = 3;

    /// CloudWatch takes no datapoint beyond.
    static final double MAX_VALUE = 0x1p360;

    private static final int MAX_METRIC = 255;
    private static final int MAX_METRIC_VALUE = 100;
    private static final Pattern METRIC = Pattern.compile("[^:*$]*", Pattern.DOTALL);
    private static final List<String> UNITS =
            Arrays.stream(StandardUnit.values())
                    .filter(unit -> unit != StandardUnit.UNKNOWN_TO_SDK_VERSION)
                    .map(StandardUnit::toString)
                    .toList();

    private MetricFilterRules() {}

    /// The filter that the request asks for, all in order.
    ///
    /// @throws RuntimeException AWS's error
    public static MetricFilter check(PutMetricFilterRequest request, Tenant tenant, long nowMs) {
        var check = FilterRules.named(request.logGroupName(), request.filterName());
        FilterRules.pattern(check, request.filterPattern());
        transformations(check, request);
        check.orThrow();
        FieldSelection.check(request.fieldSelectionCriteria(), tenant);
        var filter =
                new MetricFilter(
                        request.filterName(),
                        request.filterPattern(),
                        request.metricTransformations().getFirst(),
                        request.emitSystemFieldDimensions(),
                        Boolean.TRUE.equals(request.applyOnTransformedLogs()),
                        request.fieldSelectionCriteria(),
                        nowMs);
        transformation(filter, FilterPattern.parse(filter.pattern()));
        return filter;
    }

    private static void transformations(LogConstraints check, PutMetricFilterRequest request) {
        var constraints = check.constraints();
        if (!request.hasMetricTransformations()) {
            constraints.required("metricTransformations", null);
            return;
        }
        var given = request.metricTransformations();
        var shown = given.stream().map(MetricFilterRules::shown).toList();
        constraints
                .satisfied(
                        given.size() <= 1,
                        "metricTransformations",
                        shown,
                        "Member must have length less than or equal to 1")
                .satisfied(
                        !given.isEmpty(),
                        "metricTransformations",
                        shown,
                        "Member must have length greater than or equal to 1");
        for (var i = 0; i < given.size(); i++) {
            members(check, "metricTransformations." + (i + 1) + ".member.", given.get(i));
        }
    }

    private static void members(LogConstraints check, String path, MetricTransformation given) {
        FilterRules.text(check, path + "metricName", given.metricName());
        FilterRules.text(check, path + "metricNamespace", given.metricNamespace());
        check.constraints()
                .required(path + "metricName", given.metricName())
                .pattern(path + "metricName", given.metricName(), METRIC)
                .length(path + "metricName", given.metricName(), 0, MAX_METRIC)
                .required(path + "metricNamespace", given.metricNamespace())
                .pattern(path + "metricNamespace", given.metricNamespace(), METRIC)
                .length(path + "metricNamespace", given.metricNamespace(), 0, MAX_METRIC)
                .required(path + "metricValue", given.metricValue())
                .length(path + "metricValue", given.metricValue(), 0, MAX_METRIC_VALUE)
                .oneOf(path + "unit", given.unitAsString(), UNITS);
        var fits =
                given.dimensions().entrySet().stream()
                        .allMatch(dimension ->
                                dimension.getKey().length() <= MAX_METRIC
                                        && dimension.getValue().length() <= MAX_METRIC);
        check.constraints()
                .satisfied(
                        fits,
                        path + "dimensions",
                        given.dimensions(),
                        "Map value must satisfy constraint: [Member must have length less than or equal to "
                                + MAX_METRIC
                                + "]");
    }

    private static void transformation(MetricFilter filter, FilterPattern pattern) {
        var transformation = filter.transformation();
        if (transformation.metricName().isEmpty() || transformation.metricNamespace().isEmpty()) {
            throw invalid("metricName and metricNamespace must not be empty.");
        }
        value(transformation.metricValue(), pattern);
        var defaultValue = transformation.defaultValue();
        if (defaultValue != null && !isInRange(defaultValue)) {
            throw invalid("defaultValue is out of range.");
        }
        var dimensions = transformation.dimensions();
        for (var field : filter.systemDimensions()) {
            if (!field.equals(MetricFilter.ACCOUNT) && !field.equals(MetricFilter.REGION)) {
                throw invalid("'" + field + "' is no system field.");
            }
        }
        if (dimensions.isEmpty() && filter.systemDimensions().isEmpty()) {
            return;
        }
        if (defaultValue != null) {
            throw invalid("dimensions and default value are mutually exclusive properties.");
        }
        var names = new ArrayList<>(dimensions.keySet());
        names.addAll(filter.systemDimensions());
        if (names.size() > MAX_DIMENSIONS || names.stream().distinct().count() != names.size()) {
            throw invalid("at most " + MAX_DIMENSIONS + " different dimensions are allowed.");
        }
        if (dimensions.isEmpty()) {
            return;
        }
        if (pattern.mode() != FilterPattern.Mode.JSON
                && pattern.mode() != FilterPattern.Mode.DELIMITED) {
            throw LogsError.invalid("The specified filter pattern does not support dimensions");
        }
        for (var dimension : dimensions.entrySet()) {
            reference("dimension", dimension.getValue(), pattern);
            if (dimension.getKey().isBlank() || dimension.getKey().startsWith(":")) {
                throw invalid("'" + dimension.getKey() + "' is no dimension name.");
            }
        }
    }

    /// `1`, `$size`, `$.latency`.
    private static void value(String value, FilterPattern pattern) {
        if (value.startsWith("$")) {
            reference("metricValue", value, pattern);
        } else if (!isInRange(Numbers.parse(value))) {
            throw invalid("metricValue '" + value + "' is neither a number nor a field.");
        }
    }

    private static void reference(String what, String text, FilterPattern pattern) {
        var reference = FieldReference.parse(text);
        if (reference == null || !pattern.canRefer(reference)) {
            throw invalid(what + " '" + text + "' is no field of the filter pattern.");
        }
    }

    static boolean isInRange(double value) {
        return Math.abs(value) <= MAX_VALUE;
    }

    private static RuntimeException invalid(String message) {
        return LogsError.invalid("Invalid metric transformation: " + message);
    }

    /// As AWS prints it in a constraint violation.
    private static String shown(MetricTransformation given) {
        return "MetricTransformation(metricName="
                + given.metricName()
                + ", metricNamespace="
                + given.metricNamespace()
                + ", metricValue="
                + given.metricValue()
                + ", defaultValue="
                + given.defaultValue()
                + ", unit="
                + orNull(given.unitAsString())
                + ", dimensions="
                + (given.hasDimensions() ? given.dimensions().toString() : "null")
                + ")";
    }

    private static String orNull(@Nullable String text) {
        return text == null ? "null" : text;
    }
}
