package io.pharos.ingest.otlp;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.pharos.ingest.sample.SampleSet;

import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Attributes as the labels that CloudWatch's PromQL knows them by: `@resource.service.name`,
/// `@instrumentation.@name`, `@datapoint.http.route`; a scope's own fields have a second `@`.
final class OtlpLabels {
    private static final int ELLIPSIS = 1;

    private boolean shortened;

    /// Whether some value was too long and lost its end.
    boolean hasShortened() {
        return shortened;
    }

    void resource(SortedMap<String, String> labels, List<KeyValue> attributes, String schemaUrl) {
        put(labels, "@resource.", attributes);
        field(labels, "@resource.@schema_url", schemaUrl);
    }

    void scope(SortedMap<String, String> labels, InstrumentationScope scope, String schemaUrl) {
        put(labels, "@instrumentation.", scope.getAttributesList());
        field(labels, "@instrumentation.@name", scope.getName());
        field(labels, "@instrumentation.@version", scope.getVersion());
        field(labels, "@instrumentation.@schema_url", schemaUrl);
    }

    /// The labels of a datapoint: its own and those of where it stands.
    SortedMap<String, String> datapoint(
            SortedMap<String, String> outer, List<KeyValue> attributes) {
        var labels = new TreeMap<>(outer);
        put(labels, "@datapoint.", attributes);
        return labels;
    }

    private void put(SortedMap<String, String> labels, String prefix, List<KeyValue> attributes) {
        for (var attribute : attributes) {
            if (!attribute.getKey().isEmpty()) {
                field(labels, prefix + attribute.getKey(), text(attribute.getValue()));
            }
        }
    }

    private void field(SortedMap<String, String> labels, String name, String value) {
        if (value.isEmpty()) {
            return;
        }
        if (value.length() > SampleSet.MAX_LABEL_VALUE) {
            shortened = true;
            var end = SampleSet.MAX_LABEL_VALUE - ELLIPSIS;
            var whole = Character.isHighSurrogate(value.charAt(end - 1)) ? end - 1 : end;
            labels.put(name, value.substring(0, whole) + "…");
        } else {
            labels.put(name, value);
        }
    }

    /// OpenTelemetry: a value that is no text is written as JSON. The depth of lists is bounded by the
    /// decoder.
    private static String text(AnyValue value) {
        if (value.getValueCase() == AnyValue.ValueCase.STRING_VALUE) {
            return value.getStringValue();
        }
        var json = new StringBuilder();
        write(value, json);
        return json.toString();
    }

    private static void write(AnyValue value, StringBuilder json) {
        switch (value.getValueCase()) {
            case STRING_VALUE -> quote(value.getStringValue(), json);
            case BOOL_VALUE -> json.append(value.getBoolValue());
            case INT_VALUE -> json.append(value.getIntValue());
            case DOUBLE_VALUE -> json.append(number(value.getDoubleValue()));
            case BYTES_VALUE ->
                    json.append(
                            Base64.getEncoder()
                                    .encodeToString(value.getBytesValue().toByteArray()));
            case ARRAY_VALUE -> {
                json.append('[');
                var separator = "";
                for (var element : value.getArrayValue().getValuesList()) {
                    json.append(separator);
                    write(element, json);
                    separator = ",";
                }
                json.append(']');
            }
            case KVLIST_VALUE -> {
                json.append('{');
                var separator = "";
                for (var member : value.getKvlistValue().getValuesList()) {
                    json.append(separator);
                    quote(member.getKey(), json);
                    json.append(':');
                    write(member.getValue(), json);
                    separator = ",";
                }
                json.append('}');
            }
            default -> {}
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < 0x20) {
                        json.append("\\u%04x".formatted((int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
