package io.pharos.logs.metricfilter.api;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.PageToken;
import io.pharos.logs.filter.FilterRules;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.metricfilter.MetricFilterRules;
import io.pharos.logs.metricfilter.pg.PgMetricFilters;
import io.pharos.logs.metricfilter.pg.PgMetricFilters.Described;
import io.pharos.logs.metricfilter.pg.PgMetricFilters.Position;
import io.pharos.logs.metricfilter.pg.PgMetricFilters.Selection;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteMetricFilterRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteMetricFilterResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeMetricFiltersRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeMetricFiltersResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricFilter;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricFilterMatchRecord;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutMetricFilterRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutMetricFilterResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TestMetricFilterRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TestMetricFilterResponse;

import java.util.ArrayList;
import java.util.List;

/// Metric filters: PutMetricFilter, DescribeMetricFilters, DeleteMetricFilter, TestMetricFilter.
@Singleton
final class MetricFilterApi implements CloudWatchLogsClient {
    private static final String DESCRIBE = "DescribeMetricFilters";

    /// AWS: messages of one TestMetricFilter.
    private static final int MAX_MESSAGES = 50;

    /// Neither filter names nor group names hold it.
    private static final String SEPARATOR = ":";

    private final PgMetricFilters filters;
    private final PgLogGroups groups;

    MetricFilterApi(PgMetricFilters filters, PgLogGroups groups) {
        this.filters = filters;
        this.groups = groups;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutMetricFilterResponse putMetricFilter(PutMetricFilterRequest request) {
        var caller = Caller.current();
        var filter =
                MetricFilterRules.check(
                        request, caller.tenant(), caller.receivedAt().toEpochMilli());
        filters.put(caller.tenant(), request.logGroupName(), filter);
        return PutMetricFilterResponse.builder().build();
    }

    @Override
    public DeleteMetricFilterResponse deleteMetricFilter(DeleteMetricFilterRequest request) {
        FilterRules.named(request.logGroupName(), request.filterName()).orThrow();
        filters.delete(Caller.current().tenant(), request.logGroupName(), request.filterName());
        return DeleteMetricFilterResponse.builder().build();
    }

    @Override
    public DescribeMetricFiltersResponse describeMetricFilters(
            DescribeMetricFiltersRequest request) {
        check(request);
        var caller = Caller.current();
        var nowMs = caller.receivedAt().toEpochMilli();
        var limit = request.limit() == null ? FilterRules.MAX_PAGE : request.limit();
        var after = after(request.nextToken(), nowMs);
        if (request.logGroupName() != null) {
            groups.require(caller.tenant(), request.logGroupName());
        }
        var found =
                filters.describe(
                        caller.tenant(),
                        new Selection(
                                request.logGroupName(),
                                request.filterNamePrefix(),
                                request.metricName(),
                                request.metricNamespace(),
                                after,
                                limit + 1));
        var page = found.subList(0, Math.min(limit, found.size()));
        return DescribeMetricFiltersResponse.builder()
                .metricFilters(page.stream().map(MetricFilterApi::shown).toList())
                .nextToken(found.size() > limit ? token(page.getLast(), nowMs) : null)
                .build();
    }

    @Override
    public TestMetricFilterResponse testMetricFilter(TestMetricFilterRequest request) {
        var check = LogConstraints.check();
        FilterRules.pattern(check, request.filterPattern());
        messages(check, request.hasLogEventMessages() ? request.logEventMessages() : null);
        check.orThrow();
        var pattern = FilterPattern.parse(request.filterPattern());
        var matches = new ArrayList<MetricFilterMatchRecord>();
        for (var i = 0; i < request.logEventMessages().size(); i++) {
            var message = request.logEventMessages().get(i);
            var match = pattern.match(message);
            if (match != null) {
                matches.add(
                        MetricFilterMatchRecord.builder()
                                .eventNumber((long) i)
                                .eventMessage(message)
                                .extractedValues(match.fields())
                                .build());
            }
        }
        return TestMetricFilterResponse.builder().matches(matches).build();
    }

    private static void check(DescribeMetricFiltersRequest request) {
        var check =
                LogConstraints.check()
                        .groupName("logGroupName", request.logGroupName())
                        .nextToken(request.nextToken())
                        .limit(request.limit(), FilterRules.MAX_PAGE);
        FilterRules.name(check, "filterNamePrefix", request.filterNamePrefix());
        FilterRules.text(check, "metricName", request.metricName());
        FilterRules.text(check, "metricNamespace", request.metricNamespace());
        check.orThrow();
        if ((request.metricName() == null) != (request.metricNamespace() == null)) {
            throw LogsError.invalid("metricName and metricNamespace must be given together.");
        }
    }

    private static void messages(LogConstraints check, @Nullable List<String> messages) {
        check.constraints()
                .required("logEventMessages", messages)
                .size("logEventMessages", messages, 1, MAX_MESSAGES)
                .satisfied(
                        messages == null || messages.stream().noneMatch(String::isEmpty),
                        "logEventMessages",
                        messages,
                        "Member must satisfy constraint: [Member must have length greater than or"
                                + " equal to 1]");
    }

    private static MetricFilter shown(Described described) {
        var filter = described.filter();
        var system = filter.systemDimensions();
        return MetricFilter.builder()
                .filterName(filter.name())
                .filterPattern(filter.pattern())
                .metricTransformations(filter.transformation())
                .creationTime(filter.createdMs())
                .logGroupName(described.logGroup())
                .fieldSelectionCriteria(filter.fieldSelection())
                .applyOnTransformedLogs(filter.onTransformed())
                .emitSystemFieldDimensions(system.isEmpty() ? null : system)
                .build();
    }

    private static Position after(@Nullable String token, long nowMs) {
        if (token == null) {
            return Position.START;
        }
        var names = PageToken.position(token, DESCRIBE, nowMs).split(SEPARATOR, 2);
        if (names.length != 2) {
            throw LogsError.badToken();
        }
        return new Position(names[0], names[1]);
    }

    private static String token(Described last, long nowMs) {
        var position = last.filter().name() + SEPARATOR + last.logGroup();
        return new PageToken(DESCRIBE, nowMs, position).encode();
    }
}
