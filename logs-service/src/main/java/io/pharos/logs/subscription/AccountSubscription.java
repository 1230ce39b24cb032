package io.pharos.logs.subscription;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.logs.LogsError;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.logs.subscription.SubscriptionFilter.Distribution;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// A subscription filter of a whole account: every group but some.
///
/// @param document as it was given
/// @param criteria as it was given; null: no group is left out
/// @param filter what it says of each group
/// @param excluded names of groups
public record AccountSubscription(
        String document,
        @Nullable String criteria,
        SubscriptionFilter filter,
        List<String> excluded) {
    private static final Set<String> MEMBERS =
            Set.of("DestinationArn", "RoleArn", "FilterPattern", "Distribution");
    private static final Pattern CRITERIA =
            Pattern.compile("\\s*LogGroupName\\s+NOT\\s+IN\\s*(\\[.*])\\s*", Pattern.DOTALL);
    private static final ObjectMapper JSON = new ObjectMapper();

    public AccountSubscription {
        excluded = List.copyOf(excluded);
    }

    /// @throws RuntimeException AWS's error when the document or the criteria is none
    public static AccountSubscription parse(
            String name, String document, @Nullable String criteria, Tenant tenant, long nowMs) {
        var root = tree(document, "The policy document is not valid JSON.");
        if (!root.isObject()) {
            throw LogsError.invalid("The policy document is not a JSON object.");
        }
        for (var member : (Iterable<String>) root::fieldNames) {
            if (!MEMBERS.contains(member) || !root.path(member).isTextual()) {
                throw LogsError.invalid("The policy document has an invalid member: " + member);
            }
        }
        var destination = root.path("DestinationArn").asText();
        var role = root.has("RoleArn") ? root.path("RoleArn").asText() : null;
        if (destination.isEmpty()) {
            throw LogsError.invalid("The policy document needs a DestinationArn.");
        }
        SubscriptionRules.checkDestination(destination, role, tenant);
        var pattern = root.path("FilterPattern").asText();
        FilterPattern.parse(pattern);
        var filter =
                new SubscriptionFilter(
                        name,
                        pattern,
                        destination,
                        role,
                        distribution(root.path("Distribution")),
                        List.of(),
                        nowMs);
        return new AccountSubscription(document, criteria, filter, excluded(criteria));
    }

    private static Distribution distribution(JsonNode given) {
        if (given.isMissingNode()) {
            return Distribution.ByLogStream;
        }
        for (var known : Distribution.values()) {
            if (known.name().equals(given.asText())) {
                return known;
            }
        }
        throw LogsError.invalid("The Distribution must be Random or ByLogStream.");
    }

    private static List<String> excluded(@Nullable String criteria) {
        if (criteria == null || criteria.isBlank()) {
            return List.of();
        }
        var list = CRITERIA.matcher(criteria);
        if (!list.matches()) {
            throw badCriteria();
        }
        var names = new ArrayList<String>();
        for (var name : tree(list.group(1), "")) {
            if (!name.isTextual()) {
                throw badCriteria();
            }
            names.add(name.asText());
        }
        return names;
    }

    private static RuntimeException badCriteria() {
        return LogsError.invalid(
                "The selectionCriteria must be of the form LogGroupName NOT IN [\"name\", ...].");
    }

    private static JsonNode tree(String json, String message) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw message.isEmpty() ? badCriteria() : LogsError.invalid(message);
        }
    }

    /// Whether a group's events may pass. AWS: what a function itself logs is left out, or it would call
    /// itself without end.
    public boolean covers(String logGroup) {
        if (excluded.contains(logGroup)) {
            return false;
        }
        var function = filter.destinationArn().split(":", 8);
        return function.length < 7
                || !function[2].equals("lambda")
                || !logGroup.equals("/aws/lambda/" + function[6]);
    }
}
