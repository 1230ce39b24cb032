package io.pharos.logs.destination.api;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.PageToken;
import io.pharos.logs.destination.AccessPolicy;
import io.pharos.logs.destination.Destination;
import io.pharos.logs.destination.Target;
import io.pharos.logs.destination.http.Reach;
import io.pharos.logs.destination.pg.PgDestinations;
import io.pharos.logs.filter.FilterRules;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDestinationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDestinationResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDestinationsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDestinationsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDestinationPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDestinationPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDestinationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDestinationResponse;

import java.util.Map;

/// Destinations and who may subscribe to them.
@Singleton
final class DestinationApi implements CloudWatchLogsClient {
    private static final String DESCRIBE = "DescribeDestinations";
    private static final int MAX_POLICY = 5_120;

    private final PgDestinations destinations;
    private final Reach reach;

    DestinationApi(PgDestinations destinations, Reach reach) {
        this.destinations = destinations;
        this.reach = reach;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutDestinationResponse putDestination(PutDestinationRequest request) {
        var check = named(request.destinationName());
        check.constraints()
                .required("targetArn", request.targetArn())
                .length("targetArn", request.targetArn(), 1, Integer.MAX_VALUE)
                .required("roleArn", request.roleArn())
                .length("roleArn", request.roleArn(), 1, Integer.MAX_VALUE);
        FilterRules.text(check, "roleArn", request.roleArn());
        check.tags(request.hasTags() ? request.tags() : Map.of()).orThrow();
        var caller = Caller.current();
        var nowMs = caller.receivedAt().toEpochMilli();
        var owner = caller.tenant();
        var target = own(owner, request.targetArn());
        reach.require(target, nowMs);
        var put =
                destinations.put(
                        new Destination(
                                owner,
                                request.destinationName(),
                                target.text(),
                                request.roleArn(),
                                null,
                                nowMs),
                        request.hasTags() ? request.tags() : Map.of());
        return PutDestinationResponse.builder().destination(shown(put)).build();
    }

    @Override
    public PutDestinationPolicyResponse putDestinationPolicy(PutDestinationPolicyRequest request) {
        var check = named(request.destinationName());
        check.constraints()
                .required("accessPolicy", request.accessPolicy())
                .length("accessPolicy", request.accessPolicy(), 1, MAX_POLICY);
        FilterRules.text(check, "accessPolicy", request.accessPolicy());
        check.orThrow();
        var owner = Caller.current().tenant();
        AccessPolicy.parse(
                request.accessPolicy(),
                owner.arn("logs", "destination:" + request.destinationName()));
        destinations.setPolicy(owner, request.destinationName(), request.accessPolicy());
        return PutDestinationPolicyResponse.builder().build();
    }

    @Override
    public DescribeDestinationsResponse describeDestinations(DescribeDestinationsRequest request) {
        var check =
                LogConstraints.check()
                        .nextToken(request.nextToken())
                        .limit(request.limit(), FilterRules.MAX_PAGE);
        FilterRules.name(check, "destinationNamePrefix", request.destinationNamePrefix());
        check.orThrow();
        var caller = Caller.current();
        var nowMs = caller.receivedAt().toEpochMilli();
        var limit = request.limit() == null ? FilterRules.MAX_PAGE : request.limit();
        var after =
                request.nextToken() == null
                        ? ""
                        : PageToken.position(request.nextToken(), DESCRIBE, nowMs);
        var found =
                destinations.describe(
                        caller.tenant(), request.destinationNamePrefix(), after, limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        return DescribeDestinationsResponse.builder()
                .destinations(page.stream().map(DestinationApi::shown).toList())
                .nextToken(
                        found.size() > limit
                                ? new PageToken(DESCRIBE, nowMs, page.getLast().name()).encode()
                                : null)
                .build();
    }

    @Override
    public DeleteDestinationResponse deleteDestination(DeleteDestinationRequest request) {
        named(request.destinationName()).orThrow();
        destinations.delete(Caller.current().tenant(), request.destinationName());
        return DeleteDestinationResponse.builder().build();
    }

    /// AWS: a destination points to its own account's streams.
    private static Target own(Tenant owner, String arn) {
        var target = Target.parse(arn);
        var isOwn =
                switch (target) {
                    case Target.Stream(var stream) -> stream.owner().equals(owner);
                    case Target.DeliveryStream stream -> stream.account().equals(owner.account());
                    case null, default -> false;
                };
        if (target == null || !isOwn) {
            throw LogsError.invalid(
                    "Could not deliver test message to specified destination. Check if the"
                            + " destination is valid.");
        }
        return target;
    }

    private static LogConstraints named(String name) {
        var check = LogConstraints.check();
        check.constraints().required("destinationName", name);
        FilterRules.name(check, "destinationName", name);
        return check;
    }

    private static software.amazon.awssdk.services.cloudwatchlogs.model.Destination shown(
            Destination destination) {
        return software.amazon.awssdk.services.cloudwatchlogs.model.Destination.builder()
                .destinationName(destination.name())
                .targetArn(destination.targetArn())
                .roleArn(destination.roleArn())
                .accessPolicy(destination.accessPolicy())
                .arn(destination.arn())
                .creationTime(destination.createdMs())
                .build();
    }
}
