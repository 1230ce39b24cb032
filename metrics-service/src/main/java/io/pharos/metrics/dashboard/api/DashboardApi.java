package io.pharos.metrics.dashboard.api;

import io.pharos.metrics.dashboard.Dashboard;
import io.pharos.metrics.dashboard.DashboardBody;
import io.pharos.metrics.dashboard.Finding;
import io.pharos.metrics.dashboard.pg.PgDashboards;
import io.pharos.metrics.resource.NameToken;
import io.pharos.wire.Caller;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DashboardEntry;
import software.amazon.awssdk.services.cloudwatch.model.DashboardInvalidInputErrorException;
import software.amazon.awssdk.services.cloudwatch.model.DashboardNotFoundErrorException;
import software.amazon.awssdk.services.cloudwatch.model.DashboardValidationMessage;
import software.amazon.awssdk.services.cloudwatch.model.DeleteDashboardsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteDashboardsResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetDashboardRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetDashboardResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.ListDashboardsRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListDashboardsResponse;
import software.amazon.awssdk.services.cloudwatch.model.PutDashboardRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutDashboardResponse;

import java.time.Instant;

/// Dashboards. AWS: global in an account; a body with warnings is kept, one with errors is refused.
@Singleton
public final class DashboardApi implements CloudWatchClient {
    static final int PAGE = 1_000;
    static final int MAX_DELETED = 100;

    private final PgDashboards dashboards;

    @Inject
    public DashboardApi(PgDashboards dashboards) {
        this.dashboards = dashboards;
    }

    @Override
    public PutDashboardResponse putDashboard(PutDashboardRequest request) {
        var name = checkedName(request.dashboardName());
        if (request.dashboardBody() == null || request.dashboardBody().isEmpty()) {
            throw invalidValue("The parameter DashboardBody is required.\n");
        }
        var body = DashboardBody.check(request.dashboardBody());
        var errors = body.errors();
        if (!errors.isEmpty()) {
            throw DashboardInvalidInputErrorException.builder()
                    .message(DashboardBody.refusal(errors))
                    .build();
        }
        var caller = Caller.current();
        dashboards.put(
                new Dashboard(
                        caller.tenant().account(),
                        name,
                        body.compact(),
                        caller.receivedAt().toEpochMilli()));
        return PutDashboardResponse.builder()
                .dashboardValidationMessages(
                        body.warnings().stream().map(DashboardApi::message).toList())
                .build();
    }

    private static DashboardValidationMessage message(Finding finding) {
        return DashboardValidationMessage.builder()
                .dataPath(finding.dataPath())
                .message(finding.message())
                .build();
    }

    @Override
    public GetDashboardResponse getDashboard(GetDashboardRequest request) {
        var name = checkedName(request.dashboardName());
        var found =
                dashboards
                        .find(account(), name)
                        .orElseThrow(() ->
                                DashboardNotFoundErrorException.builder()
                                        .message("Dashboard " + name + " does not exist")
                                        .build());
        return GetDashboardResponse.builder()
                .dashboardArn(found.arn())
                .dashboardName(found.name())
                .dashboardBody(found.body())
                .build();
    }

    @Override
    public ListDashboardsResponse listDashboards(ListDashboardsRequest request) {
        var prefix = request.dashboardNamePrefix();
        if (prefix != null && !prefix.isEmpty() && !Dashboard.isName(prefix)) {
            throw invalidName("DashboardNamePrefix");
        }
        var after = "";
        if (request.nextToken() != null && !request.nextToken().isEmpty()) {
            after =
                    NameToken.parse(request.nextToken())
                            .orElseThrow(() -> invalidValue("Invalid NextToken"));
        }
        var found = dashboards.list(account(), prefix == null ? "" : prefix, after, PAGE + 1);
        var page = found.subList(0, Math.min(PAGE, found.size()));
        return ListDashboardsResponse.builder()
                .dashboardEntries(page.stream().map(DashboardApi::entry).toList())
                .nextToken(found.size() > PAGE ? NameToken.after(page.getLast().name()) : null)
                .build();
    }

    private static DashboardEntry entry(PgDashboards.Entry entry) {
        return DashboardEntry.builder()
                .dashboardName(entry.name())
                .dashboardArn(Dashboard.arn(account(), entry.name()))
                .lastModified(Instant.ofEpochMilli(entry.modifiedMs()))
                .size(entry.sizeBytes())
                .build();
    }

    /// One bad name and nothing is deleted; duplicates and missing ones are ignored.
    @Override
    public DeleteDashboardsResponse deleteDashboards(DeleteDashboardsRequest request) {
        var names = request.dashboardNames();
        if (names.isEmpty()) {
            throw invalidValue(
                    "Field DashboardNames is required and has to contain at least 1 element.\n");
        }
        var distinct = names.stream().distinct().toList();
        if (distinct.size() > MAX_DELETED) {
            throw invalidValue(
                    "Field DashboardNames has to contain at most " + MAX_DELETED + " elements.\n");
        }
        distinct.forEach(DashboardApi::checkedName);
        dashboards.delete(account(), distinct);
        return DeleteDashboardsResponse.builder().build();
    }

    private static String account() {
        return Caller.current().tenant().account();
    }

    private static String checkedName(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw invalidValue("The parameter DashboardName is required.\n");
        }
        if (!Dashboard.isName(name)) {
            throw name.length() > 255
                    ? invalidValue(
                            "The value for field DashboardName has to be at most 255 characters"
                                    + " long.\n")
                    : invalidName("DashboardName");
        }
        return name;
    }

    private static InvalidParameterValueException invalidName(String field) {
        return invalidValue(
                "The value for field "
                        + field
                        + " contains invalid characters. It can only contain alphanumerics, dash (-)"
                        + " and underscore (_).\n");
    }

    private static InvalidParameterValueException invalidValue(String message) {
        return InvalidParameterValueException.builder().message(message).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
