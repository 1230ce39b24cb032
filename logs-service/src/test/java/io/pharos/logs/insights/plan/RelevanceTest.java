package io.pharos.logs.insights.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.InstanceOfAssertFactories.DOUBLE;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.pharos.logs.insights.eval.QueryTimes;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

/// What tells slow requests from the others, and what does not.
class RelevanceTest {
    private static final QueryTimes TIMES = new QueryTimes(0, 999_999, 1_000_000, "eu-west-1");

    @Test
    void findsWhatMattersAmongWhatDoesNot() {
        var random = new Random(3);
        var events = new Events("1:g", 1);
        for (var i = 0; i < 5_000; i++) {
            var isSlow = i % 10 == 0;
            events.add(
                    "s",
                    i,
                    "{\"slow\":%d,\"id\":\"%s\",\"zone\":\"%s\",\"db\":\"%s\",\"rows\":%d,\"n\":%d}"
                            .formatted(
                                    isSlow ? 1 : 0,
                                    "id" + i,
                                    "z" + random.nextInt(3),
                                    isSlow && random.nextInt(10) < 8 ? "d1" : "d2",
                                    isSlow ? 500 + random.nextInt(400) : random.nextInt(600),
                                    random.nextInt(1_000_000)));
        }
        var answer =
                GoldenEvents.answer(
                        events,
                        TIMES,
                        "relevantfields id, zone, db, rows, n where slow = 1"
                                + " | display @fieldName, @relevanceScore");
        assertThat(answer.stream().map(row -> row.split("[= ]")[1]).limit(2))
                .containsExactly("rows", "db");
        for (var row : answer) {
            var score = Double.parseDouble(row.substring(row.lastIndexOf('=') + 1));
            if (row.contains("=rows") || row.contains("=db")) {
                assertThat(score).as(row).isGreaterThan(0.8);
            } else {
                assertThat(score).as(row).isLessThan(0.1);
            }
        }
    }

    @Test
    void manyFieldsAreBounded() {
        var events = new Events("1:g", 1);
        for (var i = 0; i < 1_500; i++) {
            events.add("s", i, "{\"a\":1,\"f" + i + "\":\"x\"}");
        }
        var answer = GoldenEvents.answer(events, TIMES, "relevantfields where a = 1");
        assertThat(answer).hasSize(Relevance.MAX_FIELDS);
    }

    @Test
    void manyValuesAreOne() {
        var values = new FieldValues(new Memory());
        var rows = new long[2];
        for (var i = 0; i < 10 * FieldValues.MAX_VALUES; i++) {
            values.add("v" + i, i % 2);
            rows[i % 2]++;
        }
        assertThat(values.row("f", rows)[1]).asInstanceOf(DOUBLE).isCloseTo(0.0, offset(0.05));
        assertThat(values.row("f", rows)[2]).asInstanceOf(LIST).hasSize(5);
    }

    @Test
    void numbersAreSampled() {
        var memory = new Memory();
        var parts = new FieldValues[] {new FieldValues(memory), new FieldValues(memory)};
        var rows = new long[2];
        for (var i = 0; i < 100_000; i++) {
            var side = i % 4 == 0 ? FieldValues.MEETS : FieldValues.BASELINE;
            parts[i % 3 == 0 ? 0 : 1].add(String.valueOf(side * 1_000 + i % 997), side);
            rows[side]++;
        }
        parts[0].merge(parts[1]);
        var row = parts[0].row("f", rows);
        assertThat(row[1]).asInstanceOf(DOUBLE).isGreaterThan(0.99);
        assertThat(row[3]).asInstanceOf(DOUBLE).isCloseTo(498.0, offset(30.0));
        assertThat(row[4]).asInstanceOf(DOUBLE).isCloseTo(1_498.0, offset(30.0));
    }

    @Test
    void associationIsWithoutChance() {
        assertThat(FieldValues.association(new long[][] {{50, 0}, {0, 50}})).isEqualTo(1);
        assertThat(FieldValues.association(new long[][] {{30, 30}, {20, 20}})).isZero();
        assertThat(FieldValues.association(new long[][] {{0, 9}, {0, 3}})).isZero();
        var ids = new long[100][];
        Arrays.setAll(ids, i -> new long[] {i % 2, 1 - i % 2});
        assertThat(FieldValues.association(ids)).isCloseTo(0, offset(1e-6));
        assertThat(FieldValues.association(new long[][] {{80, 20}, {20, 80}}))
                .isCloseTo(0.6, offset(0.01));
    }
}
