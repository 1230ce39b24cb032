package io.pharos.metrics.query.api;

import io.pharos.kit.http.PromptApi;
import io.pharos.metrics.series.KnownSeries;
import io.pharos.metrics.series.SeriesFilter;
import io.pharos.metrics.series.pg.PgSeriesCatalog;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsResponse;
import software.amazon.awssdk.services.cloudwatch.model.Metric;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// ListMetrics: what had samples in the last two weeks, 500 a page.
@Singleton
public final class ListMetricsApi implements CloudWatchClient, PromptApi {
    static final int PAGE = 500;
    static final Duration ACTIVE = Duration.ofDays(14);

    /// The index learns of samples up to half an hour late. AWS is up to 50 minutes generous here.
    static final Duration RECENTLY_ACTIVE = Duration.ofHours(3).plusMinutes(35);

    private static final int MAX_FILTERS = 10;
    private static final String OPERATION = "ListMetrics";

    private final PgSeriesCatalog catalog;

    @Inject
    public ListMetricsApi(PgSeriesCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public ListMetricsResponse listMetrics(ListMetricsRequest request) {
        constraints(request);
        var caller = Caller.current();
        var fingerprint = request.toBuilder().nextToken(null).build().toString();
        var after = 0L;
        if (request.nextToken() != null) {
            after =
                    PageToken.position(request.nextToken(), OPERATION, fingerprint)
                            .orElseThrow(() ->
                                    InvalidNextTokenException.builder()
                                            .message("Invalid nextToken")
                                            .build());
        }
        var active = request.recentlyActiveAsString() == null ? ACTIVE : RECENTLY_ACTIVE;
        var filter =
                filter(request, caller, caller.receivedAt().minus(active).toEpochMilli(), after);
        var found =
                filter.<List<KnownSeries>>map(wanted -> catalog.list(wanted, PAGE + 1))
                        .orElse(List.of());
        var page = found.subList(0, Math.min(PAGE, found.size()));
        var response =
                ListMetricsResponse.builder()
                        .metrics(page.stream().map(ListMetricsApi::metric).toList());
        if (Boolean.TRUE.equals(request.includeLinkedAccounts())) {
            response.owningAccounts(Collections.nCopies(page.size(), caller.tenant().account()));
        }
        if (found.size() > PAGE) {
            response.nextToken(PageToken.of(OPERATION, fingerprint, page.getLast().id()));
        }
        return response.build();
    }

    private static void constraints(ListMetricsRequest request) {
        var constraints =
                Constraints.check()
                        .length("namespace", request.namespace(), 1, MetricConstraints.MAX_NAME)
                        .length("metricName", request.metricName(), 1, MetricConstraints.MAX_NAME)
                        .size("dimensions", request.dimensions(), 0, MAX_FILTERS)
                        .oneOf("recentlyActive", request.recentlyActiveAsString(), List.of("PT3H"))
                        .length("owningAccount", request.owningAccount(), 1, 255);
        for (var i = 0; i < request.dimensions().size(); i++) {
            var member = "dimensions." + (i + 1) + ".member";
            var dimension = request.dimensions().get(i);
            constraints
                    .required(member + ".name", dimension.name())
                    .length(member + ".name", dimension.name(), 1, MetricConstraints.MAX_NAME)
                    .length(
                            member + ".value",
                            dimension.value(),
                            1,
                            MetricConstraints.MAX_DIMENSION_VALUE);
        }
        constraints.orThrow();
    }

    /// Empty when nothing can meet it.
    private static Optional<SeriesFilter> filter(
            ListMetricsRequest request, Caller caller, long sinceMs, long after) {
        var account = caller.tenant().account();
        if (request.owningAccount() != null && !request.owningAccount().equals(account)) {
            return Optional.empty();
        }
        var names = new HashSet<String>();
        var values = new HashMap<String, String>();
        for (var dimension : request.dimensions()) {
            if (dimension.value() == null) {
                names.add(dimension.name());
            } else {
                var before = values.put(dimension.name(), dimension.value());
                if (before != null && !before.equals(dimension.value())) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(
                new SeriesFilter(
                        account,
                        caller.tenant().region(),
                        Optional.ofNullable(request.namespace()),
                        Optional.ofNullable(request.metricName()),
                        names,
                        values,
                        sinceMs,
                        after));
    }

    private static Metric metric(KnownSeries known) {
        var dimensions =
                known.series().dimensions().asList().stream()
                        .map(d -> Dimension.builder().name(d.name()).value(d.value()).build())
                        .toList();
        return Metric.builder()
                .namespace(known.series().namespace())
                .metricName(known.series().metricName())
                .dimensions(dimensions)
                .build();
    }

    @Override
    public Set<String> promptActions() {
        return Set.of("cloudwatch:ListMetrics");
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
