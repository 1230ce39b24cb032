package io.pharos.logs.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

class FieldSelectionTest {
    private static final Tenant TENANT = new Tenant("123456789012", "eu-west-1");

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "@aws.region = \"eu-west-1\"; true",
                "@aws.region = \"us-east-1\"; false",
                "@aws.region != \"us-east-1\"; true",
                "@aws.account IN [\"123456789012\", \"987654321098\"]; true",
                "@aws.account IN [\"987654321098\"]; false",
                "@aws.account NOT IN [\"987654321098\"]; true",
                "@aws.region='eu-west-1'AND @aws.account='1'; false",
                "@aws.region = \"x\" AND @aws.account = \"y\" OR @aws.region = \"eu-west-1\"; true",
                "@aws.region = \"x\" AND (@aws.account = \"y\" OR @aws.region = \"eu-west-1\"); false",
                "`  `; true",
            })
    void selectsByWhereEventsComeFrom(String criteria, boolean covers) {
        assertThat(FieldSelection.covers(criteria, TENANT)).isEqualTo(covers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "@aws.region",
                "@aws.region =",
                "@aws.region = eu",
                "@aws.region = \"eu",
                "@aws.region IN []",
                "@aws.region IN [\"a\",]",
                "@aws.region NOT \"a\"",
                "@source.log = \"a\"",
                "(@aws.region = \"a\"",
                "@aws.region = \"a\" @aws.region = \"a\"",
                "@aws.region = \"a\" and @aws.region = \"a\"",
                "AND",
            })
    void whatIsNoneIsRefused(String criteria) {
        assertThatThrownBy(() -> FieldSelection.check(criteria, TENANT))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void depthAndLengthAreBounded() {
        var one = "@aws.region = \"eu-west-1\"";
        var deepest =
                "(".repeat(FieldSelection.MAX_DEPTH) + one + ")".repeat(FieldSelection.MAX_DEPTH);
        assertThat(FieldSelection.covers(deepest, TENANT)).isTrue();
        assertThatThrownBy(() -> FieldSelection.covers("(" + deepest + ")", TENANT))
                .isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() ->
                        FieldSelection.check(one + " ".repeat(FieldSelection.MAX_LENGTH), TENANT))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("fieldSelectionCriteria");
    }
}
