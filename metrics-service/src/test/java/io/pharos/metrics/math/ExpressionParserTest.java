package io.pharos.metrics.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Random;

class ExpressionParserTest {
    @Test
    void namesThePositionOfWhatIsWrong() {
        refuses("", "Invalid syntax, unexpected end at position 0");
        refuses("m1 +", "Invalid syntax, unexpected end at position 4");
        refuses("m1 m2", "Invalid syntax, unexpected 'm2' at position 3");
        refuses("m1 + * m2", "Invalid syntax, unexpected '*' at position 5");
        refuses("(m1", "Invalid syntax, unexpected end at position 3");
        refuses("[]", "Invalid syntax, unexpected ']' at position 1");
        refuses("SUM(m1,)", "Invalid syntax, unexpected ')' at position 7");
        refuses("m1 = m2", "Invalid syntax, unexpected '=' at position 3");
        refuses("m1 & m2", "Invalid syntax, unexpected '&' at position 3");
        refuses("1.2.3", "Invalid syntax, unexpected '.3' at position 3");
        refuses("1e", "Invalid syntax, unexpected '1e' at position 0");
        refuses("1e999", "Invalid syntax, unexpected '1e999' at position 0");
        refuses("OR m1", "Invalid syntax, unexpected 'OR' at position 0");
        refuses("'m1", "Invalid syntax, a string does not end, at position 0");
        refuses("m1 ¤", "Invalid syntax, unexpected '¤' at position 3");
    }

    @Test
    void knowsFunctionsAndTheirArguments() {
        refuses("NOT_A_FUNCTION(m1)", "Function 'NOT_A_FUNCTION' not found");
        refuses("sum(m1)", "Function 'sum' not found");
        refuses("ABS()", "Function 'ABS' takes 1 arguments, not 0");
        refuses("IF(m1)", "Function 'IF' takes 2 to 3 arguments, not 1");
        refuses("METRICS('a', 'b')", "Function 'METRICS' takes 0 to 1 arguments, not 2");
    }

    @Test
    void leavesEscapesToTheLanguageInsideStrings() {
        text("'a \"b\" \\, \\\\'", "a \"b\" \\, \\\\");
        text("\"a \\\"b\\\"\"", "a \"b\"");
        text("'it\\'s'", "it's");
    }

    private static void text(String expression, String said) {
        assertThat(ExpressionParser.parse(expression)).isEqualTo(new Expression.Text(0, said));
    }

    @Test
    void takesAWholeQueryAsOne() {
        assertThat(ExpressionParser.parse(" select AVG(a) FROM b"))
                .isEqualTo(new Expression.Select(" select AVG(a) FROM b"));
    }

    @Test
    void boundsLengthAndDepth() {
        ExpressionParser.parse("(".repeat(99) + "m1" + ")".repeat(99));
        refuses("(".repeat(100) + "m1", "Expression is nested too deeply at position 100");
        refuses("-".repeat(2_000) + "m1", "Expression is nested too deeply at position 100");
        refuses("2^".repeat(1_000) + "2", "Expression is nested too deeply at position 200");
        ExpressionParser.parse("1+".repeat(1_023) + "1");
        refuses("1".repeat(2_049), "Expression is longer than 2048 characters");
    }

    /// Whatever the text: an answer or the one error, in little time.
    @Test
    void letsNothingElseEscape() {
        var random = new Random(20_260_120);
        var parts = new ArrayList<String>();
        for (var function : MathFunction.values()) {
            parts.add(function + "(");
        }
        for (var part :
                ("m1 m2 m9 e1 ( ) [ ] , , , + - * / ^ < > <= >= == != && || AND OR 0 1 -1 .5 1e3 1e-9"
                                + " 99999999999 'x' \"y\" ' \" REPEAT LINEAR AVG ASC DESC MAX =  é \\ {"
                                + " SELECT")
                        .split(" ")) {
            parts.add(part);
            parts.add(part);
            parts.add(part);
        }
        var world =
                new Worked(4).with("m1", 1, 2, 3, 4).with("m2", 0, Double.NaN, -1).with("e1", 5);
        var answered = 0;
        for (var i = 0; i < 100_000; i++) {
            var text = new StringBuilder();
            for (var n = 1 + random.nextInt(12); n > 0; n--) {
                text.append(parts.get(random.nextInt(parts.size())));
                text.append(random.nextInt(4) == 0 ? " " : "");
                if (random.nextInt(3) == 0) {
                    text.append(')');
                }
            }
            try {
                answered += world.evaluate(text.toString()) == null ? 0 : 1;
            } catch (ExpressionError expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
        assertThat(answered).isGreaterThan(500);
    }

    private static void refuses(String text, String message) {
        assertThatThrownBy(() -> ExpressionParser.parse(text))
                .as(text)
                .isInstanceOf(ExpressionError.class)
                .hasMessage(message);
    }
}
