package io.pharos.ingest.entity;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What an entity must look like. AWS, "Entity" of PutMetricData and PutLogEvents: a type says which key
/// attributes there must be; no others are known.
public final class EntityRules {
    /// The longest value of an attribute, in characters.
    public static final int MAX_METRIC_VALUE = 2_048;

    public static final int MAX_LOG_VALUE = 512;

    private static final int MAX_KEY_ATTRIBUTES = 4;
    private static final int MAX_KEY_ATTRIBUTE_NAME = 32;
    private static final int MAX_ATTRIBUTES = 10;
    private static final int MAX_ATTRIBUTE_NAME = 256;

    private static final Set<String> KNOWN =
            Set.of("Type", "ResourceType", "Identifier", "Name", "Environment", "AwsAccountId");
    private static final Set<String> OF_RESOURCE = Set.of("ResourceType", "Identifier");
    private static final Map<String, Set<String>> REQUIRED =
            Map.of(
                    "AWS::Resource", OF_RESOURCE,
                    "Resource", OF_RESOURCE,
                    "AWS::Service", Set.of("Name"),
                    "RemoteService", Set.of("Name"),
                    "Service", Set.of("Name", "Environment"));

    private EntityRules() {}

    /// The first thing that is wrong.
    ///
    /// @param maxValue characters of a key attribute's or attribute's value
    public static Optional<EntityDefect> check(
            Map<String, String> keyAttributes, Map<String, String> attributes, int maxValue) {
        if (keyAttributes.isEmpty()) {
            return defect("InvalidEntity", "An entity must have key attributes");
        }
        var type = keyAttributes.get("Type");
        if (type == null) {
            return defect("MissingRequiredFields", "Type");
        }
        var required = REQUIRED.get(type);
        if (required == null) {
            return defect("InvalidTypeValue", "Unknown entity type");
        }
        if (!KNOWN.containsAll(keyAttributes.keySet())
                || keyAttributes.size() > MAX_KEY_ATTRIBUTES
                || keyAttributes.values().stream().anyMatch(String::isBlank)) {
            return defect("InvalidKeyAttributes", "Unknown, blank or too many key attributes");
        }
        if (!keyAttributes.keySet().containsAll(required)) {
            return defect("MissingRequiredFields", "Key attributes of an entity of type " + type);
        }
        if (attributes.size() > MAX_ATTRIBUTES) {
            return defect("InvalidAttributes", "Too many attributes");
        }
        if (isTooLong(keyAttributes, MAX_KEY_ATTRIBUTE_NAME, maxValue)
                || isTooLong(attributes, MAX_ATTRIBUTE_NAME, maxValue)) {
            return defect("EntitySizeTooLarge", "A name or value is too long");
        }
        return Optional.empty();
    }

    private static Optional<EntityDefect> defect(String errorType, String message) {
        return Optional.of(new EntityDefect(errorType, message));
    }

    private static boolean isTooLong(Map<String, String> pairs, int maxName, int maxValue) {
        return pairs.entrySet().stream()
                .anyMatch(pair ->
                        pair.getKey().length() > maxName || pair.getValue().length() > maxValue);
    }
}
