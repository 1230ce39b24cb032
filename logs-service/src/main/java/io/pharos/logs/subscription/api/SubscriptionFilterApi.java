package io.pharos.logs.subscription.api;

import io.pharos.kit.OwnerClients;
import io.pharos.logs.LogConstraints;
import io.pharos.logs.PageToken;
import io.pharos.logs.filter.FilterRules;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.subscription.StreamArn;
import io.pharos.logs.subscription.SubscriptionEnvelope;
import io.pharos.logs.subscription.SubscriptionRules;
import io.pharos.logs.subscription.pg.PgSubscriptionFilters;
import io.pharos.wire.Caller;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteSubscriptionFilterRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteSubscriptionFilterResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeSubscriptionFiltersRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeSubscriptionFiltersResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutSubscriptionFilterRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutSubscriptionFilterResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.SubscriptionFilter;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

import java.util.UUID;
import java.util.function.Function;

/// Subscription filters: PutSubscriptionFilter, DescribeSubscriptionFilters,
/// DeleteSubscriptionFilter. Destinations are streams.
@Singleton
final class SubscriptionFilterApi implements CloudWatchLogsClient {
    private static final Logger LOG = Logger.getLogger(SubscriptionFilterApi.class);
    private static final String DESCRIBE = "DescribeSubscriptionFilters";
    private static final String SELF = "logs.amazonaws.com";

    private final PgSubscriptionFilters filters;
    private final PgLogGroups groups;
    private final Function<StreamArn, KinesisClient> streams;

    @Inject
    SubscriptionFilterApi(PgSubscriptionFilters filters, PgLogGroups groups, OwnerClients clients) {
        this(filters, groups, arn -> clients.client(KinesisClient.class, arn.owner(), SELF));
    }

    /// @param streams the API of a stream's owner
    SubscriptionFilterApi(
            PgSubscriptionFilters filters,
            PgLogGroups groups,
            Function<StreamArn, KinesisClient> streams) {
        this.filters = filters;
        this.groups = groups;
        this.streams = streams;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutSubscriptionFilterResponse putSubscriptionFilter(
            PutSubscriptionFilterRequest request) {
        var caller = Caller.current();
        var nowMs = caller.receivedAt().toEpochMilli();
        var filter = SubscriptionRules.check(request, caller.tenant(), nowMs);
        filters.requireRoom(caller.tenant(), request.logGroupName(), filter);
        probe(filter.destination(), nowMs);
        filters.put(caller.tenant(), request.logGroupName(), filter);
        return PutSubscriptionFilterResponse.builder().build();
    }

    @Override
    public DeleteSubscriptionFilterResponse deleteSubscriptionFilter(
            DeleteSubscriptionFilterRequest request) {
        FilterRules.named(request.logGroupName(), request.filterName()).orThrow();
        filters.delete(Caller.current().tenant(), request.logGroupName(), request.filterName());
        return DeleteSubscriptionFilterResponse.builder().build();
    }

    @Override
    public DescribeSubscriptionFiltersResponse describeSubscriptionFilters(
            DescribeSubscriptionFiltersRequest request) {
        var check =
                LogConstraints.check()
                        .requiredGroupName(request.logGroupName())
                        .nextToken(request.nextToken())
                        .limit(request.limit(), FilterRules.MAX_PAGE);
        FilterRules.name(check, "filterNamePrefix", request.filterNamePrefix());
        check.orThrow();
        var caller = Caller.current();
        var nowMs = caller.receivedAt().toEpochMilli();
        var limit = request.limit() == null ? FilterRules.MAX_PAGE : request.limit();
        var after =
                request.nextToken() == null
                        ? ""
                        : PageToken.position(request.nextToken(), DESCRIBE, nowMs);
        var group = groups.require(caller.tenant(), request.logGroupName());
        var found = filters.describe(group.id(), request.filterNamePrefix(), after, limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        return DescribeSubscriptionFiltersResponse.builder()
                .subscriptionFilters(
                        page.stream().map(filter -> shown(group.name(), filter)).toList())
                .nextToken(
                        found.size() > limit
                                ? new PageToken(DESCRIBE, nowMs, page.getLast().name()).encode()
                                : null)
                .build();
    }

    /// AWS: a filter is created only when the control message arrives.
    private void probe(StreamArn destination, long nowMs) {
        if (!reaches(destination, SubscriptionEnvelope.control(nowMs))) {
            throw SubscriptionRules.unreachable("Kinesis");
        }
    }

    private boolean reaches(StreamArn destination, byte[] control) {
        var name = destination.streamName();
        try {
            var kinesis = streams.apply(destination);
            var status =
                    kinesis.describeStreamSummary(r -> r.streamName(name))
                            .streamDescriptionSummary()
                            .streamStatus();
            if (status != StreamStatus.ACTIVE && status != StreamStatus.UPDATING) {
                return false;
            }
            kinesis.putRecord(r ->
                    r.streamName(name)
                            .partitionKey(UUID.randomUUID().toString())
                            .data(SdkBytes.fromByteArray(control)));
            return true;
        } catch (SdkException failure) {
            LOG.infof("no test message reached stream=%s: %s", name, failure.getMessage());
            return false;
        }
    }

    private static SubscriptionFilter shown(
            String logGroup, io.pharos.logs.subscription.SubscriptionFilter filter) {
        var fields = filter.systemFields();
        return SubscriptionFilter.builder()
                .filterName(filter.name())
                .logGroupName(logGroup)
                .filterPattern(filter.pattern())
                .destinationArn(filter.destination().toString())
                .roleArn(filter.roleArn())
                .distribution(filter.distribution().name())
                .creationTime(filter.createdMs())
                .applyOnTransformedLogs(false)
                .emitSystemFields(fields.isEmpty() ? null : fields)
                .build();
    }
}
