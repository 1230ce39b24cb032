package io.pharos.logs.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.logs.LogsError;
import io.pharos.logs.policy.PolicyHistory;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.PolicyVersion;
import io.pharos.logs.query.FieldIndexes;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.IndexType;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// The document of a field index policy: `{"Fields": ["requestId"], "FieldsV2": {"region": {"type":
/// "FACET"}}}`.
///
/// @param fields their types by their names, as given; names are case-sensitive
public record IndexPolicy(Map<String, IndexType> fields) {
    /// AWS: fields of a policy.
    public static final int MAX_FIELDS = 20;

    /// AWS: characters of a field's name.
    public static final int MAX_NAME = 100;

    private static final int MAX_DOCUMENT = 5_120;
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    public IndexPolicy {
        fields = new LinkedHashMap<>(fields);
    }

    /// @throws RuntimeException AWS's `InvalidParameterException` for what is wrong with it
    public static IndexPolicy parse(String document) {
        if (document.length() > MAX_DOCUMENT) {
            throw invalid("it must not be longer than " + MAX_DOCUMENT + " characters");
        }
        var policy = object(document);
        policy.fieldNames()
                .forEachRemaining(name -> {
                    if (!name.equals("Fields") && !name.equals("FieldsV2")) {
                        throw invalid("unknown member " + name);
                    }
                });
        var fields = new LinkedHashMap<String, IndexType>();
        plain(policy.get("Fields"), fields);
        typed(policy.get("FieldsV2"), fields);
        if (fields.isEmpty() || fields.size() > MAX_FIELDS) {
            throw invalid("it must have 1 to " + MAX_FIELDS + " fields");
        }
        return new IndexPolicy(fields);
    }

    /// Since when all these fields are indexed without a gap, by one policy after the other.
    ///
    /// @param fields that not every group has in its indexes anyway
    public static OptionalLong since(PolicyHistory history, Set<String> fields, long nowMs) {
        var changes =
                history.versions().stream()
                        .filter(version -> version.kind() == PolicyKind.FIELD_INDEX)
                        .flatMap(version -> Stream.of(version.fromMs(), version.untilMs()))
                        .filter(at -> at != null && at <= nowMs)
                        .sorted(Comparator.reverseOrder())
                        .toList();
        var since = OptionalLong.empty();
        for (var at : changes) {
            var version = history.at(PolicyKind.FIELD_INDEX, at);
            if (version == null || !covers(version, fields)) {
                break;
            }
            since = OptionalLong.of(at);
        }
        return since;
    }

    private static boolean covers(PolicyVersion version, Set<String> fields) {
        var indexed = parse(version.document()).fields().keySet();
        return fields.stream()
                .allMatch(field -> indexed.contains(field) || FieldIndexes.ALWAYS.contains(field));
    }

    private static ObjectNode object(String document) {
        try {
            if (JSON.readTree(document) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException notJson) {
            // the same answer
        }
        throw invalid("it must be a JSON object");
    }

    private static void plain(@Nullable JsonNode given, Map<String, IndexType> into) {
        if (given == null) {
            return;
        }
        if (!(given instanceof ArrayNode list)) {
            throw invalid("Fields must be a list");
        }
        for (var field : list) {
            if (!field.isTextual()) {
                throw invalid("Fields must be a list of texts");
            }
            put(field.textValue(), IndexType.FIELD_INDEX, into);
        }
    }

    private static void typed(@Nullable JsonNode given, Map<String, IndexType> into) {
        if (given == null) {
            return;
        }
        if (!(given instanceof ObjectNode fields)) {
            throw invalid("FieldsV2 must be an object");
        }
        for (var field : fields.properties()) {
            var name = field.getValue().path("type").asText("");
            var type =
                    Arrays.stream(IndexType.values())
                            .filter(known -> known != IndexType.UNKNOWN_TO_SDK_VERSION)
                            .filter(known -> known.toString().equals(name))
                            .findFirst()
                            .orElseThrow(
                                    () -> invalid("the type of a field is FACET or FIELD_INDEX"));
            put(field.getKey(), type, into);
        }
    }

    private static void put(String name, IndexType type, Map<String, IndexType> into) {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw invalid("a field's name must have 1 to " + MAX_NAME + " characters");
        }
        if (into.putIfAbsent(name, type) != null) {
            throw invalid("the field " + name + " is there twice");
        }
    }

    private static RuntimeException invalid(String why) {
        return LogsError.invalid("Invalid index policy: " + why + ".");
    }
}
