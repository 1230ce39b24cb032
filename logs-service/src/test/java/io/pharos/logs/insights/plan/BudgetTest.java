package io.pharos.logs.insights.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.pharos.logs.insights.InsightsQuery;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/// However much a query finds, and whatever it asks for: it stays in its budget, or fails.
class BudgetTest {
    private static QueryRun run(String text) {
        return new QueryRun(
                QueryPlan.of(
                        InsightsQuery.parse(text),
                        GoldenEvents.TIMES,
                        10_000,
                        QueryPlan.Inputs.CHECK_ONLY));
    }

    private static void take(QueryRun run, String message, int blocks, int events) {
        for (var b = 0; b < blocks; b++) {
            var block = new Events("1:g", 1);
            for (var i = 0; i < events; i++) {
                block.add("s", GoldenEvents.TIMES.startMs() + i, b + "-" + i + message);
            }
            block.blocks(events, false).forEach(run::take);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stats count(*) by @message",
                "stats values(@message) by @message",
                "fields @message as a, @message as b | sort a desc",
                "dedup @message",
                "sort @message asc | limit 10000"
            })
    void whatDoesNotFitFails(String query) {
        var run = run(query);
        assertThatThrownBy(() -> take(run, "x".repeat(20_000), 60, 200))
                .isInstanceOf(QueryTooLarge.class)
                .hasMessageContaining("192 MiB");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stats count(*) as n",
                "stats count_distinct(@message) as n",
                "fields @timestamp | limit 20",
                "pattern @message",
                "sort @message desc | limit 5"
            })
    void whatFitsGoesOn(String query) {
        var run = run(query);
        take(run, "x".repeat(20_000), 60, 200);
        assertThat(run.statistics().recordsScanned()).isEqualTo(12_000);
        assertThat(run.rows()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "filter @message like /(a*)*b/",
                "filter @message like /(a+a+)+b/",
                "filter @message =~ /^(([a-z])+.)+[A-Z]([a-z])+$/",
                "filter @message like /(.*)*(.*)*(.*)*x/",
                "parse @message /(?<k>(a|aa)+)$/ multi",
                "fields regexReplace(@message, /(a|a|a|a)*c/, \"\")"
            })
    void hostileExpressionsTakeTheirTimeOnly(String query) {
        var run = run(query);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> take(run, "a".repeat(20_000), 1, 5));
    }

    @Test
    void rowsSoFarAreNotTheLastOnes() {
        var run = run("stats count(*) as n");
        take(run, "", 1, 5);
        assertThat(run.rows().getFirst()).containsExactly("5");
        take(run, "", 1, 7);
        assertThat(run.rows().getFirst()).containsExactly("12");
    }
}
