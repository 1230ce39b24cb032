package io.pharos.logs.subscription.api;

import io.pharos.logs.LogsError;
import io.pharos.logs.destination.DestinationArn;
import io.pharos.logs.destination.Target;
import io.pharos.logs.destination.http.Reach;
import io.pharos.logs.destination.pg.PgDestinations;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.model.AccessDeniedException;

/// Whether somebody may subscribe to a destination, and whether anything arrives there.
@Singleton
public final class Subscribing {
    private final PgDestinations destinations;
    private final Reach reach;

    public Subscribing(PgDestinations destinations, Reach reach) {
        this.destinations = destinations;
        this.reach = reach;
    }

    /// @param destinationArn checked by [io.pharos.logs.subscription.SubscriptionRules]
    /// @throws RuntimeException AWS's error
    public void requireReach(Tenant tenant, String destinationArn, long nowMs) {
        reach.require(target(tenant, destinationArn), nowMs);
    }

    private Target target(Tenant tenant, String destinationArn) {
        var logical = DestinationArn.parse(destinationArn);
        var text = destinationArn;
        if (logical != null) {
            var destination =
                    destinations
                            .find(logical)
                            .orElseThrow(() ->
                                    LogsError.notFound(
                                            "The specified destination does not exist."));
            if (!destination.admits(tenant.account())) {
                throw AccessDeniedException.builder()
                        .message(
                                "User with accountId: "
                                        + tenant.account()
                                        + " is not authorized to perform: logs:PutSubscriptionFilter"
                                        + " on resource: "
                                        + destinationArn)
                        .build();
            }
            text = destination.targetArn();
        }
        var target = Target.parse(text);
        if (target == null) {
            throw LogsError.invalid("Invalid destinationArn: " + destinationArn);
        }
        return target;
    }
}
