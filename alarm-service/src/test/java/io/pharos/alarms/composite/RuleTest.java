package io.pharos.alarms.composite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// AlarmRules: what they mean, and what AWS says of those it does not take.
class RuleTest {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final Map<String, StateValue> STATES =
            Map.of(
                    "a", StateValue.ALARM,
                    "b", StateValue.ALARM,
                    "o", StateValue.OK,
                    "p", StateValue.OK,
                    "i", StateValue.INSUFFICIENT_DATA,
                    "my alarm", StateValue.ALARM,
                    "q\"q", StateValue.ALARM,
                    "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a", StateValue.ALARM);

    @Test
    void rulesAreTrueOrFalse() {
        expect("TRUE", true);
        expect("FALSE", false);
        expect("NOT NOT TRUE", true);
        expect("ALARM(a)", true);
        expect("ALARM ( a )", true);
        expect("OK(a)", false);
        expect("INSUFFICIENT_DATA(i)", true);
        expect("ALARM(i) OR OK(i)", false);
        expect("NOT ALARM(i)", true);
        expect("ALARM(\"my alarm\")", true);
        expect("ALARM(\"q\\\"q\")", true);
        expect("ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:a)", true);
        expect("ALARM(\"arn:aws:cloudwatch:us-east-1:123456789012:alarm:a\")", true);
        // AND binds tighter.
        expect("TRUE OR TRUE AND FALSE", true);
        expect("(TRUE OR TRUE) AND FALSE", false);
        expect("FALSE AND TRUE OR TRUE", true);
        expect("NOT FALSE AND FALSE", false);
        expect("NOT (FALSE AND FALSE)", true);
    }

    @Test
    void atLeastCountsWhatIsListed() {
        expect("AT_LEAST(2, ALARM, (a, b, o))", true);
        expect("AT_LEAST(3, ALARM, (a, b, o))", false);
        expect("AT_LEAST(2, NOT ALARM, (a, o, i))", true);
        expect("AT_LEAST(2, OK, (a, o, o))", true); // twice counts twice
        expect("AT_LEAST(66%, ALARM, (a, b, o))", true); // 1.98 of 3: 2
        expect("AT_LEAST(67%, ALARM, (a, b, o))", false); // 2.01 of 3: 3
        expect("AT_LEAST(100%, ALARM, (a, b))", true);
        expect("AT_LEAST(1%, OK, (a, b))", false);
        expect("NOT AT_LEAST(1, OK, (a, b)) AND TRUE", true);
    }

    @Test
    void theOperandsThatSufficeAreTold() {
        suffices("ALARM(a)", "a");
        suffices("OK(a)", "a");
        suffices("ALARM(a) OR ALARM(b)", "a");
        suffices("OK(a) OR ALARM(b)", "b");
        suffices("OK(a) OR OK(b)", "a", "b");
        suffices("ALARM(a) AND ALARM(b)", "a", "b");
        suffices("ALARM(a) AND OK(b) AND OK(a)", "b");
        suffices("NOT (ALARM(a) AND ALARM(b))", "a", "b");
        suffices("(ALARM(o) OR ALARM(b)) AND OK(p)", "b", "p");
        suffices("TRUE OR ALARM(a)");
        suffices("AT_LEAST(2, ALARM, (o, a, p, b))", "a", "b");
        suffices("AT_LEAST(1, ALARM, (o, a, p, b))", "a");
        suffices("AT_LEAST(3, ALARM, (a, o, b, p))", "o", "p"); // 4 - 3 + 1 of the others
        suffices("AT_LEAST(50%, NOT ALARM, (a, o, b, p))", "o", "p");
    }

    @Test
    void errorsNameTokenPlaceAndWhatCouldStandThere() {
        var operand = "'(', 'NOT', AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA";
        refuse("true", unsupported("true", 0, operand));
        refuse("", unsupported("<EOF>", 0, operand));
        refuse("TRUE and FALSE", unsupported("and", 5, "<EOF>, 'AND', 'OR'"));
        refuse("TRUE foo", unsupported("foo", 5, "<EOF>"));
        refuse("TRUE AND", unsupported("<EOF>", 8, operand));
        refuse("ALARM(ab alarm)", unsupported("alarm", 9, "')'"));
        refuse("(TRUE OR TRUE", unsupported("<EOF>", 13, "')', 'AND', 'OR'"));
        refuse("(TRUE x)", unsupported("x", 6, "')'"));
        refuse("ALARM a", unsupported("a", 6, "'('"));
        refuse("ALARM()", unsupported(")", 6, "ALARM NAME or ARN"));
        refuse("ALARM(\"a)", unsupported("\"a)", 6, "ALARM NAME or ARN"));
        refuse(
                "AT_LEAST(3, ALARM, (a, b))",
                "AT_LEAST absolute threshold must be between 1 and number of alarms (2)");
        refuse(
                "AT_LEAST(0, ALARM, (a, b))",
                "AT_LEAST absolute threshold must be between 1 and number of alarms (2)");
        refuse(
                "AT_LEAST(101%, ALARM, (a, b))",
                "AT_LEAST percentage threshold must be between 1 and 100");
        refuse(
                "AT_LEAST(0%, ALARM, (a, b))",
                "AT_LEAST percentage threshold must be between 1 and 100");
        refuse("AT_LEAST(1.5, ALARM, (a, b))", unsupported("1.5", 9, "NUMBER, PERCENTAGE NUMBER"));
        refuse(
                "AT_LEAST(2, BOGUS, (a, b))",
                unsupported("BOGUS", 12, "'NOT', ALARM, OK, or INSUFFICIENT_DATA"));
    }

    @Test
    void rulesAreBounded() {
        RuleParser.parse(alarms(RuleParser.MAX_CHILDREN));
        refuse(
                alarms(RuleParser.MAX_CHILDREN + 1),
                "AlarmRule must not refer to more than 100 alarms");
        RuleParser.parse(literals(RuleParser.MAX_ELEMENTS));
        refuse(
                literals(RuleParser.MAX_ELEMENTS + 1),
                "AlarmRule must not have more than 500 elements");
        refuse("(".repeat(5_000) + "TRUE", "AlarmRule must not nest deeper than 500");
        refuse("NOT ".repeat(2_000) + "TRUE", "AlarmRule must not nest deeper than 500");
    }

    private static String alarms(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "ALARM(a" + i + ")")
                .collect(Collectors.joining(" OR "));
    }

    private static String literals(int count) {
        return IntStream.range(0, count).mapToObj(_ -> "TRUE").collect(Collectors.joining(" AND "));
    }

    @Test
    void referencesAreOfTheTenant() {
        var arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:";
        assertThat(AlarmReference.check("a:b", TENANT)).isEqualTo("a:b");
        assertThat(AlarmReference.check(arn + "x:y", TENANT)).isEqualTo("x:y");
        assertThatThrownBy(
                        () -> AlarmReference.check(arn.replace("east-1", "west-2") + "x", TENANT))
                .hasMessage(
                        "Error in AlarmRule [Wrong ARN region, it was us-west-2 but us-east-1 was"
                                + " expected instead]");
        assertThatThrownBy(() -> AlarmReference.check(arn.replace("9012", "9999") + "x", TENANT))
                .hasMessage(
                        "A composite alarm cannot have a child relation with alarms from another"
                                + " AWS account");
    }

    /// Nothing but the modelled error ever comes of a rule.
    @Test
    void anyTextIsARuleOrAnError() {
        var pieces =
                new String[] {
                    "TRUE",
                    "FALSE",
                    "AND",
                    "OR",
                    "NOT",
                    "(",
                    ")",
                    ",",
                    "ALARM",
                    "OK",
                    "(a)",
                    "\"",
                    "\\",
                    "AT_LEAST",
                    "2",
                    "50%",
                    "99999999999",
                    "INSUFFICIENT_DATA",
                    "a",
                    "é",
                    "\n",
                    "AT_LEAST(1, ALARM, (a, b))",
                    "ALARM(\"x y\")",
                    "arn:aws:cloudwatch:r:1:alarm:"
                };
        var random = new Random(42);
        var rules = 0;
        for (var i = 0; i < 100_000; i++) {
            var text = new StringBuilder();
            for (var piece = random.nextInt(12); piece >= 0; piece--) {
                text.append(pieces[random.nextInt(pieces.length)])
                        .append(random.nextBoolean() ? " " : "");
            }
            try {
                RuleParser.parse(text.toString()).evaluate(_ -> StateValue.OK);
                rules++;
            } catch (AwsError refused) {
                assertThat(refused.code()).isEqualTo("ValidationException");
            }
        }
        assertThat(rules).isGreaterThan(100);
    }

    private static StateValue state(String reference) {
        return Objects.requireNonNull(STATES.get(reference));
    }

    private static void expect(String rule, boolean value) {
        assertThat(RuleParser.parse(rule).evaluate(RuleTest::state).value())
                .as(rule)
                .isEqualTo(value);
    }

    private static void suffices(String rule, String... references) {
        assertThat(RuleParser.parse(rule).evaluate(RuleTest::state).sufficient())
                .as(rule)
                .containsExactly(references);
    }

    private static String unsupported(String token, int position, String allowed) {
        return "Unsupported token '" + token + "' at char " + position + ", must be: " + allowed;
    }

    private static void refuse(String rule, String because) {
        assertThatThrownBy(() -> RuleParser.parse(rule))
                .isInstanceOf(AwsError.class)
                .hasMessage("Error in AlarmRule [" + because + "]");
    }
}
