package io.pharos.metric;

import static io.pharos.metric.RefusedMetricData.Kind.INVALID_COMBINATION;
import static io.pharos.metric.RefusedMetricData.Kind.INVALID_VALUE;
import static io.pharos.metric.RefusedMetricData.Kind.MISSING_PARAMETER;
import static io.pharos.metric.RefusedMetricData.Kind.VALIDATION;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/// What PutMetricData accepts, with AWS's codes and messages. All or nothing: the first broken rule
/// refuses the whole request. Pure; the time comes in.
///
/// Use [#check] on a request in memory, or [#namespace], [#datum] and [#size] one after the other
/// while a request streams in (nothing may be kept before the last of them passed).
public final class PutMetricDataRules {
    public static final int MAX_DATUMS = 1000;
    public static final int MAX_VALUES = 150;
    public static final int MAX_DIMENSIONS = 30;
    public static final int MAX_NAME_LENGTH = 255;
    public static final int MAX_DIMENSION_VALUE_LENGTH = 1024;

    /// AWS: numbers lie within ±2^360.
    public static final double LARGEST = 0x1p360;

    public static final Duration OLDEST = Duration.ofDays(14);
    public static final Duration NEWEST = Duration.ofHours(2);

    /// AWS lets a datum of exactly two weeks pass although the request took time to arrive.
    public static final Duration SLACK = Duration.ofMinutes(5);

    private static final Pattern RESERVED = Pattern.compile("AWS/.*", Pattern.DOTALL);

    private PutMetricDataRules() {}

    /// Checks a request whole.
    ///
    /// @param entityData the lists of EntityMetricData, empty when there are none
    /// @param strictEntityValidation as sent; AWS requires it beside EntityMetricData
    /// @throws RefusedMetricData for the first broken rule
    public static void check(
            @Nullable String namespace,
            List<Datum> metricData,
            List<List<Datum>> entityData,
            @Nullable Boolean strictEntityValidation,
            long receivedMs) {
        namespace(namespace);
        if (!entityData.isEmpty() && strictEntityValidation == null) {
            throw refuse(
                    INVALID_COMBINATION,
                    "Field StrictEntityValidation is required when setting EntityMetricData");
        }
        var total = metricData.size();
        for (var list : entityData) {
            total += list.size();
        }
        size(total);
        for (var i = 0; i < metricData.size(); i++) {
            datum(metricData.get(i), i, -1, receivedMs);
        }
        for (var e = 0; e < entityData.size(); e++) {
            for (var i = 0; i < entityData.get(e).size(); i++) {
                datum(entityData.get(e).get(i), i, e, receivedMs);
            }
        }
    }

    /// @throws RefusedMetricData unless it is a name that clients may publish to
    public static void namespace(@Nullable String namespace) {
        text(namespace, "namespace", MAX_NAME_LENGTH);
        if (namespace != null && RESERVED.matcher(namespace).matches()) {
            throw refuse(INVALID_VALUE, "The value AWS/ for parameter Namespace is invalid.");
        }
        if (namespace != null && (!isPrintable(namespace) || namespace.isBlank())) {
            throw invalid("Namespace", "");
        }
    }

    /// @param datums all of the request, those of entities included
    /// @throws RefusedMetricData for none or too many
    public static void size(int datums) {
        if (datums == 0) {
            throw refuse(
                    MISSING_PARAMETER,
                    "At least one MetricDatum object must be present in the request.");
        }
        if (datums > MAX_DATUMS) {
            throw tooMany("MetricData", MAX_DATUMS);
        }
    }

    /// Checks one datum.
    ///
    /// @param index from 0, in its list
    /// @param entity from 0, in EntityMetricData; -1 for a datum of MetricData
    /// @throws RefusedMetricData for the first broken rule
    public static void datum(Datum datum, int index, int entity, long receivedMs) {
        var at = new Place(index, entity);
        at.require(datum.metricName(), "metricName", MAX_NAME_LENGTH);
        if (datum.metricName() != null && !isPrintable(datum.metricName())) {
            throw invalid(at.path("MetricName"), "");
        }
        dimensions(datum.dimensions(), at);
        if (datum.unit() != null && !datum.unit().isEmpty() && Unit.named(datum.unit()) == null) {
            throw refuse(
                    VALIDATION,
                    constraint(
                            datum.unit(),
                            at.member("unit"),
                            "Member must satisfy enum value set: " + units()));
        }
        timestamp(datum.timestampMs(), at, receivedMs);
        form(datum, at);
        var resolution = datum.storageResolution();
        if (resolution != null && resolution != 1 && resolution != 60) {
            throw refuse(
                    INVALID_VALUE,
                    "The parameter "
                            + at.path("StorageResolution")
                            + " must be a value in the set [ 1, 60 ].");
        }
    }

    private static void dimensions(List<Dimension> dimensions, Place at) {
        if (dimensions.size() > MAX_DIMENSIONS) {
            throw tooMany(at.path("Dimensions"), MAX_DIMENSIONS);
        }
        if (dimensions.isEmpty()) {
            return;
        }
        for (var i = 0; i < dimensions.size(); i++) {
            var dimension = dimensions.get(i);
            var member = "dimensions." + (i + 1) + ".member";
            at.require(dimension.name(), member + ".name", MAX_NAME_LENGTH);
            at.require(dimension.value(), member + ".value", MAX_DIMENSION_VALUE_LENGTH);
            var path = "Dimensions.member." + (i + 1);
            if (!isPrintable(dimension.name())
                    || dimension.name().isBlank()
                    || dimension.name().startsWith(":")) {
                throw invalid(at.path(path + ".Name"), "");
            }
            if (!isPrintable(dimension.value()) || dimension.value().isBlank()) {
                throw invalid(at.path(path + ".Value"), "");
            }
        }
        if (hasDuplicateNames(dimensions)) {
            throw refuse(INVALID_VALUE, "No metric may specify the same dimension name twice.");
        }
    }

    private static boolean hasDuplicateNames(List<Dimension> dimensions) {
        if (dimensions.size() == 1) {
            return false;
        }
        var names = HashSet.<String>newHashSet(dimensions.size());
        for (var dimension : dimensions) {
            if (!names.add(dimension.name())) {
                return true;
            }
        }
        return false;
    }

    private static void timestamp(@Nullable Long timestampMs, Place at, long receivedMs) {
        if (timestampMs == null) {
            return;
        }
        if (timestampMs < receivedMs - OLDEST.toMillis() - SLACK.toMillis()) {
            throw refuse(
                    INVALID_VALUE,
                    "The parameter "
                            + at.path("Timestamp")
                            + " must specify a time within the past two weeks.");
        }
        if (timestampMs > receivedMs + NEWEST.toMillis()) {
            throw refuse(
                    INVALID_VALUE,
                    "The parameter "
                            + at.path("Timestamp")
                            + " must specify a time no more than two hours in the future.");
        }
    }

    /// Value, Values with Counts, or StatisticValues. AWS: Values beside StatisticValues passes, and
    /// the latter wins.
    private static void form(Datum datum, Place at) {
        if (datum.value() != null && (datum.hasValues() || datum.statisticValues() != null)) {
            var other = datum.hasValues() ? "Values" : "StatisticValues";
            throw refuse(
                    INVALID_COMBINATION,
                    "The parameters "
                            + at.path("Value")
                            + " and "
                            + at.path(other)
                            + " are mutually exclusive and you have specified both.");
        }
        if (datum.hasCounts() && !datum.hasValues()) {
            throw refuse(
                    INVALID_COMBINATION,
                    "The parameter values must appears when the counts parameter is specified.");
        }
        if (datum.value() != null) {
            number(datum.value(), at, "Value");
        } else if (datum.statisticValues() == null && !datum.hasValues()) {
            throw refuse(INVALID_COMBINATION, "At least one of the parameters must be specified.");
        }
        if (datum.hasValues()) {
            values(datum, at);
        }
        if (datum.statisticValues() != null) {
            statisticSet(datum.statisticValues(), at);
        }
    }

    private static void values(Datum datum, Place at) {
        var values = datum.values();
        var counts = datum.counts();
        if (values == null) {
            return;
        }
        if (values.length > MAX_VALUES) {
            throw tooMany(at.path("Values"), MAX_VALUES);
        }
        for (var i = 0; i < values.length; i++) {
            number(values[i], at, "Values.member.", i);
        }
        if (counts == null || counts.length == 0) {
            return;
        }
        if (counts.length != values.length) {
            throw refuse(
                    INVALID_VALUE,
                    "The parameters "
                            + at.path("Values")
                            + " and "
                            + at.path("Counts")
                            + " must be of the same size.");
        }
        for (var i = 0; i < counts.length; i++) {
            number(counts[i], at, "Counts.member.", i);
            if (counts[i] < 0) {
                throw refuse(
                        INVALID_VALUE,
                        "The parameter "
                                + at.path("Counts")
                                + " must contain only values greater than 0.");
            }
        }
    }

    private static void statisticSet(Datum.Set set, Place at) {
        var count = at.require(set.sampleCount(), "statisticValues.sampleCount");
        var sum = at.require(set.sum(), "statisticValues.sum");
        var minimum = at.require(set.minimum(), "statisticValues.minimum");
        var maximum = at.require(set.maximum(), "statisticValues.maximum");
        number(count, at, "StatisticValues.SampleCount");
        number(sum, at, "StatisticValues.Sum");
        number(minimum, at, "StatisticValues.Minimum");
        number(maximum, at, "StatisticValues.Maximum");
        if (count <= 0) {
            throw refuse(
                    INVALID_VALUE,
                    "The parameter "
                            + at.path("StatisticValues.SampleCount")
                            + " must be greater than 0.");
        }
        if (minimum > maximum) {
            throw refuse(
                    INVALID_VALUE,
                    "The parameter "
                            + at.path("StatisticValues.Maximum")
                            + " must be greater than "
                            + at.path("StatisticValues.Minimum")
                            + ".");
        }
    }

    private static void number(double value, Place at, String member) {
        if (!(Math.abs(value) <= LARGEST)) { // NaN too
            throw invalid(at.path(member), Double.toString(value));
        }
    }

    private static void number(double value, Place at, String list, int index) {
        if (!(Math.abs(value) <= LARGEST)) {
            throw invalid(at.path(list + (index + 1)), Double.toString(value));
        }
    }

    private static void text(@Nullable String value, String member, int longest) {
        if (value == null) {
            throw refuse(VALIDATION, constraint(null, member, "Member must not be null"));
        }
        if (value.isEmpty()) {
            throw refuse(
                    VALIDATION,
                    constraint(
                            value, member, "Member must have length greater than or equal to 1"));
        }
        if (value.length() > longest) {
            throw refuse(
                    VALIDATION,
                    constraint(
                            value,
                            member,
                            "Member must have length less than or equal to " + longest));
        }
    }

    /// AWS: ASCII without control characters.
    private static boolean isPrintable(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c < 0x20 || c > 0x7E) {
                return false;
            }
        }
        return true;
    }

    private static String constraint(@Nullable String value, String member, String rule) {
        return "1 validation error detected: Value "
                + (value == null ? "null" : "'" + value + "'")
                + " at '"
                + member
                + "' failed to satisfy constraint: "
                + rule;
    }

    private static String units() {
        var names = new StringBuilder("[");
        for (var unit : Unit.values()) {
            names.append(names.length() > 1 ? ", " : "").append(unit.awsName());
        }
        return names.append(']').toString();
    }

    private static RefusedMetricData invalid(String parameter, String value) {
        return refuse(
                INVALID_VALUE,
                "The value " + value + " for parameter " + parameter + " is invalid.");
    }

    private static RefusedMetricData tooMany(String collection, int limit) {
        return refuse(
                INVALID_VALUE,
                "The collection "
                        + collection
                        + " must not have a size greater than "
                        + limit
                        + ".");
    }

    private static RefusedMetricData refuse(RefusedMetricData.Kind kind, String message) {
        return new RefusedMetricData(kind, message);
    }

    /// Where a datum stands in the request; indexes shown to clients start at 1.
    private record Place(int index, int entity) {
        String path(String member) {
            var own = "MetricData.member." + (index + 1) + "." + member;
            return entity < 0 ? own : "EntityMetricData.member." + (entity + 1) + "." + own;
        }

        String member(String name) {
            var own = "metricData." + (index + 1) + ".member." + name;
            return entity < 0 ? own : "entityMetricData." + (entity + 1) + ".member." + own;
        }

        void require(@Nullable String value, String name, int longest) {
            if (value == null || value.isEmpty() || value.length() > longest) {
                text(value, member(name), longest);
            }
        }

        double require(@Nullable Double value, String name) {
            if (value == null) {
                throw refuse(VALIDATION, constraint(null, member(name), "Member must not be null"));
            }
            return value;
        }
    }
}
