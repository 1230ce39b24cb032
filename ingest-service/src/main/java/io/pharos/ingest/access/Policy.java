package io.pharos.ingest.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.ingest.access.Principal.Verdict;
import io.pharos.kit.Glob;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An identity policy: what its holder may call. `Action` and `NotAction` with `*` and `?`, `Effect`
/// Allow or Deny. Resources narrower than `*` and conditions are not evaluated here, and therefore
/// refused: a policy is understood whole or not taken.
///
/// Source: the IAM policy language, version 2012-10-17.
public final class Policy {
    /// IAM's limit for the inline policies of a user, white space aside.
    private static final int MAX_LENGTH = 2_048;

    private static final int MAX_STATEMENTS = 64;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Statement> statements;

    private Policy(List<Statement> statements) {
        this.statements = statements;
    }

    private record Statement(boolean allows, boolean negated, List<String> actions) {
        boolean covers(String action) {
            return negated != actions.stream().anyMatch(glob -> Glob.matches(glob, action));
        }
    }

    /// @throws MalformedPolicyException when it is not a policy, or says what is not evaluated here
    public static Policy parse(String document) {
        if (document.length() > MAX_LENGTH) {
            throw new MalformedPolicyException("A policy may have up to 2048 characters.");
        }
        try {
            var root = JSON.readTree(document);
            var statements = new ArrayList<Statement>();
            for (var statement : oneOrMany(root.path("Statement"))) {
                statements.add(statement(statement));
            }
            if (statements.isEmpty() || statements.size() > MAX_STATEMENTS) {
                throw new MalformedPolicyException("A policy needs between 1 and 64 statements.");
            }
            return new Policy(List.copyOf(statements));
        } catch (JsonProcessingException e) {
            throw new MalformedPolicyException("Syntax errors in policy.");
        }
    }

    private static Statement statement(JsonNode statement) {
        var effect = statement.path("Effect").asText();
        if (!effect.equals("Allow") && !effect.equals("Deny")) {
            throw new MalformedPolicyException("Effect must be Allow or Deny.");
        }
        if (statement.has("Condition")) {
            throw new MalformedPolicyException("Condition is not supported.");
        }
        for (var resource : texts(statement.path("Resource"))) {
            if (!resource.equals("*")) {
                throw new MalformedPolicyException("Resource must be *: " + resource);
            }
        }
        if (!statement.has("Resource")) {
            throw new MalformedPolicyException("Policy statement must contain resources.");
        }
        var negated = statement.has("NotAction");
        if (negated == statement.has("Action")) {
            throw new MalformedPolicyException("Policy statement must contain actions.");
        }
        var actions = texts(statement.path(negated ? "NotAction" : "Action"));
        return new Statement(
                effect.equals("Allow"),
                negated,
                actions.stream().map(action -> action.toLowerCase(Locale.ROOT)).toList());
    }

    private static Iterable<JsonNode> oneOrMany(JsonNode node) {
        return node.isArray() ? node : List.of(node);
    }

    private static List<String> texts(JsonNode node) {
        var texts = new ArrayList<String>();
        for (var item : oneOrMany(node)) {
            if (!item.isMissingNode()) {
                texts.add(item.asText());
            }
        }
        return texts;
    }

    Verdict decide(String action) {
        var name = action.toLowerCase(Locale.ROOT);
        var allowed = false;
        for (var statement : statements) {
            if (statement.covers(name)) {
                if (!statement.allows()) {
                    return Verdict.EXPLICIT_DENY;
                }
                allowed = true;
            }
        }
        return allowed ? Verdict.ALLOWED : Verdict.NO_ALLOW;
    }
}
