package io.pharos.logs.contributor;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.Calls;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class RuleReaderTest {
    private static final String RULE =
            """
            {
                "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
                "LogGroupNames": ["app"], "LogFormat": "%s",
                "Contribution": %s, "AggregateOn": "%s"
            }
            """;

    private static RuleReader reader(String format, String contribution, String on) {
        var definition = RULE.formatted(format, contribution, on);
        var rule = new InsightRule(1, 1, Calls.TENANT, "r", definition, true, false, 0);
        return new RuleReader(rule, RuleBodyParser.parse(definition, Calls.TENANT));
    }

    private static @Nullable List<String> keys(RuleReader reader, String message) {
        var observation = reader.read(message);
        return observation == null ? null : ContributorKeys.split(observation.contributor());
    }

    private static double value(RuleReader reader, String message) {
        var observation = reader.read(message);
        return observation == null ? Double.NaN : observation.value();
    }

    @Test
    void takesKeysAndValuesOutOfJson() {
        var reader =
                reader(
                        "JSON",
                        "{\"Keys\": [\"$.a.b\", \"$.list[1].x\"], \"ValueOf\": \"$.bytes\"}",
                        "Sum");
        var message = "{\"a\":{\"b\":\"one:\"},\"list\":[0,{\"x\":7}],\"bytes\":2.5}";
        assertThat(keys(reader, message)).containsExactly("one:", "7");
        assertThat(value(reader, message)).isEqualTo(2.5);
        for (var wrong :
                List.of(
                        "",
                        "text",
                        "[]",
                        "{}",
                        message.replace("\"one:\"", "null"),
                        message.replace("\"one:\"", "{}"),
                        message.replace("\"x\"", "\"y\""),
                        message.replace("2.5", "\"many\""),
                        message.replace("2.5", "1e200"),
                        message.replace("2.5", "null"),
                        message + "x")) {
            assertThat(reader.read(wrong)).as(wrong).isNull();
        }
        assertThat(value(reader, message.replace("2.5", "\"-4\""))).isEqualTo(-4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"In\": [\"a\", \"b\"] | \"b\" | true",
                "\"In\": [\"a\", \"b\"] | \"B\" | false",
                "\"In\": [\"200\"] | 200 | true",
                "\"NotIn\": [\"a\"] | \"b\" | true",
                "\"NotIn\": [\"a\"] | \"a\" | false",
                "\"NotIn\": [\"a\"] | null | false",
                "\"StartsWith\": [\"ec2\", \"ecs\"] | \"ecs.amazonaws.com\" | true",
                "\"StartsWith\": [\"ec2\", \"ecs\"] | \"eks\" | false",
                "\"GreaterThan\": 10 | 10.5 | true",
                "\"GreaterThan\": 10 | 10 | false",
                "\"GreaterThan\": 10 | \"11\" | true",
                "\"GreaterThan\": 10 | \"x\" | false",
                "\"LessThan\": 10 | -1e3 | true",
                "\"LessThan\": 10 | null | false",
                "\"EqualTo\": 200 | 200.0 | true",
                "\"EqualTo\": 200 | 201 | false",
                "\"NotEqualTo\": 200 | 201 | true",
                "\"NotEqualTo\": 200 | \"x\" | false",
                "\"IsPresent\": true | false | true",
                "\"IsPresent\": true | null | false",
                "\"IsPresent\": true | {\"c\":1} | false",
                "\"IsPresent\": false | {\"c\":1} | true",
                "\"IsPresent\": false | 0 | false",
            })
    void filters(String test, String value, boolean matches) {
        var reader =
                reader(
                        "JSON",
                        "{\"Keys\": [\"$.k\"], \"Filters\": [{\"Match\": \"$.v\", %s}]}"
                                .formatted(test),
                        "Count");
        var observation = reader.read("{\"k\":1,\"v\":%s}".formatted(value));
        assertThat(observation != null).isEqualTo(matches);
        assertThat(observation == null || observation.value() == 1).isTrue();
    }

    @Test
    void filtersAreJoinedByAnd() {
        var reader =
                reader(
                        "JSON",
                        """
                        {"Keys": ["$.k"], "Filters": [
                            {"Match": "$.v", "GreaterThan": 1}, {"Match": "$.v", "LessThan": 3}]}
                        """,
                        "Count");
        assertThat(reader.read("{\"k\":1,\"v\":2}")).isNotNull();
        assertThat(reader.read("{\"k\":1,\"v\":3}")).isNull();
        assertThat(reader.read("{\"k\":1,\"v\":1}")).isNull();
    }

    @Test
    void takesWordsOutOfLines() {
        var reader = lineReader();
        var line = "10.0.0.1 - bob [10/Oct/2000:13:55:36 -0700] \"GET /a b HTTP/1.0\" 200 2326";
        assertThat(keys(reader, line)).containsExactly("10.0.0.1", "GET /a b HTTP/1.0");
        assertThat(value(reader, line)).isEqualTo(2326);
        assertThat(reader.read(line.replace("200", "404"))).isNull();
        assertThat(reader.read(line.replace("2326", "-"))).isNull();
        assertThat(reader.read("10.0.0.1 - bob")).isNull();
        assertThat(reader.read("")).isNull();
    }

    private static RuleReader lineReader() {
        var definition =
                """
                {
                    "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
                    "LogGroupNames": ["app"], "LogFormat": "CLF",
                    "Fields": {"1": "client", "6": "status", "7": "bytes"},
                    "Contribution": {
                        "Keys": ["client", "5"], "ValueOf": "bytes",
                        "Filters": [{"Match": "status", "EqualTo": 200}]},
                    "AggregateOn": "Sum"
                }
                """;
        var rule = new InsightRule(1, 1, Calls.TENANT, "r", definition, true, false, 0);
        return new RuleReader(rule, RuleBodyParser.parse(definition, Calls.TENANT));
    }

    @Test
    void keysAreCutAndSplitAgain() {
        var values = List.of("", "a:1", "3:x", "ü\u0000", "x".repeat(300));
        var split = ContributorKeys.split(ContributorKeys.join(values));
        assertThat(split.subList(0, 4)).isEqualTo(values.subList(0, 4));
        assertThat(split.get(4)).hasSize(ContributorKeys.MAX_LENGTH);
        var pair = ContributorKeys.join(List.of("x".repeat(255) + "😀"));
        assertThat(ContributorKeys.split(pair)).containsExactly("x".repeat(255));
    }
}
