package io.pharos.logs.emf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.metric.Datum;
import io.pharos.metric.Dimension;
import io.pharos.metric.PutMetricDataRules;
import io.pharos.metric.RefusedMetricData;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// One log event read by the rules of CloudWatch's embedded metric format. Pure.
///
/// What is at fault is left out and the rest counts: a directive whose own form is wrong, a metric
/// whose target is no number, a dimension set whose target is no text, a datum that PutMetricData
/// would refuse. A fault of `_aws` itself leaves out the event.
public final class EmbeddedDocument {
    /// AWS: metrics of one directive.
    static final int MAX_METRICS = 100;

    /// AWS: numbers of one metric in one event.
    static final int MAX_VALUES = 100;

    /// AWS: characters of a dimension's name.
    static final int MAX_DIMENSION_NAME = 250;

    /// Datums that one event may ask for: sets times metrics grow fast.
    static final int MAX_DATUMS = 10_000;

    private static final String MARK = "_aws";
    private static final String DIRECTIVES = "CloudWatchMetrics";

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /// What an event turned out to be.
    public enum Kind {
        /// Nothing that concerns metrics.
        PLAIN,
        METRICS,
        /// Not readable as JSON although it is marked: `EMFParsingErrors`.
        NOT_JSON,
        /// Against the format, in part or whole: `EMFValidationErrors`.
        INVALID
    }

    /// A datum and where it goes.
    public record Embedded(String namespace, Datum datum) {}

    /// @param metrics may be there beside the kind `INVALID`: what was not at fault
    public record Reading(Kind kind, List<Embedded> metrics) {}

    private final JsonNode root;
    private final long timestampMs;
    private final long receivedMs;
    private final List<Embedded> metrics = new ArrayList<>();
    private boolean faulty;

    private EmbeddedDocument(JsonNode root, long timestampMs, long receivedMs) {
        this.root = root;
        this.timestampMs = timestampMs;
        this.receivedMs = receivedMs;
    }

    /// @param declared the sender said that its events are of this format
    public static Reading read(String message, boolean declared, long receivedMs) {
        JsonNode root;
        try {
            root = JSON.readTree(message);
        } catch (JsonProcessingException _) {
            var marked = declared || message.contains('"' + DIRECTIVES + '"');
            return new Reading(marked ? Kind.NOT_JSON : Kind.PLAIN, List.of());
        }
        if (root == null || !root.isObject()) {
            return new Reading(declared ? Kind.NOT_JSON : Kind.PLAIN, List.of());
        }
        var mark = root.path(MARK);
        if (!declared && !mark.has(DIRECTIVES)) {
            return new Reading(Kind.PLAIN, List.of());
        }
        var timestamp = mark.path("Timestamp");
        var directives = mark.path(DIRECTIVES);
        if (!timestamp.isIntegralNumber()
                || !timestamp.canConvertToLong()
                || !directives.isArray()) {
            return new Reading(Kind.INVALID, List.of());
        }
        var document = new EmbeddedDocument(root, timestamp.longValue(), receivedMs);
        directives.forEach(document::directive);
        return new Reading(document.faulty ? Kind.INVALID : Kind.METRICS, document.metrics);
    }

    private void directive(JsonNode directive) {
        var namespace = text(directive.path("Namespace"));
        var definitions = directive.path("Metrics");
        var sets = dimensionSets(directive);
        if (namespace == null
                || sets == null
                || !definitions.isArray()
                || definitions.size() > MAX_METRICS
                || !areWellFormed(definitions)) {
            faulty = true;
            return;
        }
        try {
            PutMetricDataRules.namespace(namespace);
        } catch (RefusedMetricData _) {
            faulty = true;
            return;
        }
        for (var definition : definitions) {
            for (var set : sets) {
                metric(namespace, definition, set);
            }
        }
    }

    /// Each set once; null when the directive's form is wrong. Sets whose targets are no texts are
    /// left out.
    private @Nullable Set<List<Dimension>> dimensionSets(JsonNode directive) {
        var sent = directive.path("Dimensions");
        if (sent.isMissingNode()) {
            return Set.of(List.of());
        }
        if (!sent.isArray() || sent.isEmpty()) {
            return null;
        }
        var sets = new LinkedHashSet<List<Dimension>>();
        for (var names : sent) {
            if (!names.isArray() || names.size() > PutMetricDataRules.MAX_DIMENSIONS) {
                return null;
            }
            var set = new ArrayList<Dimension>(names.size());
            for (var name : names) {
                var key = text(name);
                if (key == null || key.isEmpty() || key.length() > MAX_DIMENSION_NAME) {
                    return null;
                }
                var value = text(root.path(key));
                if (value != null) {
                    set.add(new Dimension(key, value));
                }
            }
            if (set.size() == names.size()) {
                set.sort(null);
                sets.add(set);
            } else {
                faulty = true;
            }
        }
        return sets;
    }

    private static boolean areWellFormed(JsonNode definitions) {
        for (var definition : definitions) {
            var name = text(definition.path("Name"));
            var unit = definition.path("Unit");
            var resolution = definition.path("StorageResolution");
            if (name == null
                    || name.isEmpty()
                    || !(unit.isMissingNode() || unit.isTextual() && isUnit(unit.textValue()))
                    || !(resolution.isMissingNode()
                            || resolution.isIntegralNumber()
                                    && (resolution.intValue() == 1
                                            || resolution.intValue() == 60))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnit(String name) {
        return !name.isEmpty() && io.pharos.metric.Unit.named(name) != null;
    }

    private void metric(String namespace, JsonNode definition, List<Dimension> dimensions) {
        var name = definition.path("Name").textValue();
        var datum = datum(name, definition, dimensions, root.path(name));
        if (datum == null) {
            return;
        }
        if (metrics.size() == MAX_DATUMS) {
            faulty = true;
            return;
        }
        try {
            PutMetricDataRules.datum(datum, 0, -1, receivedMs);
            metrics.add(new Embedded(namespace, datum));
        } catch (RefusedMetricData _) {
            faulty = true;
        }
    }

    /// Null when the target has no numbers. Beside numbers and lists of them, agents and libraries send
    /// distributions as an object: Values with Counts, or Count, Sum, Min and Max.
    private @Nullable Datum datum(
            String name, JsonNode definition, List<Dimension> dimensions, JsonNode target) {
        double[] values = null;
        double[] counts = null;
        Datum.Set set = null;
        if (target.isNumber()) {
            values = new double[] {target.doubleValue()};
        } else if (target.isArray()) {
            values = numbers(target);
        } else if (target.path("Values").isArray()) {
            values = numbers(target.path("Values"));
            counts = numbers(target.path("Counts"));
            if (values != null && (counts == null || counts.length != values.length)) {
                values = null;
            }
        } else if (target.isObject()) {
            set = set(target);
        }
        if (values == null && set == null) {
            faulty = true;
            return null;
        }
        if (values != null && values.length == 0) {
            return null;
        }
        return new Datum(
                name,
                dimensions,
                timestampMs,
                null,
                values,
                counts,
                set,
                definition.path("Unit").textValue(),
                definition.path("StorageResolution").asInt(60));
    }

    private static double @Nullable [] numbers(JsonNode list) {
        if (!list.isArray() || list.size() > MAX_VALUES) {
            return null;
        }
        var numbers = new double[list.size()];
        for (var i = 0; i < numbers.length; i++) {
            if (!list.get(i).isNumber()) {
                return null;
            }
            numbers[i] = list.get(i).doubleValue();
        }
        return numbers;
    }

    private static Datum.@Nullable Set set(JsonNode target) {
        var count = target.path("Count");
        var sum = target.path("Sum");
        var minimum = target.path("Min");
        var maximum = target.path("Max");
        if (!count.isNumber() || !sum.isNumber() || !minimum.isNumber() || !maximum.isNumber()) {
            return null;
        }
        return new Datum.Set(
                count.doubleValue(),
                sum.doubleValue(),
                minimum.doubleValue(),
                maximum.doubleValue());
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : null;
    }
}
