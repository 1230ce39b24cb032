package io.pharos.events.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// AWS's recorded results.
class InputTransformerTest {
    private static final String EVENT =
            """
            {"version":"0","id":"e-1","detail-type":"T","source":"s","account":"123456789012","time":"2026-01-30T10:15:30Z",\
            "region":"us-east-1","resources":[],"detail":{"command":"update-account",\
            "payload":{"acc_id":"0a7","sf_id":"baz"},"listsingle":["HIGH"],"listmulti":["ACTIVE","INACTIVE"],\
            "valid":true,"price":12.50,"big":12345678901234567890,"a b":[{"x":1},{"x":2}]}}\
            """;
    private static final Happening HAPPENING =
            new Happening(
                    EVENT,
                    "arn:aws:events:us-east-1:123456789012:rule/my-rule",
                    "my-rule",
                    "2026-01-30T10:15:30Z");
    private static final Map<String, JsonPath> PATHS =
            Map.of(
                    "userId", JsonPath.parse("$.detail.payload.acc_id"),
                    "payload", JsonPath.parse("$.detail.payload"),
                    "listsingle", JsonPath.parse("$.detail.listsingle"),
                    "listmulti", JsonPath.parse("$.detail.listmulti"),
                    "valid", JsonPath.parse("$.detail.valid"),
                    "gone", JsonPath.parse("$.detail.nope"));

    @Test
    void stringTemplatesKeepTheirQuotes() {
        expect("\"Event of <userId> is <valid>!\"", "\"Event of 0a7 is true!\"");
        expect(
                "\"Payload of <payload> with path users/<userId> and <userId>\"",
                "\"Payload of {acc_id:0a7,sf_id:baz} with path users/0a7 and 0a7\"");
        expect(
                "\"<listsingle> a\"\n\"<listmulti> b\"\n\"<gone> c\"",
                "\"[HIGH] a\"\n\"[ACTIVE,INACTIVE] b\"\n\" c\"");
        expect("\"{[/Check special <userId>\"", "\"{[/Check special 0a7\"");
        expect(
                "\"rule <aws.events.rule-name> at <aws.events.event.ingestion-time>\"",
                "\"rule my-rule at 2026-01-30T10:15:30Z\"");
    }

    @Test
    void jsonTemplatesTakeValuesInsideAndOutsideOfQuotes() {
        expect("{\"id\" : <userId>}", "{\"id\":\"0a7\"}");
        expect("{\"id\" : \"<userId>\"}", "{\"id\":\"0a7\"}");
        expect(
                "{\"m\":\"PUT\",\"path\":\"users/<userId>\",\"body\":<payload>}",
                "{\"m\":\"PUT\",\"path\":\"users/0a7\",\"body\":{\"acc_id\":\"0a7\",\"sf_id\":\"baz\"}}");
        expect("{\"bod\":[<userId>,\"hardcoded\"]}", "{\"bod\":[\"0a7\",\"hardcoded\"]}");
        expect("{\"one\":<listsingle>}", "{\"one\":[\"HIGH\"]}");
        expect(
                "{\"two\":\"users/<userId>/second/<userId>\"}",
                "{\"two\":\"users/0a7/second/0a7\"}");
        expect(
                "{\"n\":{\"l1\":{\"l2\":\"u/<userId>\"}},\"b\":\"<userId>\"}",
                "{\"n\":{\"l1\":{\"l2\":\"u/0a7\"}},\"b\":\"0a7\"}");
        expect("{\"c\":<gone>}", "{\"c\":\"\"}");
        expect("{\"s\":\"say \\\"<userId>\\\"\"}", "{\"s\":\"say \\\"0a7\\\"\"}");
        expect("{\"v\":<valid>}", "{\"v\":true}");
    }

    @Test
    void nothingIsDeliveredWhenTheResultIsNotJson() {
        expect("{\"x\":\"<listsingle>\"}", null);
        expect("{\"p\":\"<payload>\"}", null);
        expect("{\"p\":\"u/<payload>\"}", null);
    }

    @Test
    void knowsAwsVariables() {
        expect(
                "{\"o\":<aws.events.event>,\"f\":<aws.events.event.json>}",
                "{\"o\":{\"id\":\"e-1\",\"account\":\"123456789012\",\"detailType\":\"T\",\"time\":\"2026-01-30T10:15:30Z\","
                        + "\"source\":\"s\",\"region\":\"us-east-1\",\"resources\":[],\"version\":\"0\"},\"f\":"
                        + EVENT
                        + "}");
        expect(
                "{\"a\":<aws.events.rule-arn>}",
                "{\"a\":\"arn:aws:events:us-east-1:123456789012:rule/my-rule\"}");
    }

    private static void expect(String template, @Nullable String body) {
        var transformer = new InputTransformer(PATHS, template);
        assertThat(transformer.undefined()).as(template).isEmpty();
        assertThat(transformer.isWellFormed()).as(template).isTrue();
        assertThat(transformer.shape(HAPPENING).orElse(null)).as(template).isEqualTo(body);
    }

    @Test
    void tellsWhatIsWrongWithATemplate() {
        assertThat(new InputTransformer(PATHS, "\"<who> <userId>\"").undefined())
                .isEqualTo(List.of("who"));
        assertThat(new InputTransformer(PATHS, "<userId>").isWellFormed()).isFalse();
        assertThat(new InputTransformer(PATHS, "{\"a\":<userId>").isWellFormed()).isFalse();
        assertThat(new InputTransformer(PATHS, "{<userId>:1}").isWellFormed()).isFalse();
    }

    @Test
    void aPathDeliversThePartAsJson() {
        part("$.detail.command", "\"update-account\"");
        part("$.detail.payload", "{\"acc_id\":\"0a7\",\"sf_id\":\"baz\"}");
        part("$.detail-type", "\"T\"");
        part("$['detail-type']", "\"T\"");
        part("$.detail.listmulti[1]", "\"INACTIVE\"");
        part("$.detail['a b'][*].x", "[1,2]");
        part("$.detail.price", "12.50");
        part("$.detail.big", "12345678901234567890");
        part("$.detail.listmulti[2]", null);
        part("$.detail.command.deeper", null);
        part("$.nope", null);
        part("$", EVENT);
    }

    private static void part(String path, @Nullable String body) {
        assertThat(new Input.Part(JsonPath.parse(path)).shape(HAPPENING).orElse(null))
                .as(path)
                .isEqualTo(body);
    }

    @Test
    void refusesOtherPaths() {
        for (var path :
                List.of(
                        "",
                        "detail",
                        "$.",
                        "$..a",
                        "$.a[",
                        "$.a[?(@.x)]",
                        "$.a[-1]",
                        "$['a",
                        "$.a b",
                        "$.*")) {
            assertThatThrownBy(() -> JsonPath.parse(path))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aTargetSurvivesBeingKept() {
        var targets =
                List.of(
                        new Target(
                                "1",
                                "arn:aws:sns:us-east-1:123456789012:t",
                                null,
                                new Input.Matched(),
                                null,
                                null,
                                null),
                        new Target(
                                "2",
                                "a",
                                "role",
                                new Input.Constant("{\"a\": 1}"),
                                "$.id",
                                null,
                                new Target.RetryPolicy(0, null)),
                        new Target(
                                "3",
                                "a",
                                null,
                                new InputTransformer(Map.of(), "\"x\""),
                                null,
                                new Target.HttpParameters(
                                        List.of("p"), Map.of("h", "$.id"), Map.of("q", "1")),
                                new Target.RetryPolicy(185, Duration.ofSeconds(60))));
        for (var target : targets) {
            assertThat(TargetJson.parse(TargetJson.write(target))).isEqualTo(target);
        }
    }
}
