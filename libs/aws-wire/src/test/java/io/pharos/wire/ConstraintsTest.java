package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

import java.util.List;
import java.util.regex.Pattern;

class ConstraintsTest {
    private static final List<String> STATES = List.of("INSUFFICIENT_DATA", "ALARM", "OK");

    @Test
    void tellsWhatAwsTells() {
        expect(
                Constraints.check().oneOf("stateValue", "INVALID", STATES),
                "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy"
                        + " constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM,"
                        + " OK]");
        expect(
                Constraints.check().required("stateValue", null),
                "1 validation error detected: Value null at 'stateValue' failed to satisfy"
                        + " constraint: Member must not be null");
        expect(
                Constraints.check()
                        .pattern("name", "a b", Pattern.compile("[\\.\\-_A-Za-z0-9]+"))
                        .length("name", "a b", 1, 2)
                        .range("limit", 0, 1, 100),
                "3 validation errors detected: Value 'a b' at 'name' failed to satisfy constraint:"
                        + " Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; Value"
                        + " 'a b' at 'name' failed to satisfy constraint: Member must have length less"
                        + " than or equal to 2; Value '0' at 'limit' failed to satisfy constraint:"
                        + " Member must have value greater than or equal to 1");
        expect(
                Constraints.check().size("alarmNames", List.of(), 1, 100),
                "1 validation error detected: Value '[]' at 'alarmNames' failed to satisfy"
                        + " constraint: Member must have length greater than or equal to 1");
    }

    @Test
    void letsValidAndUnsetValuesPass() {
        assertThatCode(() ->
                        Constraints.check()
                                .required("a", "x")
                                .length("a", "x", 1, 1)
                                .length("b", null, 1, 1)
                                .size("c", null, 1, 1)
                                .range("d", null, 1, 1)
                                .atLeast("e", 5, 5)
                                .pattern("f", null, Pattern.compile("x"))
                                .oneOf("g", null, STATES)
                                .oneOf("h", "OK", STATES)
                                .orThrow())
                .doesNotThrowAnyException();
    }

    @Test
    void throwsWhatTheServiceThrows() {
        assertThatThrownBy(() ->
                        Constraints.check()
                                .required("logGroupName", null)
                                .orThrow(m ->
                                        InvalidParameterException.builder().message(m).build()))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageStartingWith("1 validation error detected:");
    }

    private static void expect(Constraints constraints, String message) {
        assertThatThrownBy(constraints::orThrow).isInstanceOf(AwsError.class).hasMessage(message);
    }
}
