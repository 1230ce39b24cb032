package io.pharos.logs.contributor.api;

import static io.pharos.logs.contributor.api.InsightRuleApi.invalid;

import io.pharos.logs.contributor.ContributorReport.ReportRequest;
import io.pharos.logs.contributor.pg.PgContributions;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/// GetInsightRuleReport. Periods begin at the minute of the start time; those without events are left out.
@Singleton
public final class InsightReportApi implements CloudWatchClient {
    /// AWS: the longest time of a report.
    static final Duration LONGEST = Duration.ofHours(24);

    private static final int DEFAULT_CONTRIBUTORS = 10;
    private static final int MAX_CONTRIBUTORS = 100;
    private static final Set<String> METRICS =
            Set.of(
                    "UniqueContributors",
                    "MaxContributorValue",
                    "SampleCount",
                    "Sum",
                    "Minimum",
                    "Maximum",
                    "Average");

    private final PgContributions contributions;

    @Inject
    public InsightReportApi(PgContributions contributions) {
        this.contributions = contributions;
    }

    @Override
    public GetInsightRuleReportResponse getInsightRuleReport(GetInsightRuleReportRequest request) {
        var asked = checked(request);
        return contributions
                .report(Caller.current().tenant(), request.ruleName(), asked)
                .orElseThrow(() ->
                        ResourceNotFoundException.builder()
                                .message("The rule " + request.ruleName() + " does not exist.")
                                .resourceType("InsightRule")
                                .resourceId(request.ruleName())
                                .build());
    }

    private static ReportRequest checked(GetInsightRuleReportRequest request) {
        var constraints = Constraints.check();
        InsightRuleApi.checkName(constraints, "ruleName", request.ruleName());
        constraints
                .required("startTime", request.startTime())
                .required("endTime", request.endTime())
                .required("period", request.period())
                .atLeast("period", request.period(), 1)
                .length("orderBy", request.orderBy(), 1, 32)
                .orThrow();
        var contributors = request.maxContributorCount();
        if (contributors != null && (contributors < 1 || contributors > MAX_CONTRIBUTORS)) {
            throw invalid("MaxContributorCount must be 1 to " + MAX_CONTRIBUTORS + ".");
        }
        int period = request.period();
        if (period % 60 != 0 || period > LONGEST.toSeconds()) {
            throw invalid("Period must be a multiple of 60, up to " + LONGEST.toSeconds() + ".");
        }
        for (var metric : request.metrics()) {
            if (!METRICS.contains(metric)) {
                throw invalid("Metrics has an unknown metric: " + metric + ".");
            }
        }
        var order = request.orderBy() == null ? "Sum" : request.orderBy();
        if (!order.equals("Sum") && !order.equals("Maximum")) {
            throw invalid("OrderBy must be Sum or Maximum, not " + order + ".");
        }
        var start = request.startTime().truncatedTo(ChronoUnit.MINUTES);
        if (!start.isBefore(request.endTime())) {
            throw invalid("StartTime must be before EndTime.");
        }
        if (Duration.between(request.startTime(), request.endTime()).compareTo(LONGEST) > 0) {
            throw invalid("EndTime must not be more than 24 hours after StartTime.");
        }
        return new ReportRequest(
                start.toEpochMilli(),
                request.endTime().toEpochMilli(),
                period,
                contributors == null ? DEFAULT_CONTRIBUTORS : contributors,
                Set.copyOf(request.metrics()),
                order.equals("Maximum"));
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
