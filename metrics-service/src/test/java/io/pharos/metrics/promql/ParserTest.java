package io.pharos.metrics.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

class ParserTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "up{job=\"a\",instance!~'b.*',}",
                "{\"http.server.active_requests\"}",
                "{\"my.metric\", \"label.x\"=\"y\"}",
                "{__name__=\"a.b\", \"@resource.service.name\"=~\"x|y\"}",
                "sum by (\"@resource.service.name\", job) (rate({\"a.b\"}[5m]))",
                "sum(a) without (b,)",
                "a:b:c offset 5m",
                "a[5m] offset -1h30m @ 1609746000.5",
                "a @ start() offset 1d",
                "max_over_time(rate(a[5m])[1h:5m] @ end())",
                "max_over_time(a[1h:])",
                "a[300]",
                "a > bool 1_000",
                "a * on (x) group_left (y) b",
                "a and ignoring (x) b or c unless d",
                "-a ^ 2 atan2 0x1F",
                "topk(3, a) # the highest",
                "count_values(\"v\", a)",
                "quantile(0.9, a)",
                "label_join(a, \"x\", \"-\")",
                "Inf + NaN - 1e-3 + .5 + 5m",
                "sum",
                "by",
                "\"text\"",
                "day_of_week()",
                "a{b=`c\\d`}",
                "a{b=\"\\u00e9\\x41\\101\"}",
            })
    void takesPrometheusGrammar(String query) {
        assertThatCode(() -> Parser.parse(query)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "a +| 1:4: parse error: unexpected end of input, expected a value",
                "a{b=c}| 1:5: parse error: unexpected \"c\", expected a string",
                "nothing(a)| 1:1: parse error: unknown function with name \"nothing\"",
                "rate(a)| 1:1: parse error: expected type range vector in call to function \"rate\", got instant vector",
                "1 == 1| 1:3: parse error: comparisons between scalars must use BOOL modifier",
                "a + bool b| 1:3: parse error: bool modifier can only be used on comparison operators",
                "{job=\"a\"}| 1:1: parse error: vector selector must select a metric by name",
                "{__name__=~\".*\"}| 1:1: parse error: vector selector must contain at least one non-empty matcher",
                "a{\"b\"}| 1:3: parse error: metric name must not be set twice: \"b\"",
                "a[0s]| 1:2: parse error: duration must be greater than 0",
                "a[5m][5m]| 1:6: parse error: ranges only allowed for vector selectors",
                "(a + b) offset 5m| 1:9: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery",
                "a and 1| 1:3: parse error: set operator \"and\" not allowed in binary scalar expression",
                "a and on (x) group_left b| 1:14: parse error: no grouping allowed for \"and\" operation",
                "a{b=~\"(\"}| 1:6: parse error: error parsing regexp: missing closing )",
                "a{b=~\"((x{100}){100})\"}| 1:6: parse error: regular expression repeats too often",
                "'open| 1:1: parse error: unterminated quoted string",
                "1x| 1:1: parse error: bad number or duration syntax: \"1x\"",
                "a)| 1:2: parse error: unexpected \")\", expected the end",
                "round(a, 1, 2)| 1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3",
            })
    void tellsWhatIsWrongAndWhere(String query, String message) {
        assertThatThrownBy(() -> Parser.parse(query))
                .isInstanceOf(PromqlException.class)
                .hasMessage(message);
    }

    @Test
    void lengthAndDepthAreBounded() {
        assertThatThrownBy(() -> Parser.parse("(".repeat(5_000) + "a" + ")".repeat(4_000)))
                .hasMessageContaining("nested too deep");
        assertThatThrownBy(() -> Parser.parse("a".repeat(Parser.MAX_LENGTH + 1)))
                .hasMessageContaining("longer than");
        assertThatThrownBy(() -> Parser.parse("-".repeat(5_000) + "a"))
                .hasMessageContaining("nested too deep");
    }

    @Test
    void anAttributeHasTwoNames() {
        assertThat(Parser.parse("{\"@datapoint.@name\"=\"m\",\"@datapoint.a\"=\"x\"}"))
                .isEqualTo(Parser.parse("{\"m\",a=\"x\"}"));
    }

    @Test
    void nothingButItsErrorEscapes() {
        var random = new Random(11);
        var words =
                "a b sum by without rate ( ) { } [ ] , : @ offset 5m 1 1e3 \"x\" = =~ == + - ^ bool on"
                        .split(" ");
        for (var i = 0; i < 20_000; i++) {
            var query = new StringBuilder();
            for (var j = random.nextInt(12); j >= 0; j--) {
                query.append(words[random.nextInt(words.length)]);
                query.append(random.nextBoolean() ? " " : "");
            }
            try {
                Parser.parse(query.toString());
            } catch (PromqlException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }
}
