package io.pharos.alarms.deliver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.alarms.scaling.Breach;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The values of an alarm's metric that breach its threshold: those it was judged by when its state has
/// just changed, and those of its window by now later on.
public final class BreachingValues {
    private static final int DEFAULT_PERIOD_S = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Function<Tenant, CloudWatchClient> metrics;

    public BreachingValues(Function<Tenant, CloudWatchClient> metrics) {
        this.metrics = metrics;
    }

    /// @return null for an alarm without a threshold
    @Nullable Breach of(KeptAlarm kept, boolean justChanged, Instant now) {
        var alarm = kept.metric();
        if (alarm.threshold() == null) {
            return null;
        }
        var values = justChanged ? judged(alarm) : List.<Double>of();
        if (values.isEmpty()) {
            values = current(kept.key().tenant(), alarm, now);
        }
        var breaching = values.stream().filter(value -> breaches(alarm, value)).toList();
        return new Breach(breaching, alarm.threshold(), isUpwards(alarm));
    }

    private static boolean isUpwards(MetricAlarm alarm) {
        return alarm.comparisonOperatorAsString().startsWith("Greater");
    }

    private static boolean breaches(MetricAlarm alarm, double value) {
        var threshold = alarm.threshold();
        return switch (alarm.comparisonOperator()) {
            case GREATER_THAN_THRESHOLD -> value > threshold;
            case GREATER_THAN_OR_EQUAL_TO_THRESHOLD -> value >= threshold;
            case LESS_THAN_THRESHOLD -> value < threshold;
            case LESS_THAN_OR_EQUAL_TO_THRESHOLD -> value <= threshold;
            default -> false;
        };
    }

    /// Empty for a state that a client set.
    private static List<Double> judged(MetricAlarm alarm) {
        var values = new ArrayList<Double>();
        if (alarm.stateReasonData() != null) {
            try {
                for (var value : JSON.readTree(alarm.stateReasonData()).path("recentDatapoints")) {
                    if (value.isNumber()) {
                        values.add(value.asDouble());
                    }
                }
            } catch (JsonProcessingException clients) {
                return List.of();
            }
        }
        return values;
    }

    private List<Double> current(Tenant tenant, MetricAlarm alarm, Instant now) {
        long period = period(alarm);
        var end = Instant.ofEpochSecond(now.getEpochSecond() / period * period);
        var start = end.minusSeconds(period * alarm.evaluationPeriods());
        var queries = alarm.metrics().isEmpty() ? List.of(query(alarm)) : alarm.metrics();
        var results =
                metrics.apply(tenant)
                        .getMetricData(request ->
                                request.startTime(start).endTime(end).metricDataQueries(queries))
                        .metricDataResults();
        return results.isEmpty() ? List.of() : results.getFirst().values();
    }

    private static int period(MetricAlarm alarm) {
        if (alarm.period() != null) {
            return alarm.period();
        }
        return alarm.metrics().stream()
                .mapToInt(query -> {
                    if (query.metricStat() != null && query.metricStat().period() != null) {
                        return query.metricStat().period();
                    }
                    return query.period() == null ? 0 : query.period();
                })
                .filter(period -> period > 0)
                .max()
                .orElse(DEFAULT_PERIOD_S);
    }

    private static MetricDataQuery query(MetricAlarm alarm) {
        return MetricDataQuery.builder()
                .id("m")
                .metricStat(stat ->
                        stat.period(alarm.period())
                                .stat(
                                        alarm.extendedStatistic() == null
                                                ? alarm.statisticAsString()
                                                : alarm.extendedStatistic())
                                .unit(alarm.unitAsString())
                                .metric(metric ->
                                        metric.namespace(alarm.namespace())
                                                .metricName(alarm.metricName())
                                                .dimensions(alarm.dimensions())))
                .build();
    }
}
