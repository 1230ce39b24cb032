package io.pharos.alarms.query;

import io.pharos.alarms.alarm.AlarmQueries;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One GetMetricData call for alarms of one tenant that look at the same time: the queries of each get
/// ids of their own.
final class Question {
    /// Texts in quotes, and words that may be ids.
    private static final Pattern WORD =
            Pattern.compile(
                    "'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|\\b[a-zA-Z_][A-Za-z0-9_]*\\b");

    private final List<Turn> turns;

    Question(List<Turn> turns) {
        this.turns = turns;
    }

    GetMetricDataRequest request() {
        var queries = new ArrayList<MetricDataQuery>();
        var longest = 1;
        for (var i = 0; i < turns.size(); i++) {
            var turn = turns.get(i);
            longest = Math.max(longest, turn.rule().periodS());
            queries.addAll(renamed(turn.queries().queries(), prefix(i)));
        }
        var turn = turns.getFirst();
        // The end is cut to whole periods since the epoch, but windows slide by the minute.
        var end = Math.ceilDiv(turn.endS(), longest) * longest;
        return GetMetricDataRequest.builder()
                .metricDataQueries(queries)
                .startTime(Instant.ofEpochSecond(turn.startS()))
                .endTime(Instant.ofEpochSecond(end))
                .scanBy(ScanBy.TIMESTAMP_DESCENDING)
                .build();
    }

    private String prefix(int index) {
        return turns.size() == 1 ? "" : "a" + index + "_";
    }

    private static List<MetricDataQuery> renamed(List<MetricDataQuery> queries, String prefix) {
        if (prefix.isEmpty()) {
            return queries;
        }
        var ids = new HashSet<String>();
        queries.forEach(query -> ids.add(query.id()));
        return queries.stream()
                .map(query ->
                        query.toBuilder()
                                .id(prefix + query.id())
                                .expression(renamed(query.expression(), ids, prefix))
                                .label(null)
                                .build())
                .toList();
    }

    static @Nullable String renamed(@Nullable String expression, Set<String> ids, String prefix) {
        return expression == null
                ? null
                : WORD.matcher(expression)
                        .replaceAll(word ->
                                Matcher.quoteReplacement(
                                        ids.contains(word.group())
                                                ? prefix + word.group()
                                                : word.group()));
    }

    /// What each alarm is told: the series it judges, and those of its band.
    List<Answer> answers(GetMetricDataResponse response) {
        Map<String, List<MetricDataResult>> byId = new HashMap<>();
        for (var result : response.metricDataResults()) {
            byId.computeIfAbsent(result.id(), _ -> new ArrayList<>()).add(result);
        }
        var answers = new ArrayList<Answer>(turns.size());
        for (var i = 0; i < turns.size(); i++) {
            AlarmQueries queries = turns.get(i).queries();
            var prefix = prefix(i);
            answers.add(
                    new Answer(
                            byId.getOrDefault(prefix + queries.judged().id(), List.of()),
                            queries.band()
                                    .map(id -> byId.getOrDefault(prefix + id, List.of()))
                                    .orElse(List.of())));
        }
        return answers;
    }

    List<Turn> turns() {
        return turns;
    }
}
