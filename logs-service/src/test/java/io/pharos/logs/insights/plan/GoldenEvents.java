package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.Command;
import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.insights.eval.QueryTimes;
import io.pharos.logs.lookup.CsvTable;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// Queries over the events of `events.jsonl`, without a database; those inside of queries, too.
final class GoldenEvents {
    static final QueryTimes TIMES =
            new QueryTimes(1714564800_000L, 1714565700_999L, 1714570000_000L, "eu-west-1");

    private static final Map<String, Events> GROUPS = new LinkedHashMap<>();

    static {
        GoldenQueryTest.lines("events.jsonl")
                .forEach(event ->
                        GROUPS.computeIfAbsent(
                                        event.get("g").asText(),
                                        name ->
                                                new Events(
                                                        "123456789012:/golden/" + name,
                                                        GROUPS.size() + 1))
                                .add(
                                        event.get("s").asText(),
                                        event.get("t").asLong(),
                                        event.get("m").asText()));
    }

    private GoldenEvents() {}

    static Events group(String name) {
        return Objects.requireNonNull(GROUPS.get(name));
    }

    static List<String> answer(String group, String query) {
        return answer(group(group), TIMES, query);
    }

    /// With lookup tables.
    static List<String> answer(
            String group, String query, Function<String, Optional<CsvTable>> tables) {
        return answer(group(group), TIMES, query, tables);
    }

    /// Each row as `name=value name=value`, without `@ptr`.
    static List<String> answer(Events events, QueryTimes times, String text) {
        return answer(events, times, text, _ -> Optional.empty());
    }

    private static List<String> answer(
            Events events,
            QueryTimes times,
            String text,
            Function<String, Optional<CsvTable>> tables) {
        var query = InsightsQuery.parse(text);
        QueryPlan.Inputs inputs = (inner, of) -> inner(events, inner, of);
        var plan = QueryPlan.of(query, times, 10_000, inputs.with(tables));
        return shown(plan.columns(), run(events, plan).rows());
    }

    private static List<@Nullable Object[]> inner(Events own, InsightsQuery query, QueryPlan plan) {
        Command.Source source = query.source();
        return run(source == null ? own : group(source.names().getFirst()), plan).values();
    }

    private static QueryRun run(Events events, QueryPlan plan) {
        var run = new QueryRun(plan);
        List<EventBlock> blocks = events.blocks(3, true);
        blocks.forEach(run::take);
        return run;
    }

    private static List<String> shown(List<String> columns, List<List<@Nullable String>> rows) {
        var shown = new ArrayList<String>();
        for (var row : rows) {
            var fields = new ArrayList<String>();
            for (var i = 0; i < row.size(); i++) {
                if (row.get(i) != null && !columns.get(i).equals("@ptr")) {
                    fields.add(columns.get(i) + "=" + row.get(i));
                }
            }
            shown.add(String.join(" ", fields));
        }
        return shown;
    }
}
