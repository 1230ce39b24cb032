package io.pharos.events.target;

import io.pharos.wire.Tenant;

import java.util.regex.Pattern;

/// Where events can be sent from here.
public sealed interface TargetArn {
    /// `arn:aws:logs:R:A:log-group:NAME`, with or without `:*`.
    record LogGroup(Tenant tenant, String name) implements TargetArn {}

    record Topic(Tenant tenant, String arn) implements TargetArn {}

    record Stream(Tenant tenant, String name) implements TargetArn {}

    record Bus(Tenant tenant, String name) implements TargetArn {}

    /// `arn:aws:events:R:A:api-destination/NAME/UUID`.
    record ApiDestination(Tenant tenant, String name) implements TargetArn {}

    /// An ARN of something that is not hosted here.
    record Elsewhere(String service) implements TargetArn {}

    /// Not an ARN.
    record Malformed() implements TargetArn {}

    static TargetArn parse(String text) {
        var arn = Forms.ARN.matcher(text);
        if (!arn.matches()) {
            return new Malformed();
        }
        var service = arn.group(1);
        if (arn.group(2).isEmpty() || arn.group(3).isEmpty()) {
            return new Elsewhere(service);
        }
        var tenant = new Tenant(arn.group(3), arn.group(2));
        var resource = arn.group(4);
        return switch (service) {
            case "logs" -> logGroup(tenant, resource);
            case "sns" -> new Topic(tenant, text);
            case "kinesis" ->
                    resource.startsWith("stream/")
                            ? new Stream(tenant, resource.substring("stream/".length()))
                            : new Elsewhere(service);
            case "events" -> events(tenant, resource);
            default -> new Elsewhere(service);
        };
    }

    private static TargetArn logGroup(Tenant tenant, String resource) {
        if (!resource.startsWith("log-group:")) {
            return new Malformed();
        }
        var name = resource.substring("log-group:".length());
        name = name.endsWith(":*") ? name.substring(0, name.length() - 2) : name;
        return Forms.GROUP.matcher(name).matches() ? new LogGroup(tenant, name) : new Malformed();
    }

    private static TargetArn events(Tenant tenant, String resource) {
        var parts = resource.split("/", -1);
        return switch (parts[0]) {
            case "event-bus" -> parts.length == 2 ? new Bus(tenant, parts[1]) : new Malformed();
            case "api-destination" ->
                    parts.length == 3 ? new ApiDestination(tenant, parts[1]) : new Malformed();
            default -> new Elsewhere("events");
        };
    }

    /// What ARNs look like.
    final class Forms {
        private static final Pattern ARN =
                Pattern.compile("arn:aws:([a-z0-9-]+):([a-z0-9-]{0,32}):(\\d{12}|):(.+)");
        private static final Pattern GROUP = Pattern.compile("[.\\-_/#A-Za-z0-9]{1,512}");

        private Forms() {}
    }
}
