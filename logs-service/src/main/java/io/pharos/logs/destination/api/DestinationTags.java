package io.pharos.logs.destination.api;

import io.pharos.logs.LogsError;
import io.pharos.logs.destination.DestinationArn;
import io.pharos.logs.destination.pg.PgDestinations;
import io.pharos.logs.group.TaggedResources;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Tags of destinations.
@Singleton
final class DestinationTags implements TaggedResources {
    private static final int MAX_TAGS = 50;

    private final PgDestinations destinations;

    DestinationTags(PgDestinations destinations) {
        this.destinations = destinations;
    }

    @Override
    public String prefix() {
        return "destination:";
    }

    @Override
    public boolean tag(Tenant tenant, String arn, Map<String, String> tags) {
        return destinations.retag(own(tenant, arn), tags, List.of(), MAX_TAGS);
    }

    @Override
    public void untag(Tenant tenant, String arn, Collection<String> keys) {
        destinations.retag(own(tenant, arn), Map.of(), keys, Integer.MAX_VALUE);
    }

    @Override
    public Map<String, String> tags(Tenant tenant, String arn) {
        return destinations.tags(own(tenant, arn));
    }

    private static DestinationArn own(Tenant tenant, String arn) {
        var destination = DestinationArn.parse(arn);
        if (destination == null || !destination.owner().equals(tenant)) {
            throw LogsError.notFound("The specified destination does not exist.");
        }
        return destination;
    }
}
