package io.pharos.alarms.composite;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Function;

/// A parsed AlarmRule. References are alarms as the rule names them: a name or an ARN.
public sealed interface RuleExpr {
    record Literal(boolean value) implements RuleExpr {}

    record InState(StateValue state, String reference) implements RuleExpr {}

    record Not(RuleExpr operand) implements RuleExpr {}

    record And(List<RuleExpr> operands) implements RuleExpr {}

    record Or(List<RuleExpr> operands) implements RuleExpr {}

    /// True when at least so many references are (or, negated, are not) in the state. A reference
    /// that is listed twice counts twice.
    record AtLeast(int threshold, boolean negated, StateValue state, List<String> references)
            implements RuleExpr {
        boolean matches(StateValue value) {
            return (value == state) != negated;
        }
    }

    /// What a rule comes to.
    ///
    /// @param sufficient references that alone make it so, in the rule's order
    record Outcome(boolean value, SequencedSet<String> sufficient) {
        private static Outcome of(boolean value, List<Outcome> parts) {
            var sufficient = new LinkedHashSet<String>();
            parts.forEach(part -> sufficient.addAll(part.sufficient));
            return new Outcome(value, sufficient);
        }
    }

    /// @param states of every alarm that the rule refers to
    default Outcome evaluate(Function<String, StateValue> states) {
        return switch (this) {
            case Literal(var value) -> new Outcome(value, new LinkedHashSet<>());
            case InState(var state, var reference) ->
                    new Outcome(
                            states.apply(reference) == state,
                            new LinkedHashSet<>(List.of(reference)));
            case Not(var operand) -> {
                var outcome = operand.evaluate(states);
                yield new Outcome(!outcome.value, outcome.sufficient);
            }
            case And(var operands) -> until(false, operands, states);
            case Or(var operands) -> until(true, operands, states);
            case AtLeast atLeast -> count(atLeast, states);
        };
    }

    /// The first operand of the deciding value decides alone; without one, all of them do.
    private static Outcome until(
            boolean deciding, List<RuleExpr> operands, Function<String, StateValue> states) {
        var outcomes = new ArrayList<Outcome>();
        for (var operand : operands) {
            var outcome = operand.evaluate(states);
            if (outcome.value == deciding) {
                return outcome;
            }
            outcomes.add(outcome);
        }
        return Outcome.of(!deciding, outcomes);
    }

    private static Outcome count(AtLeast rule, Function<String, StateValue> states) {
        var matching = new ArrayList<String>();
        var others = new ArrayList<String>();
        for (var reference : rule.references) {
            (rule.matches(states.apply(reference)) ? matching : others).add(reference);
        }
        var holds = matching.size() >= rule.threshold;
        var enough =
                holds
                        ? matching.subList(0, rule.threshold)
                        : others.subList(0, rule.references.size() - rule.threshold + 1);
        return new Outcome(holds, new LinkedHashSet<>(enough));
    }

    /// Every alarm the rule refers to, in its order.
    default SequencedSet<String> alarms() {
        var references = new LinkedHashSet<String>();
        collect(references);
        return references;
    }

    private void collect(SequencedSet<String> references) {
        switch (this) {
            case Literal _ -> {}
            case InState(_, var reference) -> references.add(reference);
            case Not(var operand) -> operand.collect(references);
            case And(var operands) -> operands.forEach(operand -> operand.collect(references));
            case Or(var operands) -> operands.forEach(operand -> operand.collect(references));
            case AtLeast atLeast -> references.addAll(atLeast.references);
        }
    }
}
