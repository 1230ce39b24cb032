package io.pharos.logs.query.api;

import io.pharos.logs.LogsError;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.group.LogGroupSelection;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.insights.Command;
import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.query.QuerySource;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartQueryRequest;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/// The groups that a query means: named by the request, or by its own SOURCE.
@Singleton
final class QueryGroups {
    private final PgLogGroups groups;

    QueryGroups(PgLogGroups groups) {
        this.groups = groups;
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException unless
    ///     groups are named in exactly one way
    /// @throws ResourceNotFoundException for one that does not exist
    List<LogGroup> of(Tenant tenant, StartQueryRequest request, InsightsQuery query) {
        var ways = request.logGroupName() == null ? 0 : 1;
        ways += request.hasLogGroupNames() && !request.logGroupNames().isEmpty() ? 1 : 0;
        ways +=
                request.hasLogGroupIdentifiers() && !request.logGroupIdentifiers().isEmpty()
                        ? 1
                        : 0;
        var source = query.source();
        if (source != null && ways > 0) {
            throw LogsError.invalid(
                    "Log groups are named by the request or by SOURCE, not by both");
        }
        if (source != null) {
            return of(tenant, source);
        }
        if (ways != 1) {
            throw LogsError.invalid(
                    "Exactly one of logGroupName, logGroupNames, logGroupIdentifiers is needed");
        }
        var names = new LinkedHashSet<String>();
        if (request.logGroupName() != null) {
            names.add(request.logGroupName());
        }
        names.addAll(request.logGroupNames());
        for (var identifier : request.logGroupIdentifiers()) {
            names.add(LogGroupArn.name(tenant, identifier));
        }
        if (names.size() > QuerySource.MAX_NAMED) {
            throw LogsError.invalid(
                    "A query names at most " + QuerySource.MAX_NAMED + " log groups");
        }
        return named(tenant, names);
    }

    /// @throws ResourceNotFoundException for a group that is named and does not exist
    List<LogGroup> of(Tenant tenant, Command.Source source) {
        var accounts = source.accounts();
        if (!accounts.isEmpty() && !accounts.contains(tenant.account())) {
            throw LogsError.invalid("Accounts that are not linked can not be queried");
        }
        var found = new LinkedHashMap<String, LogGroup>();
        var names = source.names().stream().map(name -> LogGroupArn.name(tenant, name)).toList();
        named(tenant, names).forEach(group -> found.put(group.name(), group));
        for (var prefix : source.prefixes()) {
            var selection =
                    new LogGroupSelection(
                            prefix.isEmpty() ? null : prefix,
                            null,
                            List.of(),
                            LogGroupClass.fromValue(source.logGroupClass()),
                            null);
            for (var described : groups.list(tenant, selection, QuerySource.MAX_MEANT)) {
                found.putIfAbsent(described.group().name(), described.group());
            }
        }
        if (found.size() > QuerySource.MAX_MEANT) {
            throw LogsError.invalid(
                    "SOURCE means more than " + QuerySource.MAX_MEANT + " log groups");
        }
        return List.copyOf(found.values());
    }

    private List<LogGroup> named(Tenant tenant, Collection<String> names) {
        return names.stream()
                .map(name -> groups.find(tenant, name).orElseThrow(() -> noSuchGroup(tenant, name)))
                .map(group ->
                        group.isForDelivery() ? group.requireStandard(LogsError::invalid) : group)
                .toList();
    }

    /// AWS's text, the id of its inner call included.
    private static ResourceNotFoundException noSuchGroup(Tenant tenant, String name) {
        return LogsError.notFound(
                "Log group '"
                        + name
                        + "' does not exist for account ID '"
                        + tenant.account()
                        + "' (Service: AWSLogs; Status Code: 400; Error Code:"
                        + " ResourceNotFoundException; Request ID: "
                        + Caller.current().requestId()
                        + "; Proxy: null)");
    }
}
