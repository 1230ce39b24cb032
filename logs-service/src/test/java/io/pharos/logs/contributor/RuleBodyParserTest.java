package io.pharos.logs.contributor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.logs.Calls;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

class RuleBodyParserTest {
    /// AWS's examples.
    private static final String JSON_RULE =
            """
            {
                "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
                "LogGroupNames": ["API-Gateway-Access-Logs*", "Log-group-name2"],
                "LogFormat": "JSON",
                "Contribution": {
                    "Keys": ["$.ip"],
                    "ValueOf": "$.requestBytes",
                    "Filters": [{"Match": "$.httpMethod", "In": ["PUT"]}]
                },
                "AggregateOn": "Sum"
            }
            """;

    private static final String CLF_RULE =
            """
            {
                "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
                "LogGroupNames": ["API-Gateway-Access-Logs*"],
                "LogFormat": "CLF",
                "Fields": {"4": "IpAddress", "7": "StatusCode"},
                "Contribution": {
                    "Keys": ["IpAddress", "2"],
                    "Filters": [{"Match": "StatusCode", "EqualTo": 200}]
                },
                "AggregateOn": "Count"
            }
            """;

    private static RuleBody parse(String definition) {
        return RuleBodyParser.parse(definition, Calls.TENANT);
    }

    @Test
    void readsWhatAwsShows() {
        var json = parse(JSON_RULE);
        assertThat(json.isJson()).isTrue();
        assertThat(json.keys()).containsExactly("$.ip");
        assertThat(json.valueOf()).isEqualTo("$.requestBytes");
        assertThat(json.aggregationStatistic()).isEqualTo("Sum");
        assertThat(json.filters())
                .containsExactly(
                        new RuleBody.Filter(
                                "$.httpMethod", new RuleBody.OneOf(List.of("PUT"), true)));
        assertThat(json.logGroups().matches("API-Gateway-Access-Logs-1")).isTrue();
        assertThat(json.logGroups().matches("Log-group-name2")).isTrue();
        assertThat(json.logGroups().matches("Log-group-name22")).isFalse();
        var clf = parse(CLF_RULE);
        assertThat(clf.isJson()).isFalse();
        assertThat(clf.aggregationStatistic()).isEqualTo("SampleCount");
        assertThat(clf.fields())
                .containsExactly(
                        new RuleBody.Field("IpAddress", 4),
                        new RuleBody.Field("2", 2),
                        new RuleBody.Field("StatusCode", 7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "arn:aws:logs:eu-west-1:123456789012:log-group:app | app | true",
                "arn:aws:logs:eu-west-1:*:log-group/app | app | true",
                "arn:aws:logs:eu-west-1:123456789012:log-group:app* | application | true",
                "arn:aws:logs:eu-west-1:123456789012:log-group:app:* | application | false",
            })
    void readsArns(String arn, String group, boolean matches) {
        var rule =
                JSON_RULE.replaceFirst(
                        "\"LogGroupNames\": \\[[^]]*]", "\"LogGroupARNs\": [\"" + arn + "\"]");
        assertThat(parse(rule).logGroups().matches(group)).isEqualTo(matches);
    }

    /// What of the JSON rule is replaced by what, and what is then wrong.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"Version\": 1 | \"Version\": 2 | Schema must be",
                "\"Version\": 1 | \"Version\": \"1\" | Schema must be",
                "\"Version\": 1 | \"Version\": 1, \"x\": 1 | Schema has no member",
                "CloudWatchLogRule | ServiceLogRule | Schema must be",
                "\"JSON\" | \"json\" | LogFormat must be JSON or CLF",
                "\"JSON\" | 5 | LogFormat is required",
                "\"JSON\" | \"JSON\", \"Fields\": {} | Fields must be an object, and is for",
                "\"JSON\" | \"JSON\", \"LogFormat\": \"CLF\" | one JSON object",
                "\"JSON\" | \"JSON\", \"More\": 1 | the rule has no member \"More\"",
                "\"Sum\" | \"SUM\" | AggregateOn must be Count or Sum",
                "\"Sum\" | \"Count\" | ValueOf is required for AggregateOn Sum",
                "\"ValueOf\": \"$.requestBytes\", | `` | ValueOf is required",
                "[\"$.ip\"] | [] | Keys must be an array of 1 to 4",
                "[\"$.ip\"] | [\"$.a\",\"$.b\",\"$.c\",\"$.d\",\"$.e\"] | Keys must be an array",
                "[\"$.ip\"] | [5] | Keys must be an array of strings",
                "[\"$.ip\"] | [\"$.ip\",\"$.ip\"] | Keys has the same field twice",
                "[\"$.ip\"] | [\"ip\"] | is no field like",
                "[\"$.ip\"] | [\"$.a[*]\"] | is no field like",
                "[\"$.ip\"] | [\"$.a.*\"] | is no field like",
                "[\"$.ip\"] | [\"$.\"] | is no field like",
                "[\"PUT\"] | [] | In must be an array of 1 to 10",
                "[\"PUT\"] | [200] | In must be an array of strings",
                "\"In\": [\"PUT\"] | \"Like\": [\"PUT\"] | no operator \"Like\"",
                "\"In\": [\"PUT\"] | \"EqualTo\": \"1\" | EqualTo must be a number",
                "\"In\": [\"PUT\"] | \"EqualTo\": 1e999 | EqualTo must be a number",
                "\"In\": [\"PUT\"] | \"IsPresent\": \"true\" | IsPresent must be true or false",
                "\"In\": [\"PUT\"] | \"In\": [\"PUT\"], \"IsPresent\": true | one operator",
                "\"In\": [\"PUT\"] | \"Match\": \"$.a\" | one JSON object",
                ", \"In\": [\"PUT\"] | `` | Match and one operator",
                "Log-group-name2 | a*b | is no name of log groups",
                "Log-group-name2 | ** | is no name of log groups",
                "Log-group-name2\"] | x\"], \"LogGroupARNs\": [\"x\"] | either LogGroupNames or",
                "\"LogGroupNames\": [\"API-Gateway-Access-Logs*\", \"Log-group-name2\"], | `` | either",
            })
    void refusesTheRest(String part, String by, String why) {
        var text = JSON_RULE.replace(part.strip(), by.strip());
        assertThat(text).isNotEqualTo(JSON_RULE);
        refuse(text, why.strip());
    }

    @Test
    void refusesOtherAccountsAndPlacesThatAreNone() {
        var arns =
                JSON_RULE.replaceFirst(
                        "\"LogGroupNames\": \\[[^]]*]", "\"LogGroupARNs\": [\"%s\"]");
        refuse(
                arns.replace("%s", "arn:aws:logs:eu-west-1:999999999999:log-group:app"),
                "of another account or region, which is not supported");
        refuse(
                arns.replace("%s", "arn:aws:logs:us-east-1:123456789012:log-group:app"),
                "of another account or region");
        refuse(arns.replace("%s", "arn:aws:s3:::bucket"), "is no ARN of a log group");
        refuse(CLF_RULE.replace("\"2\"", "\"$.a\""), "is neither a place nor named by Fields");
        refuse(CLF_RULE.replace("\"2\"", "\"0\""), "is neither a place nor named by Fields");
        refuse(CLF_RULE.replace("\"4\"", "\"0\""), "Fields must give places");
        refuse(CLF_RULE.replace("\"StatusCode\"", "\"IpAddress\""), "Fields must give places");
        var filter = "{\"Match\": \"$.httpMethod\", \"In\": [\"PUT\"]}";
        refuse(
                JSON_RULE.replace(
                        filter, String.join(",", List.of(filter, filter, filter, filter, filter))),
                "Filters must be an array of 4 at most");
        var values = "[" + "\"x\",".repeat(10) + "\"x\"]";
        refuse(JSON_RULE.replace("[\"PUT\"]", values), "In must be an array of 1 to 10");
    }

    @Test
    void hostileTextsAreRefusedAndNothingElse() {
        for (var text :
                List.of(
                        "",
                        "null",
                        "[]",
                        "5",
                        "\"\"",
                        "{",
                        "{}",
                        "{} {}",
                        "[".repeat(8_000),
                        "{\"a\":".repeat(1_600),
                        "{\"Schema\":" + "[".repeat(20) + "]".repeat(20) + "}",
                        "9".repeat(8_000),
                        "\"" + "x".repeat(8_000) + "\"")) {
            refuse(text, "The rule definition is invalid");
        }
        var random = new Random(42);
        for (var rule : List.of(JSON_RULE, CLF_RULE)) {
            for (var round = 0; round < 5_000; round++) {
                parseOrRefuse(mutated(rule, random));
            }
        }
    }

    private static String mutated(String rule, Random random) {
        var bytes = rule.getBytes(StandardCharsets.US_ASCII);
        for (var change = random.nextInt(1, 4); change > 0; change--) {
            var at = random.nextInt(bytes.length);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt(128);
                case 1 -> bytes[at] = bytes[random.nextInt(bytes.length)];
                default -> {
                    var length = random.nextInt(Math.min(40, bytes.length - at));
                    System.arraycopy(
                            bytes, random.nextInt(bytes.length - length), bytes, at, length);
                }
            }
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /// Every rule that is taken can be made ready for events.
    private static void parseOrRefuse(String definition) {
        try {
            var rule = new InsightRule(1, 1, Calls.TENANT, "r", definition, true, false, 0);
            new RuleReader(rule, parse(definition)).read("{\"ip\":\"1\"}");
        } catch (InvalidParameterValueException refused) {
            assertThat(refused).hasMessageStartingWith("The rule definition is invalid");
        }
    }

    private static void refuse(String definition, String why) {
        assertThatThrownBy(() -> parse(definition))
                .as(definition.length() > 2_000 ? "long" : definition)
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining(why);
    }
}
