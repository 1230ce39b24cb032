package io.pharos.logs.emf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

class ExtractionCriteriaTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
"""
LogGroupName IN ["a", "b"] => a => true
LogGroupName IN ["a", "b"] => ab => false
LogGroupName NOT IN ["a"] => a => false
LogGroupName NOT IN ["a"] => ab => true
LogGroupNamePrefix IN ["/aws/"] => /aws/x => true
LogGroupNamePrefix IN ["/aws/"] => /aw => false
LogGroupNamePrefix NOT IN [ "/aws/1" , "/aws/2" ] => /aws/22 => false
LogGroupNamePrefix  NOT  IN["/aws/1"] => /aws/2 => true
'' => anything => true
""")
    void covers(String criteria, String logGroup, boolean does) {
        assertThat(ExtractionCriteria.parse(criteria).covers(logGroup)).isEqualTo(does);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
"""
'' => LogGroupName IN ["a"] => true
'' => LogGroupName NOT IN ["a"] => true
LogGroupName IN ["a"] => LogGroupName IN ["b"] => false
LogGroupName IN ["a", "c"] => LogGroupName IN ["b", "c"] => true
LogGroupNamePrefix IN ["my-log"] => LogGroupNamePrefix IN ["my-logging"] => true
LogGroupNamePrefix IN ["my-log"] => LogGroupName IN ["my-log/prod"] => true
LogGroupNamePrefix IN ["my-log"] => LogGroupName IN ["my"] => false
LogGroupNamePrefix NOT IN ["x"] => LogGroupNamePrefix NOT IN ["y"] => true
LogGroupNamePrefix NOT IN ["/aws/lambda"] => LogGroupName IN ["/aws/lambda/function1"] => false
LogGroupNamePrefix NOT IN ["/aws/lambda"] => LogGroupNamePrefix IN ["/aws"] => true
LogGroupName NOT IN ["a"] => LogGroupNamePrefix IN ["a"] => true
LogGroupName NOT IN ["a", "b"] => LogGroupName IN ["b"] => false
""")
    void overlaps(String one, String other, boolean they) {
        var first = ExtractionCriteria.parse(one);
        var second = ExtractionCriteria.parse(other);
        assertThat(first.overlaps(second)).isEqualTo(they);
        assertThat(second.overlaps(first)).isEqualTo(they);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LogGroupName = \"a\"",
                "LogGroupName IN []",
                "LogGroupName IN [1]",
                "LogGroupName IN [\"a b\"]",
                "LogGroupName IN [\"a\"",
                "LogGroupArn IN [\"a\"]",
                "LogGroupName IN {\"a\":\"b\"}"
            })
    void othersAreRefused(String criteria) {
        assertThatThrownBy(() -> ExtractionCriteria.parse(criteria))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void fiftyValues() {
        assertThat(ExtractionCriteria.parse(list(50)).values()).hasSize(50);
        assertThatThrownBy(() -> ExtractionCriteria.parse(list(51)))
                .isInstanceOf(InvalidParameterException.class);
    }

    private static String list(int size) {
        return "LogGroupName IN [" + "\"a\",".repeat(size - 1) + "\"a\"]";
    }
}
