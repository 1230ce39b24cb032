package io.pharos.logs.destination;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.kit.Glob;
import io.pharos.logs.LogsError;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Who may subscribe or deliver to a destination: IAM's policy language, with principals, actions and resources.
/// Conditions are not evaluated here, and therefore refused.
public final class AccessPolicy {
    static final int MAX_LENGTH = 5_120;

    /// What a policy of a delivery destination is about.
    public static final String CREATE_DELIVERY = "logs:CreateDelivery";

    private static final String SUBSCRIBE = "logs:PutSubscriptionFilter";
    private static final int MAX_STATEMENTS = 64;
    private static final Pattern ACCOUNT =
            Pattern.compile("(?:arn:aws[a-z-]*:iam::)?([0-9]{12})(?::.*)?");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Statement> statements;

    private AccessPolicy(List<Statement> statements) {
        this.statements = statements;
    }

    private record Statement(boolean allows, List<String> accounts) {
        boolean covers(String account) {
            return accounts.contains("*") || accounts.contains(account);
        }
    }

    /// @param arn of the destination
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException when it is
    ///     none, or says what is not evaluated here
    public static AccessPolicy parse(String document, String arn) {
        return parse(document, arn, SUBSCRIBE);
    }

    /// @param what the action that it is asked about
    public static AccessPolicy parse(String document, String arn, String what) {
        JsonNode root;
        try {
            root = JSON.readTree(document);
        } catch (JsonProcessingException notJson) {
            throw invalid("Syntax errors in policy.");
        }
        var statements = new ArrayList<Statement>();
        for (var statement : oneOrMany(root.path("Statement"))) {
            if (!statement.isObject() || statements.size() >= MAX_STATEMENTS) {
                throw invalid("A policy needs between 1 and " + MAX_STATEMENTS + " statements.");
            }
            statements.add(statement(statement, arn, what));
        }
        if (statements.isEmpty()) {
            throw invalid("A policy needs between 1 and " + MAX_STATEMENTS + " statements.");
        }
        return new AccessPolicy(List.copyOf(statements));
    }

    private static RuntimeException invalid(String message) {
        return LogsError.invalid(message);
    }

    private static Statement statement(JsonNode statement, String arn, String what) {
        var effect = statement.path("Effect").asText();
        if (!effect.equals("Allow") && !effect.equals("Deny")) {
            throw invalid("Effect must be Allow or Deny.");
        }
        for (var member : List.of("Condition", "NotAction", "NotPrincipal", "NotResource")) {
            if (statement.has(member)) {
                throw invalid(member + " is not supported.");
            }
        }
        for (var member : List.of("Principal", "Action", "Resource")) {
            if (!statement.has(member)) {
                throw invalid("Policy statement must contain " + member + ".");
            }
        }
        var action = texts(statement.path("Action")).stream().anyMatch(a -> glob(a, what));
        var resource = texts(statement.path("Resource")).stream().anyMatch(r -> glob(r, arn));
        var principal = statement.path("Principal");
        var accounts = new ArrayList<String>();
        for (var who : texts(principal.isObject() ? principal.path("AWS") : principal)) {
            var account = ACCOUNT.matcher(who);
            if (!who.equals("*") && !account.matches()) {
                throw invalid("Invalid principal in policy: " + who);
            }
            accounts.add(who.equals("*") ? who : account.group(1));
        }
        return new Statement(effect.equals("Allow"), action && resource ? accounts : List.of());
    }

    private static Iterable<JsonNode> oneOrMany(JsonNode node) {
        return node.isArray() ? node : List.of(node);
    }

    private static List<String> texts(JsonNode node) {
        var texts = new ArrayList<String>();
        for (var item : oneOrMany(node)) {
            if (item.isTextual()) {
                texts.add(item.asText());
            }
        }
        return texts;
    }

    /// The case does not count.
    private static boolean glob(String pattern, String text) {
        return Glob.matches(pattern.toLowerCase(Locale.ROOT), text.toLowerCase(Locale.ROOT));
    }

    /// An explicit deny wins; without an allow nobody may.
    public boolean admits(String account) {
        var allowed = false;
        for (var statement : statements) {
            if (statement.covers(account)) {
                if (!statement.allows()) {
                    return false;
                }
                allowed = true;
            }
        }
        return allowed;
    }
}
