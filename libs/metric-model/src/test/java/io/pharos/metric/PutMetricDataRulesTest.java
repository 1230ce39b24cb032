package io.pharos.metric;

import static io.pharos.metric.RefusedMetricData.Kind.INVALID_COMBINATION;
import static io.pharos.metric.RefusedMetricData.Kind.INVALID_VALUE;
import static io.pharos.metric.RefusedMetricData.Kind.MISSING_PARAMETER;
import static io.pharos.metric.RefusedMetricData.Kind.VALIDATION;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

class PutMetricDataRulesTest {
    private static final long NOW = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();
    private static final String AT = "MetricData.member.1.";

    @Test
    void acceptsWhatAwsAccepts() {
        accept(value(1));
        accept(value(-0x1p360));
        accept(values(new double[] {1, 2}, null));
        accept(values(new double[] {1, 2}, new double[] {0, 0.5}));
        accept(set(2.0, 900.0, 1.0, 1.0)); // the sum is not checked
        accept(new Datum("m", List.of(), null, null, new double[] {1}, null, aSet(), null, null));
        accept(at(NOW - Duration.ofDays(14).toMillis()));
        accept(at(NOW + Duration.ofHours(2).toMillis()));
        accept(
                dimensions(
                        IntStream.range(0, 30)
                                .mapToObj(i -> new Dimension("d" + i, "v"))
                                .toList()));
        PutMetricDataRules.check("a", Collections.nCopies(1000, value(1)), List.of(), null, NOW);
        PutMetricDataRules.check("a", List.of(), List.of(List.of(value(1))), false, NOW);
    }

    @Test
    void refusesRequests() {
        refuse(
                MISSING_PARAMETER,
                "At least one MetricDatum object must be present in the request.",
                "a");
        refuse(
                INVALID_VALUE,
                "The value AWS/ for parameter Namespace is invalid.",
                "AWS/EC2",
                value(1));
        refuse(
                VALIDATION,
                "1 validation error detected: Value null at 'namespace' failed to satisfy"
                        + " constraint: Member must not be null",
                null,
                value(1));
        refuse(
                INVALID_VALUE,
                "The collection MetricData must not have a size greater than 1000.",
                "a",
                Collections.nCopies(1001, value(1)).toArray(Datum[]::new));
        assertThatThrownBy(() ->
                        PutMetricDataRules.check(
                                "a", List.of(), List.of(List.of(value(1))), null, NOW))
                .hasMessage(
                        "Field StrictEntityValidation is required when setting EntityMetricData");
        assertThatThrownBy(() ->
                        PutMetricDataRules.check(
                                "a",
                                List.of(value(1)),
                                List.of(List.of(value(1), value(Double.NaN))),
                                true,
                                NOW))
                .hasMessage(
                        "The value NaN for parameter"
                                + " EntityMetricData.member.1.MetricData.member.2.Value is"
                                + " invalid.");
    }

    @Test
    void refusesForms() {
        refuse(
                INVALID_COMBINATION,
                "At least one of the parameters must be specified.",
                new Datum("m", List.of(), null, null, null, null, null, null, null));
        var both =
                "The parameters "
                        + AT
                        + "Value and "
                        + AT
                        + "%s are mutually exclusive and you"
                        + " have specified both.";
        refuse(
                INVALID_COMBINATION,
                both.formatted("Values"),
                new Datum("m", List.of(), null, 1.0, new double[] {1}, null, null, null, null));
        refuse(
                INVALID_COMBINATION,
                both.formatted("StatisticValues"),
                new Datum("m", List.of(), null, 1.0, null, null, aSet(), null, null));
        refuse(
                INVALID_COMBINATION,
                "The parameter values must appears when the counts parameter is specified.",
                new Datum("m", List.of(), null, 1.0, null, new double[] {1}, null, null, null));
        refuse(
                INVALID_VALUE,
                "The parameters " + AT + "Values and " + AT + "Counts must be of the same size.",
                values(new double[] {1, 2}, new double[] {1}));
        refuse(
                INVALID_VALUE,
                "The parameter " + AT + "Counts must contain only values greater than 0.",
                values(new double[] {1, 2}, new double[] {1, -1}));
        refuse(
                INVALID_VALUE,
                "The collection " + AT + "Values must not have a size greater than 150.",
                values(new double[151], null));
        refuse(
                INVALID_VALUE,
                "The parameter " + AT + "StatisticValues.SampleCount must be greater than 0.",
                set(0.0, 1.0, 1.0, 1.0));
        refuse(
                INVALID_VALUE,
                "The parameter "
                        + AT
                        + "StatisticValues.Maximum must be greater than "
                        + AT
                        + "StatisticValues.Minimum.",
                set(1.0, 1.0, 2.0, 1.0));
        refuse(
                VALIDATION,
                "1 validation error detected: Value null at"
                        + " 'metricData.1.member.statisticValues.sum' failed to satisfy constraint:"
                        + " Member must not be null",
                set(1.0, null, 2.0, 1.0));
    }

    @Test
    void refusesNumbersAndTimes() {
        refuse(
                INVALID_VALUE,
                "The value 4.6970851655476665E108 for parameter " + AT + "Value is invalid.",
                value(0x1p361));
        refuse(
                INVALID_VALUE,
                "The value NaN for parameter " + AT + "Value is invalid.",
                value(Double.NaN));
        refuse(
                INVALID_VALUE,
                "The value Infinity for parameter " + AT + "Value is invalid.",
                value(Double.POSITIVE_INFINITY));
        refuse(
                INVALID_VALUE,
                "The parameter " + AT + "Timestamp must specify a time within the past two weeks.",
                at(NOW - Duration.ofDays(15).toMillis()));
        refuse(
                INVALID_VALUE,
                "The parameter "
                        + AT
                        + "Timestamp must specify a time no more than two hours in the future.",
                at(NOW + Duration.ofHours(2).toMillis() + 1));
        refuse(
                INVALID_VALUE,
                "The parameter " + AT + "StorageResolution must be a value in the set [ 1, 60 ].",
                new Datum("m", List.of(), null, 1.0, null, null, null, null, 30));
    }

    @Test
    void refusesNamesAndDimensions() {
        refuse(
                INVALID_VALUE,
                "No metric may specify the same dimension name twice.",
                dimensions(List.of(new Dimension("a", "1"), new Dimension("a", "1"))));
        refuse(
                INVALID_VALUE,
                "The collection " + AT + "Dimensions must not have a size greater than 30.",
                dimensions(Collections.nCopies(31, new Dimension("a", "1"))));
        for (var name : List.of(" ", ":a", "a\n", "ä")) {
            refuse(
                    INVALID_VALUE,
                    "The value  for parameter " + AT + "Dimensions.member.1.Name is invalid.",
                    dimensions(List.of(new Dimension(name, "1"))));
        }
        refuse(
                INVALID_VALUE,
                "The value  for parameter " + AT + "Dimensions.member.1.Value is invalid.",
                dimensions(List.of(new Dimension("a", "\t1"))));
        refuse(
                VALIDATION,
                "1 validation error detected: Value '' at 'metricData.1.member.metricName' failed to"
                        + " satisfy constraint: Member must have length greater than or equal to 1",
                new Datum("", List.of(), null, 1.0, null, null, null, null, null));
        assertThatThrownBy(() ->
                        accept(
                                new Datum(
                                        "m",
                                        List.of(),
                                        null,
                                        1.0,
                                        null,
                                        null,
                                        null,
                                        "Furlongs",
                                        null)))
                .hasMessageStartingWith(
                        "1 validation error detected: Value 'Furlongs' at"
                                + " 'metricData.1.member.unit' failed to satisfy constraint: Member"
                                + " must satisfy enum value set: [");
    }

    private static void accept(Datum datum) {
        PutMetricDataRules.check("App", List.of(datum), List.of(), null, NOW);
    }

    private static void refuse(RefusedMetricData.Kind kind, String message, Datum datum) {
        refuse(kind, message, "App", datum);
    }

    private static void refuse(
            RefusedMetricData.Kind kind,
            String message,
            @Nullable String namespace,
            Datum... data) {
        assertThatThrownBy(() ->
                        PutMetricDataRules.check(namespace, List.of(data), List.of(), null, NOW))
                .isInstanceOfSatisfying(
                        RefusedMetricData.class,
                        refused -> {
                            assertThat(refused).hasMessage(message);
                            assertThat(refused.kind()).isEqualTo(kind);
                        });
    }

    private static Datum value(double value) {
        return new Datum("m", List.of(), null, value, null, null, null, null, null);
    }

    private static Datum values(double[] values, double @Nullable [] counts) {
        return new Datum("m", List.of(), null, null, values, counts, null, "Count", 1);
    }

    private static Datum set(
            @Nullable Double count,
            @Nullable Double sum,
            @Nullable Double minimum,
            @Nullable Double maximum) {
        var set = new Datum.Set(count, sum, minimum, maximum);
        return new Datum("m", List.of(), null, null, null, null, set, "", 60);
    }

    private static Datum.Set aSet() {
        return new Datum.Set(1.0, 1.0, 1.0, 1.0);
    }

    private static Datum at(long timestampMs) {
        return new Datum("m", List.of(), timestampMs, 1.0, null, null, null, null, null);
    }

    private static Datum dimensions(List<Dimension> dimensions) {
        return new Datum("m", dimensions, null, 1.0, null, null, null, null, null);
    }
}
