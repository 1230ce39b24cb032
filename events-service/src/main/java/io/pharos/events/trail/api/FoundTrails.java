package io.pharos.events.trail.api;

import io.pharos.events.trail.Trail;
import io.pharos.events.trail.TrailName;
import io.pharos.events.trail.pg.PgTrails;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudtrail.model.InvalidHomeRegionException;
import software.amazon.awssdk.services.cloudtrail.model.TrailNotFoundException;

/// What the operations say about trails that are not there, or at home elsewhere.
final class FoundTrails {
    private FoundTrails() {}

    /// A trail that a caller may read: of its region, or a multi-region one by ARN.
    static Trail find(PgTrails trails, Tenant caller, String nameOrArn) {
        var name = TrailName.of(caller, nameOrArn);
        return trails.find(name)
                .filter(trail -> trail.tenant().account().equals(caller.account()))
                .filter(trail -> trail.multiRegion() || trail.tenant().equals(caller))
                .orElseThrow(() -> unknown(nameOrArn, caller));
    }

    /// The name of a trail that a caller may change: only from its home region.
    static TrailName own(TrailName name, Tenant caller) {
        if (!name.home().account().equals(caller.account())) {
            throw unknown(name.arn(), caller);
        }
        if (!name.home().equals(caller)) {
            throw otherHome(name);
        }
        return name;
    }

    static TrailNotFoundException unknown(String name, Tenant caller) {
        return TrailNotFoundException.builder()
                .message("Unknown trail: " + name + " for the user: " + caller.account())
                .build();
    }

    static InvalidHomeRegionException otherHome(TrailName name) {
        return InvalidHomeRegionException.builder()
                .message("The specified trail is not in its home region: " + name.home().region())
                .build();
    }
}
