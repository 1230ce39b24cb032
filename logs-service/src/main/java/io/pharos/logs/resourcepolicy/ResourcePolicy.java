package io.pharos.logs.resourcepolicy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.logs.LogsError;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.UUID;

/// What lets services write into log groups. Inside an account Pharos's own services write without one, so
/// that a policy which allows changes nothing, and one which denies is refused rather than ignored. AWS
/// does not hold principals other than services to these policies, either.
///
/// @param group the name of the only group that it is for; null: all groups of the account
/// @param revision changes with each change
public record ResourcePolicy(
        String name, @Nullable String group, String document, long modifiedMs, UUID revision) {
    /// AWS: of one account and region, those of single groups not counted.
    public static final int MAX = 10;

    /// AWS: of its document in characters.
    public static final int MAX_LENGTH = 51_200;

    private static final int MAX_STATEMENTS = 64;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException when it is
    ///     no policy, or denies something
    public static void check(String document) {
        JsonNode root;
        try {
            root = JSON.readTree(document);
        } catch (JsonProcessingException notJson) {
            throw LogsError.invalid("Syntax errors in policy.");
        }
        var statements = root.path("Statement");
        Iterable<JsonNode> all = statements.isArray() ? statements : List.of(statements);
        var count = 0;
        for (var statement : all) {
            checkStatement(statement);
            count++;
        }
        if (count == 0 || count > MAX_STATEMENTS) {
            throw LogsError.invalid(
                    "A policy needs between 1 and " + MAX_STATEMENTS + " statements.");
        }
    }

    private static void checkStatement(JsonNode statement) {
        for (var member : List.of("Effect", "Principal", "Action", "Resource")) {
            if (!statement.has(member)) {
                throw LogsError.invalid("Policy statement must contain " + member + ".");
            }
        }
        if (!statement.path("Effect").asText().equals("Allow")) {
            throw LogsError.invalid("Effect must be Allow: other effects are not supported.");
        }
    }
}
