package io.pharos.logs.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class FilterPatternTest {
    private static final String INVALID = "Invalid filter pattern";

    @Test
    void readsTermsAsAwsDoes() {
        hit("Invalid", "sshd: Invalid user bob");
        hit("\"ssh Invalid user\"", "x ssh Invalid user bob");
        hit("-\"a b\" c", "ac");
        miss("-\"a b\" c", "a b c");
        hit("Grüße", "viele Grüße");
        hit("   ", "anything");
        refused("a.b", "Invalid character(s) in term 'a.b'");
        refused("-", "Invalid character(s) in term '-'");
        refused("? x", "Invalid character(s) in term '?'");
        refused("\"a\"\"b\"", INVALID);
        refused("%open", INVALID);
        refused("%%", "Invalid character(s) in term '%%'");
    }

    @Test
    void keepsToItsSubsetOfRegularExpressions() {
        hit("%a{,2}b%", "aab");
        hit("%^\\d{3}$%", "404");
        hit("%\\x28x\\x29%", "f(x)");
        hit("%^[^0-9]+$%", "abc");
        miss("%^[^0-9]+$%", "ab1");
        refused("%a{1,%", INVALID);
        refused("%a{}%", INVALID);
        refused("%a{2,1}%", INVALID);
        refused("%[z-a]%", INVALID);
        refused("%a**%", INVALID);
        refused("%(?i)a%", "Invalid character(s) in term '(?i)a'");
        refused("%\\pL%", "Invalid character(s) in term '\\pL'");
        refused("%\\Qa%", "Invalid character(s) in term '\\Qa'");
        refused("%ü%", "Invalid character(s) in term 'ü'");
        refused("%a\\%", "Invalid character(s) in term 'a\\'");
    }

    @Test
    void boundsWhatARegularExpressionMayCost() {
        hit("%a{" + PatternRegex.MAX_REPETITIONS + "}%", "a".repeat(PatternRegex.MAX_REPETITIONS));
        refused("%a{" + (PatternRegex.MAX_REPETITIONS + 1) + "}%", INVALID);
        refused("%a{400}b{400}%", INVALID);
        refused("%a{99999}%", INVALID);
        refused("{ $.a = %x% && $.b = %x% && $.c = %x% }", INVALID);
        refused("[a=%x%, b=%x%, c=%x%]", INVALID);
        assertThat(FilterPattern.parse("%a% %b% -%c%").regexCount()).isEqualTo(3);
        assertThat(FilterPattern.parse("[a=%x% || a!=%y%]").regexCount()).isEqualTo(2);
    }

    @Test
    void splitsLinesIntoWords() {
        fields(
                "[]",
                "a \"b c\" [d e] \"open",
                Map.of("$1", "a", "$2", "b c", "$3", "d e", "$4", "\"open"));
        fields("[a, b]", "\"x\"y z", Map.of("$a", "x", "$b", "y z"));
        fields("[a, b]", "1 [2] 3 \t", Map.of("$a", "1", "$b", "[2] 3"));
        fields("[..., a]", "only", Map.of("$a", "only"));
        fields("[a, ..., a2]", "1 2", Map.of("$a", "1", "$a2", "2"));
        hit("[]", "");
        miss("[a]", "");
        hit("[a=\\*, b]", "\\anything x");
        hit("[a=*y && a=x*, ...]", "xy");
        miss("[n > 10]", "ten");
        hit("[n > 1e1]", "10.5");
        miss("[n > ten]", "11");
        refused("[a = b c]", INVALID);
        refused("[a = ]", INVALID);
        refused("[1a]", INVALID);
        refused("[a > %x%]", INVALID);
        refused("[a b]", INVALID);
        refused("[a] b", INVALID);
    }

    @Test
    void readsJsonAsAwsDoes() {
        hit("{$.a.b.c=1}", "{\"a\":{\"b\":{\"c\":1.0}}}");
        hit("{ $['a'].['b c'] = x }", "{\"a\":{\"b c\":\"x\"}}");
        hit("{ $.a[*] != 1 }", "{\"a\":[1,2]}");
        hit("{ $.a.* = 2 && $.a.b = 1 }", "{\"a\":{\"b\":1,\"c\":2}}");
        hit("{ $.a = 1 }", "  {\"a\":1}  ");
        hit("{ $.a = 2 }", "{\"a\":1,\"a\":2}");
        hit("{ $.a = \"x\" }", "{\"\\u0061\":\"\\u0078\"}");
        hit("{ $.a = true }", "{\"a\":true}");
        miss("{ $.a IS TRUE }", "{\"a\":\"true\"}");
        miss("{ $.a = 1 }", "[{\"a\":1}]");
        miss("{ $.a = 1 }", "{\"a\":1} trailing");
        miss("{ $.a = 1 }", "{\"a\":1");
        miss("{ $.a NOT EXISTS }", "no json");
        miss("{ $.a > 1 }", "{\"a\":\"2\"}");
        miss("{ $.a = 9007199254740993 }", "{\"a\":9007199254740992}");
        hit("{ $.a = 9007199254740992.0 }", "{\"a\":9007199254740992}");
        miss("{ $.a = 1 }", "{\"a\":1e999999999}");
        refused("{ }", INVALID);
        refused("{ $ = 1 }", INVALID);
        refused("{ $.a }", INVALID);
        refused("{ $.a == 1 }", INVALID);
        refused("{ $.a = 1 && }", INVALID);
        refused("{ ($.a = 1 }", INVALID);
        refused("{ $.a = 1) }", INVALID);
        refused("{ $.a EXISTS }", INVALID);
        refused("{ $.a[x] = 1 }", INVALID);
        refused("{ $.a[99999999999] = 1 }", INVALID);
        refused("{ $.*=1 && $.*=2 && $.*=3 && $.*=4 }", INVALID);
    }

    @Test
    void answersForReferencesBesideTheSelectors() {
        var size = reference("$.size");
        var pattern = FilterPattern.parse("{ $.a = 1 }", List.of(size));
        assertThat(match(pattern, "{\"a\":1,\"size\":12}").value(size)).isEqualTo("12");
        assertThat(match(pattern, "{\"a\":1,\"size\":null}").value(size)).isNull();
        assertThat(match(pattern, "{\"a\":1,\"size\":{}}").value(size)).isNull();
        assertThat(match(pattern, "{\"a\":1}").value(size)).isNull();
        assertThat(match(pattern, "{\"a\":1,\"size\":12}").fields()).containsOnlyKeys("$.a");

        var words = FilterPattern.parse("[ip, ..., bytes]");
        assertThat(match(words, "h a b 7").value(reference("$bytes"))).isEqualTo("7");
        assertThat(match(words, "h a b 7").value(reference("$2"))).isEqualTo("a");
        assertThat(match(words, "h a b 7").value(reference("$9"))).isNull();
        assertThat(words.canRefer(reference("$bytes"))).isTrue();
        assertThat(words.canRefer(reference("$other"))).isFalse();
        assertThat(words.canRefer(reference("$.a"))).isFalse();
        assertThat(FilterPattern.parse("x").canRefer(reference("$a"))).isFalse();
        for (var none : List.of("", "$", "1", "$a b", "$.", "$.a.", "$.a = 1", "$.a[*")) {
            assertThat(FieldReference.parse(none)).as(none).isNull();
        }
    }

    @Test
    void boundsPatternsAndEvents() {
        var longest = "a".repeat(FilterPattern.MAX_LENGTH);
        hit(longest, longest);
        refused(
                longest + "a",
                "1 validation error detected: Value '"
                        + longest
                        + "a' at 'filterPattern' failed to satisfy constraint: Member must have"
                        + " length less than or equal to 1024");
        hit(nested(JsonPatternParser.MAX_DEPTH), "{\"a\":1}");
        refused(nested(JsonPatternParser.MAX_DEPTH + 1), INVALID);
        refused("{" + "(".repeat(1000) + "}", INVALID);

        hit("{ $.a = 1 }", "{\"a\":1,\"b\":" + "[".repeat(300) + "]".repeat(300) + "}");
        hit("{ $.a = 1 }", "{\"b\":" + "{\"a\":".repeat(300) + "1" + "}".repeat(300) + ",\"a\":1}");
        var tooDeep = JsonEvents.MAX_NESTING;
        miss("{ $.a = 1 }", "{\"a\":1,\"b\":" + "[".repeat(tooDeep) + "]".repeat(tooDeep) + "}");
        hit("{ $" + ".a".repeat(500) + " = 1 }", "{\"a\":".repeat(500) + "1" + "}".repeat(500));
    }

    @Test
    void staysFastOnHostileMessages() {
        var million = 1 << 20;
        inTime("%" + "a?".repeat(200) + "b%", "a".repeat(1 << 14));
        inTime("%.{500}x%", "a".repeat(1 << 14));
        inTime("a".repeat(1000) + "b", "a".repeat(million));
        inTime("[]", "\"[ ".repeat(million / 3));
        inTime("[..., x]", "a ".repeat(million / 2));
        inTime("[a=1, ...]", "[".repeat(million));
        inTime("{ $.* = 1 }", "{\"a\":" + "[".repeat(million));
        inTime("{ $.a[*] = 1 }", "{\"a\":[" + "0,".repeat(million / 2) + "0]}");
        inTime("{ $.a = 1 }", "{\"a\":" + "9".repeat(million) + "}");
    }

    /// Whatever the text, parsing ends in a pattern or in AWS's error, and matching never fails.
    @Test
    void nothingButAwsErrorEscapes() {
        var random = new Random(20261121);
        var pieces =
                List.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        "(",
                        ")",
                        "$",
                        "$.",
                        ".a",
                        "['b c']",
                        "[0]",
                        "[*]",
                        ".*",
                        "=",
                        "!=",
                        ">",
                        "<=",
                        "&&",
                        "||",
                        "\"",
                        "\\",
                        "%",
                        "...",
                        ",",
                        " ",
                        "\t",
                        "w1",
                        "IS",
                        "NOT EXISTS",
                        "NULL",
                        "1",
                        "-1.5e3",
                        "*",
                        "*x*",
                        "?",
                        "-",
                        "a{2}",
                        "^",
                        "{,3}",
                        "\u00e4",
                        "\ud83d\ude00",
                        "\ud83d",
                        "\u0000",
                        "'",
                        "x");
        var messages =
                List.of(
                        "",
                        " ",
                        "a b \"c d\" [e] 1 2.5",
                        "{\"a\":{\"b c\":[1,2,{\"x\":null}]}}",
                        "{\"a\":1",
                        "\ud83d",
                        "[",
                        "\"",
                        "{\"a\":tru}",
                        "\u0000\t{}");
        var parsed = 0;
        for (var i = 0; i < 200_000; i++) {
            var text = new StringBuilder(i % 3 == 0 ? "{ $.a" : i % 3 == 1 ? "[" : "");
            for (var n = random.nextInt(10); n >= 0; n--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            text.append(i % 3 == 0 ? "}" : i % 3 == 1 ? "]" : "");
            try {
                var pattern = FilterPattern.parse(text.toString());
                parsed++;
                for (var message : messages) {
                    var match = pattern.match(message);
                    assertThat(pattern.matches(message)).isEqualTo(match != null);
                    if (match != null) {
                        match.fields();
                    }
                }
            } catch (InvalidParameterException e) {
                assertThat(e.getMessage()).startsWith("I"); // Invalid …, If …
            }
        }
        assertThat(parsed).isGreaterThan(1000);
    }

    @Test
    void readsTheBenchmarkPatternsOfTrails() throws IOException {
        var patterns = cisPatterns();
        assertThat(patterns).hasSize(14);
        var root =
                "{\"eventName\":\"ConsoleLogin\",\"userIdentity\":{\"type\":\"Root\"},"
                        + "\"eventType\":\"AwsConsoleSignIn\",\"additionalEventData\":{\"MFAUsed\":\"No\"}}";
        assertThat(hitBy(patterns, root)).containsExactly("3.2", "3.3");
        assertThat(hitBy(patterns, "{\"eventName\":\"ListUsers\",\"errorCode\":\"AccessDenied\"}"))
                .containsExactly("3.1");
        assertThat(hitBy(patterns, "{\"eventName\":\"StopLogging\"}")).containsExactly("3.5");
        assertThat(
                        hitBy(
                                patterns,
                                "{\"eventName\":\"ConsoleLogin\","
                                        + "\"errorMessage\":\"Failed authentication\"}"))
                .containsExactly("3.6");
        assertThat(
                        hitBy(
                                patterns,
                                "{\"eventSource\":\"kms.amazonaws.com\","
                                        + "\"eventName\":\"ScheduleKeyDeletion\"}"))
                .containsExactly("3.7");
        assertThat(hitBy(patterns, "{\"eventName\":\"CreateRoute\"}")).containsExactly("3.13");
    }

    private static List<String> hitBy(Map<String, FilterPattern> patterns, String message) {
        return patterns.entrySet().stream()
                .filter(e -> e.getValue().matches(message))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Map<String, FilterPattern> cisPatterns() throws IOException {
        try (var in = FilterPatternTest.class.getResourceAsStream("cis-patterns.tsv")) {
            var patterns = new LinkedHashMap<String, FilterPattern>();
            for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                patterns.put(line.split("\t")[0], FilterPattern.parse(line.split("\t")[1]));
            }
            return patterns;
        }
    }

    private static String nested(int depth) {
        return "{" + "(".repeat(depth) + "$.a=1" + ")".repeat(depth) + "}";
    }

    private static FieldReference reference(String text) {
        var reference = FieldReference.parse(text);
        return requireNonNull(reference, text);
    }

    private static FilterMatch match(FilterPattern pattern, String message) {
        return requireNonNull(pattern.match(message), message);
    }

    private static void hit(String pattern, String message) {
        assertThat(FilterPattern.parse(pattern).matches(message)).as(pattern).isTrue();
    }

    private static void miss(String pattern, String message) {
        assertThat(FilterPattern.parse(pattern).matches(message)).as(pattern).isFalse();
    }

    private static void fields(String pattern, String message, Map<String, String> expected) {
        assertThat(match(FilterPattern.parse(pattern), message).fields()).isEqualTo(expected);
    }

    private static void refused(String pattern, String message) {
        assertThatThrownBy(() -> FilterPattern.parse(pattern))
                .as(pattern)
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage(message);
    }

    /// A generous bound: it catches exponential and quadratic behaviour, not slowness.
    private static void inTime(String pattern, String message) {
        var compiled = FilterPattern.parse(pattern);
        var start = System.nanoTime();
        var match = compiled.match(message);
        if (match != null) {
            match.fields();
        }
        var took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(took).as(pattern).isLessThan(Duration.ofSeconds(8));
    }
}
