package io.pharos.logs.subscription.api;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.PageToken;
import io.pharos.logs.filter.FilterRules;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.subscription.SubscriptionRules;
import io.pharos.logs.subscription.pg.PgSubscriptionFilters;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteSubscriptionFilterRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteSubscriptionFilterResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeSubscriptionFiltersRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeSubscriptionFiltersResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutSubscriptionFilterRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutSubscriptionFilterResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.SubscriptionFilter;

/// Subscription filters: PutSubscriptionFilter, DescribeSubscriptionFilters,
/// DeleteSubscriptionFilter. Destinations are streams.
@Singleton
final class SubscriptionFilterApi implements CloudWatchLogsClient {
    private static final String DESCRIBE = "DescribeSubscriptionFilters";

    private final PgSubscriptionFilters filters;
    private final PgLogGroups groups;
    private final Subscribing subscribing;

    SubscriptionFilterApi(
            PgSubscriptionFilters filters, PgLogGroups groups, Subscribing subscribing) {
        this.filters = filters;
        this.groups = groups;
        this.subscribing = subscribing;
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
        subscribing.requireReach(caller.tenant(), filter.destinationArn(), nowMs);
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

    private static SubscriptionFilter shown(
            String logGroup, io.pharos.logs.subscription.SubscriptionFilter filter) {
        var fields = filter.systemFields();
        return SubscriptionFilter.builder()
                .filterName(filter.name())
                .logGroupName(logGroup)
                .filterPattern(filter.pattern())
                .destinationArn(filter.destinationArn())
                .roleArn(filter.roleArn())
                .distribution(filter.distribution().name())
                .creationTime(filter.createdMs())
                .fieldSelectionCriteria(filter.fieldSelection())
                .applyOnTransformedLogs(filter.onTransformed())
                .emitSystemFields(fields.isEmpty() ? null : fields)
                .build();
    }
}
