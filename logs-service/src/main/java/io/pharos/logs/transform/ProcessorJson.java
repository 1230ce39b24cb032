package io.pharos.logs.transform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.logs.LogsError;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;
import software.amazon.awssdk.utils.builder.SdkBuilder;

import java.util.ArrayList;
import java.util.List;

/// Processors as AWS's JSON: how they are kept, and what the document of an account policy is.
public final class ProcessorJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ProcessorJson() {}

    public static String write(List<Processor> processors) {
        var list = JsonNodeFactory.instance.arrayNode();
        processors.forEach(processor -> list.add(object(processor)));
        return list.toString();
    }

    private static ObjectNode object(SdkPojo shape) {
        var object = JsonNodeFactory.instance.objectNode();
        for (var field : shape.sdkFields()) {
            var value = field.getValueOrDefault(shape);
            if (value != null && !isUnset(value)) {
                object.set(field.locationName(), value(value));
            }
        }
        return object;
    }

    /// The SDK shows lists that nobody set as empty ones.
    private static boolean isUnset(Object value) {
        return value instanceof List<?> list && list.isEmpty();
    }

    private static JsonNode value(Object value) {
        return switch (value) {
            case SdkPojo shape -> object(shape);
            case List<?> list -> {
                var array = JsonNodeFactory.instance.arrayNode();
                list.forEach(item -> array.add(value(item)));
                yield array;
            }
            case Boolean flag -> JsonNodeFactory.instance.booleanNode(flag);
            default -> JsonNodeFactory.instance.textNode(value.toString());
        };
    }

    /// @throws RuntimeException AWS's `InvalidParameterException` when it is no list of processors
    public static List<Processor> read(String document) {
        try {
            if (JSON.readTree(document) instanceof ArrayNode list) {
                var processors = new ArrayList<Processor>();
                for (var item : list) {
                    processors.add((Processor) shape(item, Processor.builder()));
                }
                return processors;
            }
        } catch (JsonProcessingException notJson) {
            // the same answer
        }
        throw invalid();
    }

    /// @param builder filled and built
    private static Object shape(JsonNode from, SdkPojo builder) {
        if (!(from instanceof ObjectNode object)) {
            throw invalid();
        }
        for (var member : object.properties()) {
            var field =
                    builder.sdkFields().stream()
                            .filter(known -> known.locationName().equals(member.getKey()))
                            .findFirst()
                            .orElseThrow(ProcessorJson::invalid);
            if (!member.getValue().isNull()) {
                field.set(builder, value(member.getValue(), field));
            }
        }
        return ((SdkBuilder<?, ?>) builder).build();
    }

    private static @Nullable Object value(JsonNode from, SdkField<?> field) {
        var type = field.marshallingType();
        if (type == MarshallingType.SDK_POJO) {
            return shape(from, field.constructor().get());
        }
        if (type == MarshallingType.LIST && from instanceof ArrayNode array) {
            var item = field.getTrait(ListTrait.class).memberFieldInfo();
            var list = new ArrayList<@Nullable Object>();
            array.forEach(element -> list.add(value(element, item)));
            return list;
        }
        if (type == MarshallingType.BOOLEAN && from.isBoolean()) {
            return from.booleanValue();
        }
        if (type == MarshallingType.STRING && from.isTextual()) {
            return from.textValue();
        }
        throw invalid();
    }

    private static RuntimeException invalid() {
        return LogsError.invalid("Invalid transformer configuration.");
    }
}
