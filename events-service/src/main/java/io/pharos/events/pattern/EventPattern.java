package io.pharos.events.pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;

import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.MachineComplexityEvaluator;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/// A valid event pattern. Checked by AWS's own compiler (event-ruler), plus the two limits that the
/// library leaves to the service: the complexity of wildcards and the size of `$or`.
///
/// @param text as the user wrote it
public record EventPattern(String text) {
    /// Longer ones are a ValidationException in AWS, not an invalid pattern.
    public static final int MAX_LENGTH = 4_096;

    /// AWS refuses `*:*:*:*:*:event-bus/*` (11) and takes 7.
    static final int MAX_COMPLEXITY = 10;

    /// What the `$or` alternatives of a pattern may multiply to.
    static final int MAX_COMBINATIONS = 1_000;

    private static final int COMPLEXITY_CEILING = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// @throws InvalidPatternException with AWS's text
    public EventPattern {
        // Before the compiler, which writes the combinations out.
        if (combinations(text) > MAX_COMBINATIONS) {
            throw new InvalidPatternException("Rule is too complex - too many combinations of $or");
        }
        var refused = compilerSays(text);
        if (refused != null) {
            throw new InvalidPatternException(refused);
        }
        if (text.contains("wildcard") && complexity(text) > MAX_COMPLEXITY) {
            throw new InvalidPatternException(
                    "Rule is too complex - try using fewer wildcard characters or fewer repeating"
                            + " character sequences after a wildcard character");
        }
    }

    private static @Nullable String compilerSays(String text) {
        try {
            // Never RuleCompiler: it refuses $or.
            return JsonRuleCompiler.check(text);
        } catch (RuntimeException unforeseen) {
            return String.valueOf(unforeseen.getMessage());
        }
    }

    private static int complexity(String text) {
        var machine = Machine.builder().build();
        try {
            machine.addRule("rule", text);
        } catch (IOException refused) {
            throw new InvalidPatternException(String.valueOf(refused.getMessage()));
        }
        return machine.evaluateComplexity(new MachineComplexityEvaluator(COMPLEXITY_CEILING));
    }

    private static long combinations(String text) {
        try {
            return combinations(JSON.readTree(text));
        } catch (JsonProcessingException notJson) {
            // The compiler says it in AWS's words.
            return 1;
        }
    }

    /// Capped just above the limit, so that it can not overflow.
    private static long combinations(JsonNode node) {
        var product = 1L;
        for (var field : node.properties()) {
            var value = field.getValue();
            if (field.getKey().equals("$or") && value.isArray()) {
                var sum = 0L;
                for (var alternative : value) {
                    sum += combinations(alternative);
                }
                product *= Math.max(1, sum);
            } else if (value.isObject()) {
                product *= combinations(value);
            }
            product = Math.min(product, MAX_COMBINATIONS + 1L);
        }
        return product;
    }

    /// The values that the field must have for the pattern to match at all: its exact strings; empty
    /// when it takes others too.
    Set<String> exactValues(String field) {
        try {
            var values = JSON.readTree(text).path(field);
            var exact = new HashSet<String>();
            for (var value : values) {
                if (!values.isArray() || !value.isTextual()) {
                    return Set.of();
                }
                exact.add(value.textValue());
            }
            return exact;
        } catch (JsonProcessingException trailing) {
            return Set.of();
        }
    }

    /// Whether one event, from [TestEvent#parse], matches.
    public boolean matches(JsonNode event) {
        var matcher = new BusMatcher();
        matcher.add("rule", this);
        return !matcher.match(event).isEmpty();
    }
}
