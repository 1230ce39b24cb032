package io.pharos.alarms.alarm;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What an alarm's list of queries amounts to.
///
/// @param queries checked, see [MetricAlarms#check]
/// @param band the id of the band values are held against; empty without one
public record AlarmQueries(List<MetricDataQuery> queries, Optional<String> band) {
    private static final Pattern SELECT = Pattern.compile("(?is)\\s*SELECT\\s.*");
    private static final Pattern GROUP_BY =
            Pattern.compile("(?is)\\sGROUP\\s+BY\\s+(.+?)(?:\\sORDER\\s+BY\\s.*|\\sLIMIT\\s.*)?$");
    private static final Pattern KEY = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|[^,\\s]+");

    public static AlarmQueries of(MetricAlarm alarm) {
        return new AlarmQueries(alarm.metrics(), Optional.ofNullable(alarm.thresholdMetricId()));
    }

    public static boolean returnsData(MetricDataQuery query) {
        return query.returnData() == null || query.returnData();
    }

    static boolean isSelect(MetricDataQuery query) {
        return query.expression() != null && SELECT.matcher(query.expression()).matches();
    }

    /// The query whose values are judged.
    public MetricDataQuery judged() {
        return queries.stream()
                .filter(query -> returnsData(query) && !query.id().equals(band.orElse("")))
                .findFirst()
                .orElseThrow();
    }

    /// The one metric of an alarm on nothing else; empty when something has to be computed.
    public Optional<MetricStat> onlyMetric() {
        return queries.size() == 1
                ? Optional.ofNullable(queries.getFirst().metricStat())
                : Optional.empty();
    }

    /// Whether every series of the answer is judged for itself.
    public boolean isOnSeveralSeries() {
        return !groupKeys().isEmpty();
    }

    /// Whether metrics-service has to search for the metrics.
    public boolean isSelect() {
        return queries.stream().anyMatch(AlarmQueries::isSelect);
    }

    /// What a Metrics Insights query groups by; empty without.
    public List<String> groupKeys() {
        var judged = judged();
        if (!isSelect(judged)) {
            return List.of();
        }
        var clause = GROUP_BY.matcher(judged.expression().strip());
        var keys = new ArrayList<String>();
        if (clause.find()) {
            for (var key = KEY.matcher(clause.group(1)); key.find(); ) {
                keys.add(key.group(1) == null ? key.group() : key.group(1).replace("\\", ""));
            }
        }
        return keys;
    }

    /// AWS: an expression without a period has the shortest of its metrics.
    public int periodS() {
        var judged = judged();
        if (judged.metricStat() != null) {
            return judged.metricStat().period();
        }
        if (judged.period() != null) {
            return judged.period();
        }
        return queries.stream()
                .mapToInt(query ->
                        query.metricStat() != null
                                ? query.metricStat().period()
                                : query.period() != null ? query.period() : Integer.MAX_VALUE)
                .min()
                .orElseThrow();
    }

    Set<String> namespaces() {
        return queries.stream()
                .filter(query -> query.metricStat() != null)
                .map(query -> query.metricStat().metric().namespace())
                .collect(Collectors.toSet());
    }
}
