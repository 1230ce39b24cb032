package io.pharos.events.delivery;

import io.pharos.events.bus.Envelope;
import io.pharos.events.rule.RuleName;
import io.pharos.events.target.Happening;
import io.pharos.events.target.Target;
import io.pharos.stream.BusEvent;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// One event on its way to one target of one rule.
///
/// @param id follows from (event, rule, target), so that receivers can tell repeats
/// @param attempts tries that failed so far
public record Delivery(UUID id, RuleName rule, Target target, BusEvent event, int attempts) {
    public static Delivery of(RuleName rule, Target target, BusEvent event) {
        var name = event.getId() + "|" + rule.arn() + "|" + target.id();
        var id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new Delivery(id, rule, target, event, 0);
    }

    /// What must not wait for others, nor let others wait.
    public String lane() {
        return target.arn();
    }

    public Delivery failedOnceMore() {
        return new Delivery(id, rule, target, event, attempts + 1);
    }

    /// The event as input shaping sees it.
    public Happening happening() {
        return new Happening(
                Envelope.json(event),
                rule.arn(),
                rule.name(),
                Envelope.seconds(event.getIngestedMs()));
    }
}
