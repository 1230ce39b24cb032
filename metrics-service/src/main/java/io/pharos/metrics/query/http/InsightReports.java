package io.pharos.metrics.query.http;

import io.pharos.kit.OwnerClients;
import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.math.RuleMetric;
import io.pharos.metrics.query.Functions;
import io.pharos.metrics.query.InsightRules;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.InsightRuleMetricDatapoint;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Asks the owner of the rules for their reports, a day at a time.
@Singleton
public final class InsightReports implements InsightRules {
    private static final String SELF = "monitoring.amazonaws.com";

    /// AWS: the longest time of one report.
    private static final long REPORT_S = Duration.ofHours(24).toSeconds();

    /// Nothing older is kept, so that a call asks for this many days and one at most.
    private static final Duration KEPT = Duration.ofDays(15);

    private static final List<String> METRICS =
            Arrays.stream(RuleMetric.values()).map(RuleMetric::written).toList();

    private final Function<Tenant, CloudWatchClient> owner;
    private final InstantSource clock;

    @Inject
    InsightReports(OwnerClients clients, InstantSource clock) {
        this(tenant -> clients.insightRules(tenant, SELF), clock);
    }

    /// @param owner the API of a tenant's rules
    public InsightReports(Function<Tenant, CloudWatchClient> owner, InstantSource clock) {
        this.owner = owner;
        this.clock = clock;
    }

    @Override
    public List<Point> points(Tenant tenant, String rule, PeriodGrid grid) {
        var points = new ArrayList<Point>();
        var client = owner.apply(tenant);
        var now = clock.instant();
        var fromS = Math.max(grid.startS(), now.minus(KEPT).getEpochSecond());
        // Whole periods: a report that begins elsewhere has other ones.
        var first = Math.max(0, (fromS - grid.startS()) / grid.periodS());
        var end = Math.min(grid.count(), Math.max(first + 1, periodsUntil(grid, now)));
        var atOnce = Math.max(1, REPORT_S / grid.periodS());
        for (var at = first; at < end; at += atOnce) {
            var startS = grid.startS() + at * grid.periodS();
            var endS = grid.startS() + Math.min(end, at + atOnce) * grid.periodS();
            ask(client, rule, startS, endS, grid.periodS()).forEach(p -> points.add(point(p)));
        }
        return points;
    }

    /// Events may be ahead of their time by two hours.
    private static long periodsUntil(PeriodGrid grid, Instant now) {
        var untilS = now.plus(Duration.ofHours(3)).getEpochSecond();
        return Math.ceilDiv(untilS - grid.startS(), grid.periodS());
    }

    private static List<InsightRuleMetricDatapoint> ask(
            CloudWatchClient client, String rule, long startS, long endS, int periodS) {
        try {
            return client.getInsightRuleReport(report ->
                            report.ruleName(rule)
                                    .startTime(Instant.ofEpochSecond(startS))
                                    .endTime(Instant.ofEpochSecond(endS))
                                    .period(periodS)
                                    .maxContributorCount(1)
                                    .metrics(METRICS))
                    .metricDatapoints();
        } catch (ResourceNotFoundException none) {
            throw new ExpressionError("The rule '" + rule + "' does not exist");
        } catch (SdkException failure) {
            throw new Functions.Failure(
                    "InternalError", "The rule '" + rule + "' can not be read right now");
        }
    }

    private static Point point(InsightRuleMetricDatapoint point) {
        return new Point(
                point.timestamp().getEpochSecond(),
                point.uniqueContributors(),
                point.maxContributorValue(),
                point.sampleCount(),
                point.sum(),
                point.minimum(),
                point.maximum(),
                point.average());
    }
}
