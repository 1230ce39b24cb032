package io.pharos.metrics.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.metric.Dimensions;
import io.pharos.metric.Statistic;
import io.pharos.metrics.math.ExpressionParser;
import io.pharos.metrics.series.Series;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class ExpressionOrderTest {
    @Test
    void putsExpressionsAfterWhatTheyReferTo() {
        expect(List.of("e3", "e2", "e1"), "e1 = e2 + 1", "e2 = e3 + m1", "m1", "e3 = m1 * 2");
        expect(List.of("e1"), "e1 = SUM(METRICS())", "m1", "m2");
    }

    @Test
    void needsWhatIsToldAndWhatGoesIntoIt() {
        var order =
                new ExpressionOrder(
                        queries(
                                "m1 hidden",
                                "m2 hidden",
                                "m3",
                                "e1 = m1 hidden",
                                "e2 = e1 * 2",
                                "e3 = m2 hidden"));
        assertThat(order.needed()).containsExactlyInAnyOrder("m1", "m3", "e1", "e2");
        var metrics =
                new ExpressionOrder(queries("m1 hidden", "m2 hidden", "e1 = AVG(METRICS('2'))"));
        assertThat(metrics.needed()).containsExactlyInAnyOrder("m2", "e1");
    }

    @Test
    void refusesCirclesAndWhatIsNotThere() {
        refuses("Error in expression 'e1': Id 'm9' not found", "e1 = m9");
        refuses("Error in expression 'e1': Circular reference: e1 -> e1", "e1 = e1 + 1");
        refuses(
                "Error in expression 'e1': Circular reference: e1 -> e2 -> e3 -> e1",
                "e1 = e2",
                "e2 = e3",
                "e3 = -e1");
    }

    @Test
    void followsAChainOfAllQueries() {
        var chain = new ArrayList<String>();
        for (var i = 0; i < 499; i++) {
            chain.add("e" + i + " = e" + (i + 1));
        }
        chain.add("e499 = TIME_SERIES(1)");
        assertThat(new ExpressionOrder(queries(chain.toArray(String[]::new))).order())
                .hasSize(500)
                .first()
                .extracting(ExpressionQuery::id)
                .isEqualTo("e499");
    }

    private static void expect(List<String> ids, String... queries) {
        assertThat(new ExpressionOrder(queries(queries)).order().stream().map(ExpressionQuery::id))
                .isEqualTo(ids);
    }

    private static void refuses(String message, String... queries) {
        assertThatThrownBy(() -> new ExpressionOrder(queries(queries)))
                .isInstanceOf(FailedExpression.class)
                .hasMessage(message);
    }

    /// `m1` is a metric, `e1 = m1 * 2` an expression; ` hidden` at the end hides.
    static List<DataQuery> queries(String... texts) {
        var queries = new ArrayList<DataQuery>();
        for (var text : texts) {
            var hidden = text.endsWith(" hidden");
            var parts = text.replace(" hidden", "").split(" = ", 2);
            queries.add(
                    parts.length == 1
                            ? metric(parts[0], 60, !hidden)
                            : new ExpressionQuery(
                                    parts[0],
                                    ExpressionParser.parse(parts[1]),
                                    null,
                                    null,
                                    !hidden,
                                    false));
        }
        return queries;
    }

    static MetricQuery metric(String id, int periodS, boolean visible) {
        return new MetricQuery(
                id,
                new Series("123456789012", "eu-west-1", "App", id, Dimensions.NONE),
                "Sum",
                Statistic.Basic.SUM,
                periodS,
                null,
                null,
                visible,
                false);
    }
}
