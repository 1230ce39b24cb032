package io.pharos.events.delivery;

import com.fasterxml.jackson.databind.JsonNode;

import io.pharos.events.bus.Envelope;
import io.pharos.events.pattern.BusMatcher;
import io.pharos.events.pattern.EventPattern;
import io.pharos.events.rule.Rule;
import io.pharos.events.rule.RuleName;
import io.pharos.events.target.Target;
import io.pharos.events.target.TargetArn;
import io.pharos.stream.BusEvent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The enabled rules of one bus with their targets, at one version. Immutable.
public final class RuleSet {
    /// AWS: an event that came from another bus is not forwarded to a third.
    public static final int MAX_FORWARDS = 1;

    private static final String API_CALL = "AWS API Call via CloudTrail";

    private final long version;
    private final BusMatcher matcher = new BusMatcher();
    private final Map<String, Rule> rules = new HashMap<>();
    private final Map<String, List<Target>> targets;
    private final boolean seesReads;

    public RuleSet(long version, List<Rule> all, Map<String, List<Target>> targets) {
        this.version = version;
        this.targets = Map.copyOf(targets);
        for (var rule : all) {
            if (rule.state().isEnabled()
                    && rule.pattern() != null
                    && targets.containsKey(rule.name())) {
                rules.put(rule.name(), rule);
                matcher.add(rule.name(), new EventPattern(rule.pattern()));
            }
        }
        seesReads = rules.values().stream().anyMatch(RuleSet::seesReads);
    }

    public long version() {
        return version;
    }

    /// Whether a rule might match a recorded call.
    public boolean seesCalls(boolean readOnly) {
        return readOnly ? seesReads : !rules.isEmpty();
    }

    /// What one event sets off.
    ///
    /// @throws IllegalArgumentException when the event is not JSON or too deep to be matched
    public List<Delivery> deliveries(BusEvent event) {
        if (rules.isEmpty()) {
            return List.of();
        }
        var tree = BusMatcher.parse(Envelope.json(event));
        var readOnly = isReadOnlyCall(event, tree);
        var deliveries = new ArrayList<Delivery>();
        for (var name : matcher.match(tree)) {
            var rule = rules.get(name);
            if (rule == null || (readOnly && !seesReads(rule))) {
                continue;
            }
            for (var target : targets.getOrDefault(name, List.of())) {
                if (event.getHops() < MAX_FORWARDS
                        || !(target.destination() instanceof TargetArn.Bus)) {
                    deliveries.add(Delivery.of(new RuleName(rule.bus(), name), target, event));
                }
            }
        }
        return deliveries;
    }

    /// AWS: rules do not see read-only management events unless their state says so.
    private static boolean isReadOnlyCall(BusEvent event, JsonNode tree) {
        return event.getDetailType().equals(API_CALL)
                && event.getSource().startsWith("aws.")
                && tree.path("detail").path("readOnly").asBoolean();
    }

    private static boolean seesReads(Rule rule) {
        return rule.state() == Rule.State.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS;
    }
}
