package io.pharos.logs.insights.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.eval.QueryTimes;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Whatever is asked over whatever events: an answer, or what is wrong with the query.
class QueryFuzzTest {
    private static final QueryTimes TIMES = new QueryTimes(0, 9_999, 20_000, "eu-west-1");
    private static final List<String> WORDS =
            List.of(
                    "fields",
                    "filter",
                    "stats",
                    "sort",
                    "limit",
                    "parse",
                    "dedup",
                    "pattern",
                    "display",
                    "unnest",
                    "join",
                    "diff",
                    "anomaly",
                    "expand",
                    "relevantfields",
                    "where",
                    "estimate",
                    "lookup users",
                    "cidrlookup",
                    "OUTPUT",
                    "OUTPUTNEW",
                    "accum",
                    "autoregress",
                    "filldown",
                    "fillmissing",
                    "outlier",
                    "sessionize",
                    "addtotals",
                    "countFrequent",
                    "json",
                    "by",
                    "as",
                    "and",
                    "or",
                    "not",
                    "in",
                    "like",
                    "|",
                    ",",
                    "(",
                    ")",
                    "[",
                    "]",
                    "*",
                    "/",
                    "+",
                    "-",
                    "%",
                    "^",
                    "=",
                    "!=",
                    "<",
                    ">=",
                    "=~",
                    "\"a*b\"",
                    "'x'",
                    "/a(?<n>b)/",
                    "/(/",
                    "5m",
                    "3",
                    "0.5",
                    "1e9",
                    "@message",
                    "@timestamp",
                    "a",
                    "a.b",
                    "`c d`",
                    "count(*)",
                    "bin(1s)",
                    "sum(a)",
                    "strlen(",
                    "jsonParse(@message)",
                    "SOURCE",
                    "desc",
                    "into",
                    "#",
                    "\n",
                    "if(a,b,c)",
                    "pct(a, 50)",
                    "substr(a, 1, 2)",
                    "replace(@message, \"a\", \"bb\")",
                    "`",
                    "\"");

    @Test
    void onlyTheModelledErrorEscapes() {
        var random = new Random(20_261_121);
        var understood = 0;
        for (var round = 0; round < 30_000; round++) {
            var text = new StringBuilder(random.nextBoolean() ? "fields a | " : "");
            var words = 1 + random.nextInt(14);
            for (var i = 0; i < words; i++) {
                text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
            }
            understood += run(text.toString(), random) ? 1 : 0;
        }
        assertThat(understood).isGreaterThan(100);
    }

    @Test
    void brokenGoldenQueriesToo() {
        var random = new Random(7);
        var queries = GoldenQueryTest.queries().map(query -> query.get("q").asText()).toList();
        for (var round = 0; round < 10_000; round++) {
            var text = new StringBuilder(queries.get(random.nextInt(queries.size())));
            for (var edits = 1 + random.nextInt(3); edits > 0 && !text.isEmpty(); edits--) {
                var at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, (char) (random.nextInt(200) + 1));
                    default -> text.insert(at, WORDS.get(random.nextInt(WORDS.size())));
                }
            }
            run(text.toString(), random);
        }
    }

    @Test
    void depthAndSizeAreBounded() {
        expectMalformed("filter " + "(".repeat(4_000) + "1" + ")".repeat(4_000));
        expectMalformed("filter " + "not ".repeat(2_400) + "a");
        expectMalformed("filter " + "-".repeat(9_000) + "1");
        expectMalformed("fields 1" + "+1".repeat(4_000));
        expectMalformed("fields 1" + "^1".repeat(4_000));
        expectMalformed("fields a" + "[0]".repeat(3_000));
        expectMalformed("fields a" + ",a".repeat(3_000));
        expectMalformed("fields a" + "|limit 1".repeat(1_000));
        expectMalformed("filter a like /(((x{100}){100}){100}){100}/");
        expectMalformed("filter a like /" + "x".repeat(5_000) + "/");
        expectMalformed("limit 10001");
        expectMalformed("stats count(*) as n" + " | stats max(n) as n".repeat(10));
        run("filter a = 1" + " and a = 1".repeat(900), new Random(1));
    }

    private static void expectMalformed(String query) {
        assertThat(run(query, new Random(1))).as(query.substring(0, 30 % query.length())).isFalse();
    }

    private static boolean run(String text, Random random) {
        try {
            var plan =
                    QueryPlan.of(InsightsQuery.parse(text), TIMES, 10, QueryPlan.Inputs.CHECK_ONLY);
            var run = new QueryRun(plan);
            events(random).blocks(4, true).forEach(run::take);
            run.rows();
            return true;
        } catch (MalformedQueryException expected) {
            return false;
        } catch (RuntimeException | StackOverflowError unexpected) {
            return fail("query: " + text, unexpected);
        }
    }

    private static Events events(Random random) {
        var events = new Events("1:g", 1);
        var messages =
                new ArrayList<>(
                        List.of(
                                "{\"a\":1,\"b\":[1,{\"c\":null}],\"a.b\":\"x\\u0041\"}",
                                "{\"a\":{\"b\":\"ab\"},",
                                "plain a*b {\"a\":\"12\"} behind",
                                "{\"a\":\"\\ud800\",\"b\":-1.5e3,\"c d\":true}",
                                "{\"a\":[[[[[[1]]]]]],\"\":0}"));
        for (var i = 0; i < 4; i++) {
            var message = new StringBuilder(messages.get(random.nextInt(messages.size())));
            if (random.nextBoolean()) {
                message.setCharAt(
                        random.nextInt(message.length()), (char) (32 + random.nextInt(96)));
            }
            events.add("s" + i % 2, i * 1_000L, message.toString());
        }
        return events;
    }
}
