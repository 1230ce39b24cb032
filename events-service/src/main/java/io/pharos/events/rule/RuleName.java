package io.pharos.events.rule;

import io.pharos.events.bus.BusName;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;

import java.util.Optional;
import java.util.regex.Pattern;

/// A rule of a bus.
public record RuleName(BusName bus, String name) {
    public static final Pattern PATTERN = Pattern.compile("[\\.\\-_A-Za-z0-9]+");

    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws:events:([a-z0-9-]+):(\\d{12}):rule/(?:(.+)/)?([.\\-_A-Za-z0-9]+)");

    /// The rule that an ARN names; empty when it names none.
    public static Optional<RuleName> ofArn(String text) {
        var arn = ARN.matcher(text);
        if (!arn.matches()) {
            return Optional.empty();
        }
        var bus = arn.group(3) == null ? BusName.DEFAULT : arn.group(3);
        var tenant = new Tenant(arn.group(2), arn.group(1));
        return Optional.of(new RuleName(new BusName(tenant, bus), arn.group(4)));
    }

    public String arn() {
        return bus.tenant()
                .arn(
                        "events",
                        bus.isDefault() ? "rule/" + name : "rule/" + bus.name() + "/" + name);
    }

    public ResourceNotFoundException doesNotExist() {
        return ResourceNotFoundException.builder()
                .message("Rule " + name + " does not exist on EventBus " + bus.name() + ".")
                .build();
    }
}
