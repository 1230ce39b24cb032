package io.pharos.metrics.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.metric.Dimensions;
import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.series.Series;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

class SearchParserTest {
    private static final Series CPU = series("AWS/EC2", "CPUUtilization", "InstanceId", "i-0abc12");
    private static final Series ERRORS =
            series("My-Shop", "HTTPCode_5xx Count", "Path", "/a(b), c", "Stage", "prod=1");
    private static final Series BARE = series("My-Shop", "CustomCount1");

    private static Series series(String namespace, String name, String... dimensions) {
        return new Series("123456789012", "eu-west-1", namespace, name, Dimensions.of(dimensions));
    }

    @Test
    void cutsTextsIntoWords() {
        assertThat(cut("HTTPCode")).containsExactly("http", "code");
        assertThat(cut("CustomCount1")).containsExactly("custom", "count", "1");
        assertThat(cut("i-0abc12")).containsExactly("i", "0", "abc", "12");
        assertThat(cut("AWS/EC2")).containsExactly("aws", "ec", "2");
        assertThat(cut("__a  B_")).containsExactly("a", "b");
        assertThat(cut("2XXErrors")).containsExactly("2", "xx", "errors");
        assertThat(cut("")).isEmpty();
    }

    @Test
    void bareWordsSpanWordsAndSplitNone() {
        finds("customcount", BARE);
        finds("CUSTOM", BARE);
        finds("count1", BARE);
        finds("custom-count", BARE);
        finds("cou", List.of());
        finds("customcoun", List.of());
        finds("ustom", List.of());
        finds("httpcode", ERRORS);
        finds("code", ERRORS);
        finds("count", ERRORS, BARE);
        finds("i-0abc12", CPU);
        finds("0abc", CPU);
        finds("0ab", List.of());
        finds("ec2", CPU);
        finds("instanceid", CPU);
        finds("stage", ERRORS);
        finds("cpu utilization", CPU);
    }

    @Test
    void quotedTermsAreWholeAndCaseSensitive() {
        finds("\"CPUUtilization\"", CPU);
        finds("\"cpuutilization\"", List.of());
        finds("\"CPU\"", List.of());
        finds("\"HTTPCode_5xx Count\"", ERRORS);
        finds("\"/a(b), c\"", ERRORS);
        finds("\"Path\"", ERRORS);
        finds("\"My-Shop\"", ERRORS, BARE);
        finds("Path=\\/a\\(b\\)\\,", ERRORS);
        finds("prod\\=1", ERRORS);
    }

    @Test
    void bracesTellExactlyTheDimensions() {
        finds("{AWS/EC2,InstanceId}", CPU);
        finds("{ \"AWS/EC2\" , \"InstanceId\" } cpu", CPU);
        finds("{AWS/EC2}", List.of());
        finds("{My-Shop}", BARE);
        finds("{My-Shop,Path}", List.of());
        finds("{My-Shop,Stage,Path}", ERRORS);
        finds("{My-Shop,Path,Stage} nothing", List.of());
        finds("{aws/ec2,InstanceId}", List.of());
    }

    @Test
    void propertiesLookInOnePlace() {
        finds("MetricName=cpu", CPU);
        finds("MetricName=\"CPUUtilization\"", CPU);
        finds("MetricName=\"cpu\"", List.of());
        finds("MetricName=ec2", List.of());
        finds("Namespace=ec2", CPU);
        finds("Namespace=\"My-Shop\" MetricName=count", ERRORS, BARE);
        finds("InstanceId=i-0abc12", CPU);
        finds("\"InstanceId\"=(\"i-1\" OR \"i-0abc12\")", CPU);
        finds("InstanceId = (i 12)", CPU);
        finds("InstanceId=(NOT 12)", ERRORS, BARE);
        finds("NOT InstanceId=12", ERRORS, BARE);
        finds(":aws.AccountId=\"123456789012\" cpu", CPU);
        finds(":aws.AccountId=LOCAL cpu", CPU);
        finds(":aws.AccountId=(\"111111111111\" OR \"222222222222\") cpu", List.of());
    }

    @Test
    void operatorsBindAsInAws() {
        finds("cpu OR custom", CPU, BARE);
        finds("cpu AND ec2", CPU);
        finds("cpu OR custom shop", CPU, BARE);
        finds("(cpu OR custom) shop", BARE);
        finds("NOT cpu", ERRORS, BARE);
        finds("count NOT http", BARE);
        finds("NOT (cpu OR http)", BARE);
        finds("NOT NOT cpu", CPU);
        finds("NOT cpu AND NOT http", BARE);
        finds("((((cpu))))", CPU);
    }

    @Test
    void tellsWhereItMakesNoSense() {
        refuses("", "Invalid SEARCH query, unexpected end at position 0");
        refuses("  ", "Invalid SEARCH query, unexpected end at position 2");
        refuses("cpu OR", "Invalid SEARCH query, unexpected end at position 6");
        refuses("OR cpu", "Invalid SEARCH query, unexpected 'O' at position 0");
        refuses("(cpu", "Invalid SEARCH query, unexpected end at position 4");
        refuses("cpu)", "Invalid SEARCH query, unexpected ')' at position 3");
        refuses("{AWS/EC2", "Invalid SEARCH query, unexpected end at position 8");
        refuses("{}", "Invalid SEARCH query, unexpected '}' at position 1");
        refuses("{a,}", "Invalid SEARCH query, unexpected '}' at position 3");
        refuses("cpu {a}", "Invalid SEARCH query, unexpected '{' at position 4");
        refuses("\"cpu", "Invalid SEARCH query, missing closing quote at position 0");
        refuses("\"\"", "Invalid SEARCH query, empty term at position 0");
        refuses("MetricName=", "Invalid SEARCH query, unexpected end at position 11");
        refuses("a=(b=c)", "Invalid SEARCH query, a property in a property at position 3");
        refuses("a=b=c", "Invalid SEARCH query, a property in a property at position 2");
        refuses("a -", "Invalid SEARCH query, '-' has neither letter nor digit at position 2");
        refuses("a".repeat(1_025), "SEARCH query is longer than 1024 characters");
        refuses("(".repeat(51), "SEARCH query is nested too deeply at position 50");
    }

    @Test
    void nothingButItsErrorEscapes() {
        var random = new Random(20_261_121);
        var parts =
                List.of(
                        "{",
                        "}",
                        "(",
                        ")",
                        "\"",
                        "=",
                        ",",
                        "\\",
                        " ",
                        " ",
                        "AND ",
                        "OR ",
                        "NOT ",
                        "cpu",
                        "MetricName=",
                        "Namespace=",
                        ":aws.AccountId=",
                        "LOCAL",
                        "é",
                        "-",
                        "a1",
                        "{AWS/EC2,InstanceId}",
                        "\"x\"",
                        "\t",
                        "\u0000",
                        "😀");
        var read = 0;
        for (var i = 0; i < 100_000; i++) {
            var text = new StringBuilder();
            for (var n = random.nextInt(14); n > 0; n--) {
                text.append(parts.get(random.nextInt(parts.size())));
            }
            try {
                SearchParser.parse(text.toString()).matches(CPU);
                read++;
            } catch (ExpressionError expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
        assertThat(read).isGreaterThan(1_000);
    }

    private static void finds(String text, Series... expected) {
        finds(text, List.of(expected));
    }

    private static void finds(String text, List<Series> expected) {
        var search = SearchParser.parse(text);
        assertThat(List.of(CPU, ERRORS, BARE).stream().filter(search::matches).toList())
                .as(text)
                .isEqualTo(expected);
    }

    private static void refuses(String text, String message) {
        assertThatThrownBy(() -> SearchParser.parse(text))
                .as(text)
                .isInstanceOf(ExpressionError.class)
                .hasMessage(message);
    }

    private static List<String> cut(String text) {
        var words = new ArrayList<String>();
        for (var at = Words.wordFrom(text, 0); at < text.length(); ) {
            var end = Words.endOf(text, at);
            words.add(text.substring(at, end).toLowerCase(Locale.ROOT));
            at = Words.wordFrom(text, end);
        }
        return words;
    }
}
