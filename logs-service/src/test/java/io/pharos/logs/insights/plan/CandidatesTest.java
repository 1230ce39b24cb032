package io.pharos.logs.insights.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.insights.eval.QueryTimes;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What a filter requires only saves work: the same events pass as when each is looked at.
class CandidatesTest {
    private static final long START = GoldenEvents.TIMES.startMs();
    private static final int EVENTS = 3_000;
    private static final Map<Boolean, List<EventBlock>> BLOCKS =
            Map.of(true, events().blocks(1_000, true), false, events().blocks(1_000, false));

    @ParameterizedTest
    @CsvSource({
        // from, until, the stream that is gone
        "0, 2999, none",
        "0, 2999, b",
        "0, 2999, a",
        "500, 1800, none",
        "700, 700, none",
        "0, 2998, c",
        "1, 2999, none",
        "5000, 6000, none"
    })
    void changeNothing(long from, long until, String gone) {
        var times = new QueryTimes(START + from, START + until, START + 86_400_000L, "us-east-1");
        for (var merged : List.of(false, true)) {
            for (var condition :
                    List.of("like \"needle\"", "like /ne+dle \\d7/", "like \"qq\"", "like /^x/")) {
                var fast = run("filter @message " + condition, times, merged, gone);
                var slow = run("filter concat(@message, \"\") " + condition, times, merged, gone);
                assertThat(fast.rows()).as(condition).isEqualTo(slow.rows());
                assertThat(fast.statistics()).as(condition).isEqualTo(slow.statistics());
            }
        }
    }

    private static QueryRun run(String query, QueryTimes times, boolean merged, String gone) {
        var plan =
                QueryPlan.of(
                        InsightsQuery.parse(query + " | fields @timestamp, @logStream, @message"),
                        times,
                        10_000,
                        QueryPlan.Inputs.CHECK_ONLY);
        var run = new QueryRun(plan);
        for (var block : BLOCKS.getOrDefault(merged, List.of())) {
            var streams = new HashMap<>(block.streams());
            streams.values().remove(gone);
            run.take(
                    new EventBlock(
                            block.events(), block.groupId(), block.log(), Map.copyOf(streams)));
        }
        return run;
    }

    private static Events events() {
        var random = new Random(7);
        var events = new Events("1:g", 1);
        for (var i = 0; i < EVENTS; i++) {
            var stream = i % 1_000 == 3 ? "b" : i > 2_000 ? "c" : "a";
            var text = random.nextInt(10) == 0 ? "x needle " + random.nextInt(100) : "hay " + i;
            events.add(stream, START + i, text);
        }
        return events;
    }

    @ParameterizedTest
    @CsvSource({
        "like `~~`, false",
        "like `~~~`, true",
        "like `ä`, false",
        "like `€`, true",
        "like /ab|abc/, false",
        "like /abd|abc/, true",
        "not like `abc`, false"
    })
    void onlyTextsOfThreeBytesSelectBlocks(String condition, boolean selects) {
        var query = "filter @message " + condition.replace('`', '"');
        var plan =
                QueryPlan.of(
                        InsightsQuery.parse(query),
                        GoldenEvents.TIMES,
                        10,
                        QueryPlan.Inputs.CHECK_ONLY);
        assertThat(plan.selectsBlocks()).isEqualTo(selects);
    }
}
