package io.pharos.logs.contributor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.logs.contributor.RuleBody.Comparison;
import io.pharos.logs.contributor.RuleBody.Filter;
import io.pharos.logs.pattern.FieldReference;
import io.pharos.logs.pattern.JsonSelector;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads a rule's definition, strictly: what it does not know is refused.
///
/// AWS: Contributor Insights rule syntax in CloudWatch. The texts of faults are Pharos's.
public final class RuleBodyParser {
    /// AWS: keys and filters of a rule, values of a filter.
    static final int MAX_KEYS = 4;

    static final int MAX_FILTERS = 4;
    static final int MAX_VALUES = 10;

    /// Log groups of a rule, and fields that it gives names; nothing longer fits into 8192 characters.
    static final int MAX_NAMES = 100;

    private static final int MAX_NESTING = 8;
    private static final ObjectMapper JSON =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_NESTING)
                                                    .maxNumberLength(100)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern GROUP = Pattern.compile("[\\w./#-]{1,512}\\*?|\\*");
    private static final Pattern PLACE = Pattern.compile("[1-9]\\d{0,3}");
    private static final Pattern GROUP_ARN =
            Pattern.compile(
                    "arn:aws[a-z-]*:logs:(?<region>[a-z0-9-]+):(?<account>\\d{12}|\\*):log-group[:/](?<name>[^:]+)(:\\*)?");

    private final Tenant tenant;
    private final Map<String, RuleBody.Field> fields = new LinkedHashMap<>();
    private final Map<String, Integer> places = new HashMap<>();
    private boolean isJson;

    private RuleBodyParser(Tenant tenant) {
        this.tenant = tenant;
    }

    /// @param tenant whose rule it is
    /// @throws InvalidParameterValueException saying what is wrong
    public static RuleBody parse(String definition, Tenant tenant) {
        return new RuleBodyParser(tenant).parse(definition);
    }

    private RuleBody parse(String definition) {
        var root = read(definition);
        only(
                root,
                "the rule",
                "Schema",
                "LogGroupNames",
                "LogGroupARNs",
                "LogFormat",
                "Fields",
                "Contribution",
                "AggregateOn");
        schema(root.path("Schema"));
        var groups = logGroups(root);
        isJson =
                switch (text(root, "LogFormat")) {
                    case "JSON" -> true;
                    case "CLF" -> false;
                    case String other ->
                            throw fault("LogFormat must be JSON or CLF, not " + quoted(other));
                };
        names(root.get("Fields"));
        var isSum =
                switch (text(root, "AggregateOn")) {
                    case "Sum" -> true;
                    case "Count" -> false;
                    case String other ->
                            throw fault("AggregateOn must be Count or Sum, not " + quoted(other));
                };
        var contribution = object(root, "Contribution");
        only(contribution, "Contribution", "Keys", "ValueOf", "Filters");
        var keys = texts(contribution.get("Keys"), "Keys", MAX_KEYS);
        keys.forEach(this::field);
        if (Set.copyOf(keys).size() < keys.size()) {
            throw fault("Keys has the same field twice");
        }
        var valueOf = contribution.has("ValueOf") ? text(contribution, "ValueOf") : null;
        if (isSum != (valueOf != null)) {
            throw fault("ValueOf is required for AggregateOn Sum, and for no other");
        }
        if (valueOf != null) {
            field(valueOf);
        }
        var filters = filters(contribution.get("Filters"));
        return new RuleBody(
                groups, isJson, keys, valueOf, filters, new ArrayList<>(fields.values()));
    }

    private static JsonNode read(String definition) {
        try {
            var root = JSON.readTree(definition);
            if (root.isObject()) {
                return root;
            }
        } catch (JsonProcessingException _) { // not JSON, or beyond the limits above
        }
        throw fault("it must be one JSON object");
    }

    private static void schema(JsonNode schema) {
        only(schema, "Schema", "Name", "Version");
        var isOne =
                schema.path("Name").asText("").equals("CloudWatchLogRule")
                        && schema.path("Version").isIntegralNumber()
                        && schema.path("Version").asInt() == 1;
        if (!isOne) {
            throw fault("Schema must be " + RuleBody.SCHEMA);
        }
    }

    private LogGroupMatch logGroups(JsonNode root) {
        if (root.has("LogGroupNames") == root.has("LogGroupARNs")) {
            throw fault("it must have either LogGroupNames or LogGroupARNs");
        }
        var names = new ArrayList<String>();
        if (root.has("LogGroupNames")) {
            names.addAll(texts(root.get("LogGroupNames"), "LogGroupNames", MAX_NAMES));
        } else {
            for (var arn : texts(root.get("LogGroupARNs"), "LogGroupARNs", MAX_NAMES)) {
                names.add(nameIn(arn));
            }
        }
        for (var name : names) {
            if (!GROUP.matcher(name).matches()) {
                throw fault(quoted(name) + " is no name of log groups, or start of one with *");
            }
        }
        return new LogGroupMatch(names);
    }

    private String nameIn(String text) {
        var arn = GROUP_ARN.matcher(text);
        if (!arn.matches()) {
            throw fault(quoted(text) + " is no ARN of a log group");
        }
        var isOwn =
                arn.group("account").equals("*") || arn.group("account").equals(tenant.account());
        if (!isOwn || !arn.group("region").equals(tenant.region())) {
            throw fault(
                    quoted(text) + " is of another account or region, which is not supported here");
        }
        return arn.group("name");
    }

    /// `{"4": "IpAddress"}`
    private void names(@Nullable JsonNode named) {
        if (named == null) {
            return;
        }
        if (isJson || !named.isObject() || named.size() > MAX_NAMES) {
            throw fault("Fields must be an object, and is for LogFormat CLF only");
        }
        for (var entry : named.properties()) {
            var name = entry.getValue();
            if (!PLACE.matcher(entry.getKey()).matches()
                    || !name.isTextual()
                    || name.asText().isBlank()
                    || PLACE.matcher(name.asText()).matches()
                    || places.put(name.asText(), Integer.valueOf(entry.getKey())) != null) {
                throw fault("Fields must give places, from \"1\" on, different names");
            }
        }
    }

    private void field(String name) {
        if (fields.containsKey(name)) {
            return;
        }
        if (isJson) {
            selector(name);
            fields.put(name, new RuleBody.Field(name, 0));
            return;
        }
        @Nullable Integer place = places.get(name);
        if (place == null) {
            if (!PLACE.matcher(name).matches()) {
                throw fault(quoted(name) + " is neither a place nor named by Fields");
            }
            place = Integer.valueOf(name);
        }
        fields.put(name, new RuleBody.Field(name, place));
    }

    /// @throws InvalidParameterValueException when the text is no `$.path`
    static JsonSelector selector(String text) {
        if (FieldReference.parse(text) instanceof FieldReference.Path(var selector)
                && selector.steps().stream()
                        .noneMatch(step ->
                                step instanceof JsonSelector.AnyElement
                                        || step instanceof JsonSelector.AnyMember)) {
            return selector;
        }
        throw fault(quoted(text) + " is no field like $.a.b or $.a[0]");
    }

    private List<Filter> filters(@Nullable JsonNode list) {
        var filters = new ArrayList<Filter>();
        if (list == null) {
            return filters;
        }
        if (!list.isArray() || list.size() > MAX_FILTERS) {
            throw fault("Filters must be an array of " + MAX_FILTERS + " at most");
        }
        for (var one : list) {
            if (!one.isObject()) {
                throw fault("a filter must be an object");
            }
            var match = text(one, "Match");
            field(match);
            if (one.size() != 2) {
                throw fault("a filter must have Match and one operator");
            }
            for (var entry : one.properties()) {
                if (!entry.getKey().equals("Match")) {
                    filters.add(new Filter(match, test(entry.getKey(), entry.getValue())));
                }
            }
        }
        return filters;
    }

    private static RuleBody.Test test(String operator, JsonNode operand) {
        return switch (operator) {
            case "In" -> new RuleBody.OneOf(texts(operand, operator, MAX_VALUES), true);
            case "NotIn" -> new RuleBody.OneOf(texts(operand, operator, MAX_VALUES), false);
            case "StartsWith" -> new RuleBody.StartsWith(texts(operand, operator, MAX_VALUES));
            case "GreaterThan" -> compare(Comparison.GREATER_THAN, operator, operand);
            case "LessThan" -> compare(Comparison.LESS_THAN, operator, operand);
            case "EqualTo" -> compare(Comparison.EQUAL_TO, operator, operand);
            case "NotEqualTo" -> compare(Comparison.NOT_EQUAL_TO, operator, operand);
            case "IsPresent" -> {
                if (!operand.isBoolean()) {
                    throw fault("IsPresent must be true or false");
                }
                yield new RuleBody.IsPresent(operand.asBoolean());
            }
            default -> throw fault("a filter has no operator " + quoted(operator));
        };
    }

    private static RuleBody.Test compare(Comparison comparison, String name, JsonNode operand) {
        if (!operand.isNumber() || !Double.isFinite(operand.asDouble())) {
            throw fault(name + " must be a number");
        }
        return new RuleBody.Compare(comparison, operand.asDouble());
    }

    private static List<String> texts(@Nullable JsonNode list, String name, int most) {
        if (list == null || !list.isArray() || list.isEmpty() || list.size() > most) {
            throw fault(name + " must be an array of 1 to " + most + " strings");
        }
        var texts = new ArrayList<String>(list.size());
        for (var one : list) {
            if (!one.isTextual()) {
                throw fault(name + " must be an array of strings");
            }
            texts.add(one.asText());
        }
        return texts;
    }

    private static String text(JsonNode in, String name) {
        var value = in.get(name);
        if (value == null || !value.isTextual()) {
            throw fault(name + " is required, as a string");
        }
        return value.asText();
    }

    private static JsonNode object(JsonNode in, String name) {
        var value = in.get(name);
        if (value == null || !value.isObject()) {
            throw fault(name + " is required, as an object");
        }
        return value;
    }

    private static void only(JsonNode object, String where, String... known) {
        var names = Set.of(known);
        for (var entry : object.properties()) {
            if (!names.contains(entry.getKey())) {
                throw fault(where + " has no member " + quoted(entry.getKey()));
            }
        }
    }

    private static String quoted(String text) {
        return "\"" + (text.length() > 200 ? text.substring(0, 200) + "…" : text) + "\"";
    }

    private static InvalidParameterValueException fault(String why) {
        return InvalidParameterValueException.builder()
                .message("The rule definition is invalid: " + why + ".")
                .build();
    }
}
