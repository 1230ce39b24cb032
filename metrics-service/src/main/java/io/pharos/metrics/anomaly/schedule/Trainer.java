package io.pharos.metrics.anomaly.schedule;

import io.pharos.metrics.anomaly.History;
import io.pharos.metrics.anomaly.SeasonalModel;
import io.pharos.metrics.anomaly.pg.PgDetectors;
import io.pharos.metrics.anomaly.pg.PgDetectors.Task;
import io.pharos.metrics.query.BandSubject;
import io.pharos.metrics.query.api.GetMetricDataApi;
import io.pharos.wire.Caller;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/// Trains what is due: reads up to two weeks of a metric as GetMetricData answers them, fits, and keeps the
/// model. One at a time; replicas share the work by leases.
@Singleton
public final class Trainer {
    private static final Logger LOG = Logger.getLogger(Trainer.class);
    private static final String RESULT = "result";

    /// Longer than any training; then somebody else tries.
    private static final long LEASE_MS = 120_000;

    private static final int CLAIM = 4;
    private static final int MAX_PAGES = 10;

    private final PgDetectors detectors;
    private final GetMetricDataApi data;

    @Inject
    public Trainer(PgDetectors detectors, GetMetricDataApi data) {
        this.detectors = detectors;
        this.data = data;
    }

    /// A few that are due.
    ///
    /// @param everyMs how long after a training the next one is due
    /// @return how many there were; none leaves nothing due
    public int train(Instant now, long everyMs) {
        var tasks = detectors.claim(now.toEpochMilli(), LEASE_MS, CLAIM);
        for (var task : tasks) {
            try {
                var model = SeasonalModel.fit(read(task, now), task.of().configuration().rules());
                var nowMs = now.toEpochMilli();
                detectors.trained(task, model.orElse(null), nowMs, nowMs + everyMs);
            } catch (RuntimeException failure) { // one must not stop the others: it is due again
                LOG.warnf(failure, "anomaly detector not trained detector=%d", task.detector());
            }
        }
        return tasks.size();
    }

    private History read(Task task, Instant now) {
        var periodS = task.periodS();
        var endS = Math.floorDiv(now.getEpochSecond(), periodS) * periodS;
        var startS = endS - Math.floorDiv(SeasonalModel.HISTORY_S, periodS) * periodS;
        var request =
                GetMetricDataRequest.builder()
                        .metricDataQueries(queries(task.of().subject(), periodS))
                        .startTime(Instant.ofEpochSecond(startS))
                        .endTime(Instant.ofEpochSecond(endS))
                        .scanBy(ScanBy.TIMESTAMP_ASCENDING);
        var times = new long[(int) ((endS - startS) / periodS) + 1];
        var values = new double[times.length];
        var count = 0;
        String token = null;
        for (var page = 0; page < MAX_PAGES; page++) {
            var one = request.nextToken(token).build();
            var answer =
                    ScopedValue.where(Caller.SCOPE, caller(task, now))
                            .call(() -> data.getMetricData(one));
            for (var result : answer.metricDataResults()) {
                for (var i = 0; i < result.values().size() && count < times.length; i++) {
                    times[count] = result.timestamps().get(i).getEpochSecond();
                    values[count++] = result.values().get(i);
                }
            }
            token = answer.nextToken();
            if (token == null) {
                break;
            }
        }
        return new History(periodS, Arrays.copyOf(times, count), Arrays.copyOf(values, count));
    }

    private static List<MetricDataQuery> queries(BandSubject subject, int periodS) {
        var queries = new ArrayList<MetricDataQuery>();
        for (var metric : subject.metrics()) {
            var dimensions = new ArrayList<Dimension>();
            for (var dimension : metric.series().dimensions()) {
                dimensions.add(
                        Dimension.builder()
                                .name(dimension.name())
                                .value(dimension.value())
                                .build());
            }
            queries.add(
                    MetricDataQuery.builder()
                            .id("m" + (queries.size() + 1))
                            .metricStat(s ->
                                    s.metric(m ->
                                                    m.namespace(metric.series().namespace())
                                                            .metricName(
                                                                    metric.series().metricName())
                                                            .dimensions(dimensions))
                                            .period(periodS)
                                            .stat(metric.stat()))
                            .returnData(subject.isMetric())
                            .build());
        }
        if (!subject.isMetric()) {
            queries.add(
                    MetricDataQuery.builder().id(RESULT).expression(subject.expression()).build());
        }
        return queries;
    }

    private static Caller caller(Task task, Instant now) {
        var tenant = task.of().tenant();
        return new Caller(
                tenant,
                "cloudwatch.amazonaws.com",
                "arn:aws:iam::" + tenant.account() + ":root",
                UUID.randomUUID().toString(),
                now,
                "cloudwatch.amazonaws.com",
                "cloudwatch.amazonaws.com");
    }
}
