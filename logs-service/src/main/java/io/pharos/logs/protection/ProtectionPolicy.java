package io.pharos.logs.protection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.PatternSyntaxException;

import io.pharos.logs.LogsError;
import io.pharos.logs.insights.SafeRegex;
import io.pharos.wire.AwsError;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// A data protection policy, all in order.
///
/// @param detectors by the name that audits show
/// @param findingsGroup where audits are written; null: nowhere
public record ProtectionPolicy(Map<String, Detector> detectors, @Nullable String findingsGroup) {
    /// AWS: characters of a policy.
    public static final int MAX_LENGTH = 30_720;

    /// AWS: identifiers of one's own in a policy.
    static final int MAX_CUSTOM = 10;

    static final int MAX_REGEX = 200;

    private static final String VERSION = "2021-06-01";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    public ProtectionPolicy {
        detectors = new LinkedHashMap<>(detectors);
    }

    /// @throws RuntimeException AWS's `InvalidParameterException` for what is wrong with it
    public static ProtectionPolicy parse(String document) {
        if (document.length() > MAX_LENGTH) {
            throw invalid("it must not be longer than " + MAX_LENGTH + " characters");
        }
        var policy = object(document);
        members(
                policy,
                "policy",
                Set.of("Name", "Description", "Version", "Statement", "Configuration"));
        text(policy, "Name");
        if (policy.has("Description")) {
            text(policy, "Description");
        }
        if (!text(policy, "Version").equals(VERSION)) {
            throw invalid("Version must be " + VERSION);
        }
        var custom = custom(policy.get("Configuration"));
        if (!(policy.get("Statement") instanceof ArrayNode statements) || statements.size() != 2) {
            throw invalid(
                    "Statement must have exactly two elements, with Audit and with Deidentify");
        }
        var audit = statement(statements, "Audit");
        var deidentify = statement(statements, "Deidentify");
        var identifiers = audit.get("DataIdentifier");
        if (!(identifiers instanceof ArrayNode list) || list.isEmpty()) {
            throw invalid("DataIdentifier must be a list that is not empty");
        }
        if (!identifiers.equals(deidentify.get("DataIdentifier"))) {
            throw invalid("the DataIdentifier arrays of both statements must match exactly");
        }
        mask(deidentify.path("Operation").path("Deidentify"));
        var detectors = new LinkedHashMap<String, Detector>();
        for (var identifier : list) {
            var name = name(identifier);
            var own = custom.get(name);
            detectors.put(name, own == null ? managed(name, identifier) : own);
        }
        return new ProtectionPolicy(
                detectors, findingsGroup(audit.path("Operation").path("Audit")));
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

    private static void members(JsonNode object, String where, Set<String> known) {
        object.fieldNames()
                .forEachRemaining(name -> {
                    if (!known.contains(name)) {
                        throw invalid("unknown member " + name + " of the " + where);
                    }
                });
    }

    private static String text(JsonNode object, String member) {
        var value = object.get(member);
        if (value == null || !value.isTextual()) {
            throw invalid(member + " must be a text");
        }
        return value.textValue();
    }

    private static Map<String, Detector> custom(@Nullable JsonNode configuration) {
        var custom = new LinkedHashMap<String, Detector>();
        if (configuration == null) {
            return custom;
        }
        members(configuration, "Configuration", Set.of("CustomDataIdentifier"));
        if (!(configuration.get("CustomDataIdentifier") instanceof ArrayNode list)
                || list.size() > MAX_CUSTOM) {
            throw invalid("CustomDataIdentifier must be a list of at most " + MAX_CUSTOM);
        }
        for (var item : list) {
            members(item, "CustomDataIdentifier", Set.of("Name", "Regex"));
            var name = text(item, "Name");
            var regex = text(item, "Regex");
            if (!NAME.matcher(name).matches()) {
                throw invalid("the name of a custom data identifier must match " + NAME);
            }
            if (regex.isEmpty() || regex.length() > MAX_REGEX) {
                throw invalid("Regex must have 1 to " + MAX_REGEX + " characters");
            }
            if (ManagedIdentifiers.detector(name) != null
                    || ManagedIdentifiers.isUnsupported(name)
                    || custom.containsKey(name)) {
                throw invalid("the data identifier " + name + " exists already");
            }
            try {
                custom.put(name, new RegexDetector(SafeRegex.compile(regex), 0));
            } catch (PatternSyntaxException wrong) {
                throw invalid("Regex of " + name + " is none: " + wrong.getDescription());
            }
        }
        return custom;
    }

    /// The statement with this operation.
    private static ObjectNode statement(ArrayNode statements, String operation) {
        for (var statement : statements) {
            var of = statement.get("Operation");
            if (statement instanceof ObjectNode object
                    && of instanceof ObjectNode
                    && of.size() == 1
                    && of.has(operation)) {
                members(object, "Statement", Set.of("Sid", "DataIdentifier", "Operation"));
                return object;
            }
        }
        throw invalid("one statement must have the Operation " + operation);
    }

    private static void mask(JsonNode deidentify) {
        members(deidentify, "Deidentify operation", Set.of("MaskConfig"));
        if (!(deidentify.get("MaskConfig") instanceof ObjectNode mask) || !mask.isEmpty()) {
            throw invalid("MaskConfig must be an empty object");
        }
    }

    private static String name(JsonNode identifier) {
        if (!identifier.isTextual()) {
            throw invalid("a data identifier must be a text");
        }
        var text = identifier.textValue();
        return text.startsWith(ManagedIdentifiers.ARN_PREFIX)
                ? text.substring(ManagedIdentifiers.ARN_PREFIX.length())
                : text;
    }

    private static Detector managed(String name, JsonNode identifier) {
        if (ManagedIdentifiers.isUnsupported(name)) {
            throw AwsError.unsupported("The data identifier " + name + " is not supported.");
        }
        var detector = ManagedIdentifiers.detector(name);
        if (detector == null || !identifier.textValue().startsWith("arn:")) {
            throw invalid("unknown data identifier " + identifier.textValue());
        }
        return detector;
    }

    private static @Nullable String findingsGroup(JsonNode audit) {
        members(audit, "Audit operation", Set.of("FindingsDestination"));
        if (!(audit.get("FindingsDestination") instanceof ObjectNode destination)) {
            throw invalid("FindingsDestination must be an object");
        }
        members(destination, "FindingsDestination", Set.of("CloudWatchLogs", "Firehose", "S3"));
        for (var elsewhere : List.of("Firehose", "S3")) {
            if (destination.has(elsewhere)) {
                throw AwsError.unsupported(
                        "The findings destination " + elsewhere + " is not supported.");
            }
        }
        var logs = destination.get("CloudWatchLogs");
        if (logs == null) {
            return null;
        }
        members(logs, "CloudWatchLogs destination", Set.of("LogGroup"));
        return text(logs, "LogGroup");
    }

    private static RuntimeException invalid(String why) {
        return LogsError.invalid("Invalid data protection policy: " + why + ".");
    }
}
