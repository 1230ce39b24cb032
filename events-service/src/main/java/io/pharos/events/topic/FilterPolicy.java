package io.pharos.events.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import io.pharos.events.json.JsonText;

import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;

/// Which messages a subscriber wants, by their attributes or by their body. AWS's own matcher decides.
public final class FilterPolicy {
    private static final int MAX_KEYS = 5;
    private static final int MAX_COMBINATIONS = 150;
    private static final int MAX_LENGTH = 262_144;
    private static final String RULE = "wanted";

    private final Machine machine;
    private final boolean byBody;

    private FilterPolicy(Machine machine, boolean byBody) {
        this.machine = machine;
        this.byBody = byBody;
    }

    /// @param scope `MessageAttributes` (also when empty) or `MessageBody`
    /// @throws InvalidPolicyException what SNS refuses
    public static FilterPolicy of(String policy, String scope) {
        var tree =
                JsonText.read(policy)
                        .filter(JsonNode::isObject)
                        .orElseThrow(() ->
                                new InvalidPolicyException(
                                        "FilterPolicy: failed to parse JSON. "
                                                + "A filter policy is a JSON object."));
        if (policy.length() > MAX_LENGTH) {
            throw new InvalidPolicyException("FilterPolicy: Filter policy is too long");
        }
        var byBody = scope.equals("MessageBody");
        var size = new Size();
        size.count(tree, 1, byBody);
        var reason = JsonRuleCompiler.check(policy);
        if (reason != null) {
            throw new InvalidPolicyException("FilterPolicy: " + firstLine(reason));
        }
        var machine = new Machine();
        try {
            if (!tree.isEmpty()) {
                machine.addRule(RULE, policy);
            }
        } catch (IOException | RuntimeException refused) {
            throw new InvalidPolicyException(
                    "FilterPolicy: " + firstLine(String.valueOf(refused.getMessage())));
        }
        return new FilterPolicy(machine, byBody);
    }

    /// @throws InvalidPolicyException neither of SNS's two scopes
    public static void checkScope(String scope) {
        if (!scope.equals("MessageAttributes") && !scope.equals("MessageBody")) {
            throw new InvalidPolicyException(
                    "FilterPolicyScope: Invalid value [%s]. Please use either MessageBody or MessageAttributes"
                            .formatted(scope));
        }
    }

    /// Whether the subscriber wants it. A body that is no JSON object is not wanted by a filter on bodies.
    public boolean accepts(String body, Map<String, MessageAttribute> attributes) {
        if (machine.isEmpty()) {
            return true;
        }
        if (!byBody) {
            return !machine.rulesForJSONEvent(event(attributes)).isEmpty();
        }
        return JsonText.read(body)
                .filter(JsonNode::isObject)
                .map(event -> !machine.rulesForJSONEvent(event).isEmpty())
                .orElse(false);
    }

    private static JsonNode event(Map<String, MessageAttribute> attributes) {
        var event = JsonNodeFactory.instance.objectNode();
        attributes.forEach((name, attribute) -> {
            if (attribute.isNumber()) {
                event.put(name, new BigDecimal(attribute.value()));
            } else if (attribute.isArray()) {
                JsonText.read(attribute.value()).ifPresent(a -> event.set(name, a));
            } else if (!attribute.isBinary()) {
                event.put(name, attribute.value());
            }
        });
        return event;
    }

    private static String firstLine(String text) {
        var end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    /// Keys and combinations, counted SNS's way: sizes of arrays multiply, nested ones by their depth.
    private static final class Size {
        private int keys;
        private long combinations = 1;

        void count(JsonNode policy, int depth, boolean nestable) {
            for (var entry : policy.properties()) {
                var value = entry.getValue();
                if (value.isArray() && entry.getKey().equals("$or")) {
                    value.forEach(branch -> count(branch, depth, nestable));
                } else if (value.isObject()) {
                    if (!nestable) {
                        throw new InvalidPolicyException(
                                "Filter policy scope MessageAttributes does not support nested filter policy");
                    }
                    count(value, depth + 1, true);
                } else {
                    add(value.size(), depth);
                }
            }
        }

        private void add(int values, int depth) {
            keys++;
            combinations *= (long) Math.max(1, values) * depth;
            if (keys > MAX_KEYS) {
                throw new InvalidPolicyException(
                        "FilterPolicy: Filter policy can not have more than 5 keys");
            }
            if (combinations > MAX_COMBINATIONS) {
                throw new InvalidPolicyException("FilterPolicy: Filter policy is too complex");
            }
        }
    }
}
