package io.pharos.logs.insights.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.eval.EventBlock;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Queries over known events, `queries.jsonl` over `events.jsonl`: whatever blocks the events are in.
class GoldenQueryTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<JsonNode> lines(String file) {
        var path = "/io/pharos/logs/insights/" + file;
        try (var in = Objects.requireNonNull(GoldenQueryTest.class.getResourceAsStream(path));
                var reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            var nodes = new ArrayList<JsonNode>();
            for (var line : reader.lines().toList()) {
                nodes.add(JSON.readTree(line));
            }
            return nodes.stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Stream<JsonNode> queries() {
        return lines("queries.jsonl");
    }

    @ParameterizedTest
    @MethodSource("queries")
    void answers(JsonNode golden) {
        var query = InsightsQuery.parse(golden.get("q").asText());
        var plan = QueryPlan.of(query, GoldenEvents.TIMES, 10_000, QueryPlan.Inputs.CHECK_ONLY);
        var groups =
                golden.get("g").asText().equals("both")
                        ? List.of("app", "text")
                        : List.of(golden.get("g").asText());
        for (var size : List.of(1, 3, 100)) {
            for (var merged : List.of(true, false)) {
                var run = new QueryRun(plan);
                var blocks = new ArrayList<EventBlock>();
                groups.forEach(
                        group -> blocks.addAll(GoldenEvents.group(group).blocks(size, merged)));
                blocks.forEach(run::take);
                assertThat(named(plan.columns(), run.rows()))
                        .as(golden.get("q").asText())
                        .isEqualTo(expected(golden));
                assertThat(run.statistics().recordsScanned())
                        .isEqualTo(blocks.stream().mapToInt(block -> block.events().count()).sum());
            }
        }
    }

    private static List<String> named(List<String> columns, List<List<@Nullable String>> rows) {
        return rows.stream()
                .map(row -> {
                    var text = new StringBuilder();
                    for (var i = 0; i < row.size(); i++) {
                        if (!columns.get(i).equals("@ptr") && row.get(i) != null) {
                            text.append(columns.get(i)).append('=').append(row.get(i)).append(' ');
                        }
                    }
                    return text.toString();
                })
                .toList();
    }

    private static List<String> expected(JsonNode golden) {
        var rows = new ArrayList<String>();
        for (var row : golden.get("rows")) {
            var text = new StringBuilder();
            for (var i = 0; i < row.size(); i++) {
                if (!row.get(i).isNull()) {
                    text.append(golden.get("cols").get(i).asText())
                            .append('=')
                            .append(row.get(i).asText())
                            .append(' ');
                }
            }
            rows.add(text.toString());
        }
        return rows;
    }
}
