package io.pharos.events.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// AWS's recorded verdicts and texts.
class EventPatternTest {
    @Test
    void matchesAsAws() {
        expect("{\"resources\":[null]}", "{\"resources\":[]}", false);
        expect("{\"resources\":[{\"exists\":true}]}", "{\"resources\":[]}", false);
        expect("{\"boolean\":[false]}", "{\"boolean\":true}", false);
        expect(
                "{\"detail\":{\"state\":[{\"anything-but\":\"initializing\"}]}}",
                "{\"detail\":{\"state\":null}}",
                true);
        expect(
                "{\"detail\":{\"state\":[{\"anything-but\":\"initializing\"}]}}",
                "{\"detail\":{}}",
                false);
        expect("{\"detail\":{\"x\":[{\"anything-but\":0}]}}", "{\"detail\":{\"x\":789}}", true);
        expect(
                "{\"detail\":{\"a.b\":{\"c\":[\"r\"]}}}",
                "{\"detail\":{\"a\":{\"b\":\"r\"}}}",
                false);
        expect("{\"source\":[{\"prefix\":\"\"}]}", "{}", true);
        expect("{\"x\":[{\"wildcard\":\"\"}]}", "{\"x\":\"y\"}", false);
        expect(
                "{\"detail\":{\"ip\":[{\"cidr\":\"10.0.0.0/24\"}]}}",
                "{\"detail\":{\"ip\":\"10.0.0.256\"}}",
                false);
        expect(
                "{\"detail\":{\"ip\":[{\"cidr\":\"10.0.0.0/24\"}]}}",
                "{\"detail\":{\"ip\":123}}",
                false);
        expect(
                "{\"detail\":{\"ip\":[{\"cidr\":\"2001:db8:1234:1a00::/64\"}]}}",
                "{\"detail\":{\"ip\":\"2001:0db8:1234:1a00:0000:0000:0000:0000\"}}",
                true);
        expect(
                "{\"detail\":{\"$or\":[{\"c\":[{\"numeric\":[\">\",0,\"<=\",5]}]},{\"d\":[{\"numeric\":[\"<\",10]}]}]}}",
                "{\"detail\":{\"c\":0,\"d\":0}}",
                true);
        expect(
                "{\"dynamodb\":{\"k\":[{\"exists\":true}]}}",
                "{\"dynamodb\":{\"k\":{\"S\":\"v\"}}}",
                false);
        expect(
                "{\"FileName\":[{\"wildcard\":\"/Users/*/doc.txt\"}]}",
                "{\"FileName\":\"/Users/u/dir/notmatchingdoc.txt\"}",
                false);
        expect(
                "{\"a\":{\"b\":[1],\"c\":[4]}}",
                "{\"a\":[{\"b\":1,\"c\":2},{\"b\":3,\"c\":4}]}",
                false);
        expect("{\"a.b\":[1]}", "{\"a\":{\"b\":1}}", true);
        expect("{\"a\":[1]}", "{\"a\":\"1\"}", false);
        expect("{\"a\":[300]}", "{\"a\":3.0e2}", true);
        expect("{\"a\":[{\"exists\":false},\"x\"]}", "{\"a\":\"x\"}", true);
    }

    @Test
    void findsRulesByTheirSourceOrTypeOrNeither() {
        expect("{\"source\":[\"other\"]}", "{}", false);
        expect("{\"source\":[\"s\",\"other\"],\"x\":[1]}", "{\"x\":1}", true);
        expect("{\"detail-type\":[\"t\"],\"x\":[1]}", "{\"x\":1}", true);
        expect("{\"detail-type\":[\"u\"],\"x\":[1]}", "{\"x\":1}", false);
        expect("{\"source\":[\"q\",{\"prefix\":\"s\"}]}", "{}", true);
        expect("{\"$or\":[{\"source\":[\"q\"]},{\"x\":[1]}]}", "{\"x\":1}", true);
    }

    private static void expect(String pattern, String members, boolean matches) {
        var six =
                "{\"id\":\"1\",\"account\":\"1\",\"source\":\"s\",\"time\":\"t\",\"region\":\"r\",\"detail-type\":\"t\"";
        var event =
                TestEvent.parse(
                        members.equals("{}") ? six + "}" : six + "," + members.substring(1));
        assertThat(new EventPattern(pattern).matches(event.orElseThrow()))
                .as(pattern + " on " + members)
                .isEqualTo(matches);
    }

    @Test
    void aTestEventNeedsItsSixMembers() {
        assertThat(TestEvent.parse("{\"id\":\"1\"}")).isEmpty();
        assertThat(TestEvent.parse("[]")).isEmpty();
        assertThat(TestEvent.parse("\"text\"")).isEmpty();
        assertThat(TestEvent.parse("")).isEmpty();
        assertThat(TestEvent.parse("[".repeat(100_000))).isEmpty();
    }

    @Test
    void refusesInAwsWords() {
        refuse("[]", "Filter is not an object\n at [Source: (String)\"[]\"; line: 1, column: 2]");
        refuse("{}", "Empty objects are not allowed");
        refuse("{\"a\":[]}", "Empty arrays are not allowed");
        refuse("{\"a\":1}", "\"a\" must be an object or an array");
        refuse("{\"a\":[[1]]}", "Match value must be String, number, true, false, or null");
        refuse("{\"a\":[{}]}", "Match expression name not found");
        refuse(
                "{\"a\":[{\"prefix\":\"a\",\"suffix\":\"b\"}]}",
                "Only one key allowed in match expression");
        refuse("{\"a\":[{\"PREFIX\":\"a\"}]}", "Unrecognized match type PREFIX");
        refuse("{\"a\":[{\"prefix\":1}]}", "prefix match pattern must be a string");
        refuse("{\"a\":[{\"wildcard\":\"a**b\"}]}", "Consecutive wildcard characters at pos 2");
        refuse("{\"a\":[{\"numeric\":[\">\",5,\"<\",5]}]}", "Bottom must be less than top");
        refuse(
                "{\"a\":[{\"exists\":\"x\"}]}",
                "exists match pattern must be either true or false.");
        refuse("{\"a\":[{\"cidr\":\"10.0.0.0\"}]}", "Malformed CIDR, one '/' required");
        refuse(
                "{\"$or\":[{\"a\":[1]}]}",
                "There must have at least 2 Objects in $or relationship.");
        refuse("this is not json", "Unrecognized token 'this': was expecting");
    }

    @Test
    void refusesWhatIsTooComplex() {
        refuse(
                "{\"a\":[{\"wildcard\":\"*:*:*:*:*:event-bus/*\"}]}",
                "Rule is too complex - try using fewer wildcard");
        new EventPattern("{\"a\":[{\"wildcard\":\"*a*b*c*\"}]}");
        refuse("{" + or("a", 32) + ",\"x\":{" + or("b", 32) + "}}", "Rule is too complex");
        new EventPattern("{" + or("a", 30) + ",\"x\":{" + or("b", 30) + "}}");
    }

    private static String or(String field, int alternatives) {
        return IntStream.range(0, alternatives)
                .mapToObj(i -> "{\"" + field + "\":[" + i + "]}")
                .collect(Collectors.joining(",", "\"$or\":[", "]"));
    }

    private static void refuse(String pattern, String reason) {
        assertThatThrownBy(() -> new EventPattern(pattern))
                .as(pattern)
                .isInstanceOf(InvalidPatternException.class)
                .hasMessageStartingWith("Event pattern is not valid. Reason: " + reason);
    }

    @Test
    void overlappingRangesStayCheapToAdd() {
        var matcher = new BusMatcher();
        var start = System.nanoTime();
        for (var i = 0; i < 300; i++) {
            matcher.add(
                    "r" + i,
                    new EventPattern(
                            "{\"x\":[{\"numeric\":[\">=\","
                                    + i
                                    + ",\"<\","
                                    + (i + 1_000)
                                    + "]}]}"));
        }
        assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
        assertThat(matcher.match("{\"x\":299.5}")).hasSize(300);
        assertThat(matcher.match("{\"x\":1000.5}")).hasSize(299);
    }
}
