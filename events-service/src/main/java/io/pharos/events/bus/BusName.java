package io.pharos.events.bus;

import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;

import java.util.regex.Pattern;

/// A bus of a tenant. Every tenant has the bus [#DEFAULT] without creating it.
public record BusName(Tenant tenant, String name) {
    public static final String DEFAULT = "default";

    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws:events:([a-z0-9-]+):(\\d{12}):event-bus/([/.\\-_A-Za-z0-9]{1,256})");
    private static final Pattern NAME = Pattern.compile("[/.\\-_A-Za-z0-9]{1,256}");

    /// The `EventBusName` of a request: a name, an ARN, or null for the default bus.
    ///
    /// @throws AwsError ValidationException when it is neither
    /// @throws ResourceNotFoundException when the ARN is another tenant's
    public static BusName of(Tenant caller, @Nullable String nameOrArn) {
        if (nameOrArn == null) {
            return new BusName(caller, DEFAULT);
        }
        var arn = ARN.matcher(nameOrArn);
        if (arn.matches()) {
            var bus = new BusName(new Tenant(arn.group(2), arn.group(1)), arn.group(3));
            if (!bus.tenant.equals(caller)) {
                throw bus.doesNotExist();
            }
            return bus;
        }
        if (!NAME.matcher(nameOrArn).matches()) {
            throw AwsError.validation(
                    "1 validation error detected: Value '"
                            + nameOrArn
                            + "' at 'eventBusName' failed to satisfy constraint: Member must satisfy"
                            + " regular expression pattern: (arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+");
        }
        return new BusName(caller, nameOrArn);
    }

    public boolean isDefault() {
        return name.equals(DEFAULT);
    }

    public String arn() {
        return tenant.arn("events", "event-bus/" + name);
    }

    /// What Kafka partitions `bus-events` by.
    public String streamKey() {
        return tenant.account() + "/" + tenant.region() + "/" + name;
    }

    public ResourceNotFoundException doesNotExist() {
        return ResourceNotFoundException.builder()
                .message("Event bus " + name + " does not exist.")
                .build();
    }
}
