package io.pharos.ingest.log.door;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.resource.v1.Resource;
import io.pharos.ingest.otlp.JsonNumbers;
import io.pharos.wire.AwsError;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// OTLP's log records as events: each one JSON object with its resource, its scope and its own members,
/// attributes as plain members. Pure.
public final class OtlpLogs {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long NANOS_PER_MS = 1_000_000L;
    private static final int MAX_DEPTH = 64;

    private OtlpLogs() {}

    /// @throws AwsError for what is no request
    public static ExportLogsServiceRequest fromProtobuf(byte[] body) {
        try {
            return ExportLogsServiceRequest.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw AwsError.validation("The body is no ExportLogsServiceRequest.");
        }
    }

    /// OTLP's JSON is Protobuf's but for trace and span ids in hexadecimal, which Protobuf's reader takes
    /// for Base64: those are put right by the records themselves.
    ///
    /// @throws AwsError for what is no request
    public static ExportLogsServiceRequest fromJson(byte[] body) {
        JsonNumbers.check(body);
        try {
            var request = ExportLogsServiceRequest.newBuilder();
            JsonFormat.parser()
                    .ignoringUnknownFields()
                    .merge(new String(body, StandardCharsets.UTF_8), request);
            return request.build();
        } catch (InvalidProtocolBufferException e) {
            throw AwsError.validation("The body is no ExportLogsServiceRequest in JSON.");
        }
    }

    /// @param hexIds the ids were hexadecimal text: the request came as JSON
    public static DoorEvents of(ExportLogsServiceRequest request, boolean hexIds, long nowMs) {
        var events = new DoorEvents.Builder();
        for (var ofResource : request.getResourceLogsList()) {
            var resource = resource(ofResource.getResource());
            for (var ofScope : ofResource.getScopeLogsList()) {
                var scope = scope(ofScope.getScope());
                for (var record : ofScope.getLogRecordsList()) {
                    events.add(timeMs(record, nowMs), message(resource, scope, record, hexIds));
                }
            }
        }
        return events.build();
    }

    private static long timeMs(LogRecord record, long nowMs) {
        var nanos =
                record.getTimeUnixNano() != 0
                        ? record.getTimeUnixNano()
                        : record.getObservedTimeUnixNano();
        return nanos == 0 ? nowMs : Long.divideUnsigned(nanos, NANOS_PER_MS);
    }

    private static ObjectNode resource(Resource resource) {
        return NODES.objectNode().set("attributes", attributes(resource.getAttributesList(), 0));
    }

    private static ObjectNode scope(InstrumentationScope scope) {
        var node = NODES.objectNode();
        if (!scope.getName().isEmpty()) {
            node.put("name", scope.getName());
        }
        if (!scope.getVersion().isEmpty()) {
            node.put("version", scope.getVersion());
        }
        if (scope.getAttributesCount() > 0) {
            node.set("attributes", attributes(scope.getAttributesList(), 0));
        }
        return node;
    }

    private static String message(
            ObjectNode resource, ObjectNode scope, LogRecord record, boolean hexIds) {
        var node = NODES.objectNode();
        node.set("resource", resource);
        node.set("scope", scope);
        node.put("timeUnixNano", Long.toUnsignedString(record.getTimeUnixNano()));
        node.put("observedTimeUnixNano", Long.toUnsignedString(record.getObservedTimeUnixNano()));
        if (record.getSeverityNumberValue() != 0) {
            node.put("severityNumber", record.getSeverityNumberValue());
        }
        if (!record.getSeverityText().isEmpty()) {
            node.put("severityText", record.getSeverityText());
        }
        node.set("body", value(record.getBody(), 0));
        node.set("attributes", attributes(record.getAttributesList(), 0));
        if (record.getDroppedAttributesCount() != 0) {
            node.put(
                    "droppedAttributesCount",
                    Integer.toUnsignedLong(record.getDroppedAttributesCount()));
        }
        if (record.getFlags() != 0) {
            node.put("flags", Integer.toUnsignedLong(record.getFlags()));
        }
        id(node, "traceId", record.getTraceId(), hexIds);
        id(node, "spanId", record.getSpanId(), hexIds);
        if (!record.getEventName().isEmpty()) {
            node.put("eventName", record.getEventName());
        }
        return text(node);
    }

    private static void id(ObjectNode node, String name, ByteString id, boolean hexIds) {
        if (!id.isEmpty()) {
            var bytes = id.toByteArray();
            node.put(
                    name,
                    hexIds
                            ? Base64.getEncoder().withoutPadding().encodeToString(bytes)
                            : HexFormat.of().formatHex(bytes));
        }
    }

    private static ObjectNode attributes(List<KeyValue> attributes, int depth) {
        var node = NODES.objectNode();
        for (var attribute : attributes) {
            node.set(attribute.getKey(), value(attribute.getValue(), depth));
        }
        return node;
    }

    private static JsonNode value(AnyValue value, int depth) {
        if (depth > MAX_DEPTH) {
            throw AwsError.validation("A value is nested too deeply.");
        }
        return switch (value.getValueCase()) {
            case STRING_VALUE -> NODES.textNode(value.getStringValue());
            case BOOL_VALUE -> NODES.booleanNode(value.getBoolValue());
            case INT_VALUE -> NODES.numberNode(value.getIntValue());
            case DOUBLE_VALUE ->
                    Double.isFinite(value.getDoubleValue())
                            ? NODES.numberNode(value.getDoubleValue())
                            : NODES.textNode(Double.toString(value.getDoubleValue()));
            case BYTES_VALUE ->
                    NODES.textNode(
                            Base64.getEncoder()
                                    .encodeToString(value.getBytesValue().toByteArray()));
            case ARRAY_VALUE -> {
                ArrayNode array = NODES.arrayNode();
                for (var element : value.getArrayValue().getValuesList()) {
                    array.add(value(element, depth + 1));
                }
                yield array;
            }
            case KVLIST_VALUE -> attributes(value.getKvlistValue().getValuesList(), depth + 1);
            case VALUE_NOT_SET -> NODES.nullNode();
            default -> NODES.nullNode();
        };
    }

    private static String text(ObjectNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
