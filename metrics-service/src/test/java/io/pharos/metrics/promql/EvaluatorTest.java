package io.pharos.metrics.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pharos.metrics.promql.SampleSource.Samples;
import io.pharos.testkit.SteppingClock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// What a Prometheus server of the age at hand can not judge, and hostile queries.
class EvaluatorTest {
    private static final long NOW = 1_768_910_400_000L;
    private static final Grid INSTANT = new Grid(NOW, 1_000, 1);
    private static final Grid RANGE = new Grid(NOW - 300_000, 60_000, 6);

    private final List<Samples> stored = new ArrayList<>();
    private final SampleSource source =
            (matchers, _, _, _, budget) -> {
                var found =
                        stored.stream()
                                .filter(s ->
                                        matchers.stream()
                                                .allMatch(m -> m.matches(s.labels().get(m.name()))))
                                .toList();
                budget.samples(found.size());
                return found;
            };

    private void store(String name, Map<String, String> labels, double value) {
        var all = new TreeMap<>(labels);
        all.put(LabelSet.NAME, name);
        var times = new long[] {NOW - 240_000, NOW - 120_000, NOW - 1_000};
        stored.add(new Samples(LabelSet.of(all), times, new double[] {value, value, value}, 1_000));
    }

    private Budget budget() {
        return new Budget(SteppingClock.at("2026-01-20T12:00:00Z"), Budget.TIME);
    }

    private List<Column> ask(String query, Grid grid) {
        var value =
                Evaluator.evaluate(
                        Parser.parse(query), grid, Evaluator.LOOKBACK_MS, source, budget());
        return value instanceof Value.Vector(var columns) ? columns : List.of();
    }

    private List<LabelSet> labels(String query) {
        return ask(query, RANGE).stream().map(Column::labels).toList();
    }

    /// Buckets: 10 up to 1, 30 up to 2, 40 up to 5, 50 in all.
    @ParameterizedTest
    @CsvSource({
        "0, 1, 0.2",
        "0, 0.5, 0.1",
        "1.5, 2, 0.2",
        "-1, 2, 0.6",
        "2, 5, 0.2",
        "5, +Inf, 0.2",
        "-Inf, +Inf, 1",
        "7, 9, 0",
        "3, 3, 0",
        "4, 1, 0",
    })
    void aFractionOfBuckets(String lower, String upper, double expected) {
        Map.of("1", 10.0, "2", 30.0, "5", 40.0, "+Inf", 50.0)
                .forEach((le, count) -> store("latency_bucket", Map.of("le", le), count));
        var found =
                ask("histogram_fraction(%s, %s, latency_bucket)".formatted(lower, upper), INSTANT);
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().values()[0]).isCloseTo(expected, within(1e-12));
    }

    @Test
    void limitsKeepSomeSeriesAsTheyAre() {
        for (var i = 0; i < 200; i++) {
            store("many", Map.of("n", String.valueOf(i)), i);
        }
        assertThat(ask("limitk(3, many)", INSTANT))
                .hasSize(3)
                .allSatisfy(c -> assertThat(c.labels().get(LabelSet.NAME)).isEqualTo("many"));
        assertThat(ask("limitk by (n) (1, many)", INSTANT)).hasSize(200);
        assertThat(ask("limitk(-1, many)", INSTANT)).isEmpty();
        var some = labels("limit_ratio(0.4, many)");
        assertThat(some).hasSizeBetween(50, 110).isEqualTo(labels("limit_ratio(0.4, many)"));
        assertThat(ask("limit_ratio(0.4, many) or limit_ratio(-0.6, many)", INSTANT)).hasSize(200);
        assertThat(ask("limit_ratio(0.4, many) and limit_ratio(-0.6, many)", INSTANT)).isEmpty();
        assertThat(ask("limit_ratio(1, many)", INSTANT)).hasSize(200);
    }

    @Test
    void infoAddsLabelsOfTheSameTarget() {
        var one = Map.of("job", "j", "instance", "a", "path", "/");
        var other = Map.of("job", "j", "instance", "b");
        store("x", one, 1);
        store("x", other, 2);
        store("target_info", Map.of("job", "j", "instance", "a", "zone", "z", "path", "no"), 1);
        store("build_info", Map.of("job", "j", "instance", "b", "version", "3"), 1);
        var joined = LabelSet.of(one).with("zone", "z").with(LabelSet.NAME, "x");
        var alone = LabelSet.of(other).with(LabelSet.NAME, "x");
        assertThat(labels("info(x)")).containsExactlyInAnyOrder(joined, alone);
        assertThat(labels("info(x, {zone=~\".+\"})")).containsExactly(joined);
        assertThat(labels("info(x, {zone=~\".*\"})")).containsExactlyInAnyOrder(joined, alone);
        assertThat(labels("info(x, {zone=\"other\"})")).isEmpty();
        assertThat(labels("info(x, {__name__=\"build_info\", version=~\".+\"})"))
                .containsExactly(alone.with("version", "3"));
        assertThat(labels("info(x, {__name__=~\"(build|target)_info\"})"))
                .containsExactlyInAnyOrder(joined, alone.with("version", "3"));
        assertThat(labels("sum by (zone) (info(rate(x[5m]), {zone=~\".+\"}))"))
                .containsExactly(LabelSet.of(Map.of("zone", "z")));
        assertThat(labels("info(target_info)")).hasSize(1);
        store("target_info", Map.of("job", "j", "instance", "a", "zone", "y"), 1);
        assertThatThrownBy(() -> labels("info(x)"))
                .hasMessageContaining("found duplicate series for info metric");
    }

    @Test
    void infoTakesTheNewestAtEachStep() {
        var target = Map.of(LabelSet.NAME, "target_info", "instance", "a");
        store("x", Map.of("instance", "a"), 1);
        for (var zone : List.of("old", "new")) {
            var labels = new TreeMap<>(target);
            labels.put("zone", zone);
            var time = zone.equals("old") ? NOW - 300_000 : NOW - 110_000;
            stored.add(
                    new Samples(LabelSet.of(labels), new long[] {time}, new double[] {1}, 1_000));
        }
        var columns = ask("info(x)", RANGE);
        assertThat(columns).extracting(c -> c.labels().get("zone")).containsExactly("old", "new");
        assertThat(IntStream.range(0, 6).filter(columns.getFirst()::has)).containsExactly(1, 2, 3);
        assertThat(IntStream.range(0, 6).filter(columns.getLast()::has)).containsExactly(4, 5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ts_of_max_over_time(x[5m])|1:1: parse error: function \"ts_of_max_over_time\" is experimental and not supported",
                "info(x, 1)|1:9: parse error: unexpected \"1\", expected \"{\"",
                "info(x, {__name__=~\".*\"})|1:9: parse error: vector selector must select a metric by name",
                "info(1)|1:1: parse error: expected type instant vector in call to function \"info\", got scalar",
            })
    void whatIsNotThereIsRefusedByName(String text) {
        var parts = text.split("\\|");
        assertThatThrownBy(() -> Parser.parse(parts[0]))
                .isInstanceOf(PromqlException.class)
                .hasMessage(parts[1]);
    }

    @Test
    void aQueryTakesNoLongerThanItsCallerWants() {
        var clock = SteppingClock.at("2026-01-20T12:00:00Z");
        var budget = new Budget(clock, Duration.ofSeconds(2));
        budget.checkTime();
        clock.advance(Duration.ofSeconds(3));
        assertThat(budget.elapsed()).isEqualTo(Duration.ofSeconds(3));
        assertThatThrownBy(budget::checkTime).hasMessageContaining("timed out");
        var patient = new Budget(clock, Duration.ofHours(1));
        clock.advance(Budget.TIME.plusSeconds(1));
        assertThatThrownBy(patient::checkTime).hasMessageContaining("timed out");
    }

    private static final List<String> WORDS =
            List.of(
                    "a",
                    "b",
                    "{c=~\"x.*\"}",
                    "[5m]",
                    "[5m:1m]",
                    "[1h:]",
                    "offset 1m",
                    "@ end()",
                    "@ 1e300",
                    "+",
                    "-",
                    "*",
                    "/",
                    "%",
                    "^",
                    "atan2",
                    "==",
                    "> bool",
                    "and",
                    "or",
                    "unless",
                    "on (c)",
                    "ignoring (c)",
                    "group_left (d)",
                    "group_right ()",
                    "(",
                    ")",
                    ",",
                    "sum",
                    "avg by (c)",
                    "topk",
                    "limitk",
                    "limit_ratio",
                    "quantile",
                    "count_values",
                    "rate",
                    "histogram_quantile",
                    "histogram_fraction",
                    "label_replace",
                    "label_join",
                    "absent",
                    "clamp",
                    "round",
                    "time()",
                    "1e308",
                    "-1",
                    "0",
                    "NaN",
                    "Inf",
                    "\"c\"",
                    "\"(.*)\"",
                    "\"$1\"",
                    "predict_linear",
                    "quantile_over_time",
                    "double_exponential_smoothing",
                    "0.5",
                    "sort_desc",
                    "scalar",
                    "vector",
                    "9999999999");

    private static final List<String> SHAPES =
            List.of(
                    "%s(a)",
                    "%s(a[5m])",
                    "%s(0.5, a)",
                    "%s(0.5, a[5m])",
                    "%s(a, 0.5)",
                    "%s(a[5m], 0.5)",
                    "%s(a[5m], 0.5, 1e300)",
                    "%s(a, -1, NaN)",
                    "%s(-1e300, a)",
                    "%s(NaN, a)",
                    "%s(Inf, 0, a)",
                    "%s(a, \"c\", \"$1${2}$$\", \"c\", \"(.*)\")",
                    "%s(a, \"\", \",\", \"c\", \"d\")",
                    "%s(\"c\", a)",
                    "%s by (c) (a)",
                    "%s(a[1h:1s])",
                    "%s(vector(1e308) * 1e10)",
                    "%s(a @ 99999999999)");

    private void tryOut(String query) {
        for (var grid : List.of(INSTANT, RANGE)) {
            try {
                ask(query, grid);
            } catch (PromqlException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            } catch (RuntimeException | StackOverflowError escaped) {
                throw new AssertionError(query, escaped);
            }
        }
    }

    @Test
    @Timeout(60)
    void nothingButItsErrorEscapes() {
        for (var value : new double[] {1, -1, 0, Double.NaN, 1e308, Double.POSITIVE_INFINITY}) {
            store("a", Map.of("c", "x" + value, "le", String.valueOf(value)), value);
            store("b", Map.of("c", "x" + value, "d", "y"), value);
        }
        for (var function : Function.values()) {
            SHAPES.forEach(shape -> tryOut(shape.formatted(function.text())));
        }
        for (var operator : Aggregator.values()) {
            SHAPES.forEach(shape -> tryOut(shape.formatted(operator.text())));
        }
        var random = new Random(20261121);
        for (var i = 0; i < 30_000; i++) {
            var words =
                    IntStream.rangeClosed(0, random.nextInt(12))
                            .mapToObj(_ -> WORDS.get(random.nextInt(WORDS.size())))
                            .toList();
            tryOut(String.join(" ", words));
        }
    }
}
