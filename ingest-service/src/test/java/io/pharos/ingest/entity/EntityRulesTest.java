package io.pharos.ingest.entity;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class EntityRulesTest {
    private static final int MAX_VALUE = 18;
    private static final Map<String, String> SQS = Map.of("Type", "AWS::Service", "Name", "SQS");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Type=Service Name=api Environment=prod                       |
                    Type=Service Name=api Environment=prod AwsAccountId=1        |
                    Type=AWS::Service Name=SQS                                   |
                    Type=RemoteService Name=api                                  |
                    Type=Resource ResourceType=AWS::EC2::Instance Identifier=i-1 |
                                                                                 | InvalidEntity
                    Name=api Environment=prod                                    | MissingRequiredFields
                    Type=Servant Name=api                                        | InvalidTypeValue
                    Type=Service Name=api                                        | MissingRequiredFields
                    Type=AWS::Resource Identifier=i-1                            | MissingRequiredFields
                    Type=AWS::Service Name=SQS Colour=red                        | InvalidKeyAttributes
                    Type=AWS::Service Name=                                      | InvalidKeyAttributes
                    Type=AWS::Service Name=1234567890123456789                   | EntitySizeTooLarge
                    """)
    void aTypeSaysWhichKeyAttributesThereMustBe(
            @Nullable String keyAttributes, @Nullable String errorType) {
        var pairs =
                keyAttributes == null
                        ? Map.<String, String>of()
                        : Arrays.stream(keyAttributes.split(" "))
                                .map(pair -> pair.split("=", 2))
                                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        assertThat(errorType(pairs, Map.of())).isEqualTo(errorType);
    }

    @Test
    void attributesAreBounded() {
        assertThat(errorType(SQS, attributes(10))).isNull();
        assertThat(errorType(SQS, attributes(11))).isEqualTo("InvalidAttributes");
        assertThat(errorType(SQS, Map.of("n".repeat(256), "v"))).isNull();
        assertThat(errorType(SQS, Map.of("n".repeat(257), "v"))).isEqualTo("EntitySizeTooLarge");
    }

    private static Map<String, String> attributes(int count) {
        return IntStream.range(0, count)
                .boxed()
                .collect(Collectors.toMap(i -> "a" + i, String::valueOf));
    }

    private static @Nullable String errorType(
            Map<String, String> keyAttributes, Map<String, String> attributes) {
        return EntityRules.check(keyAttributes, attributes, MAX_VALUE)
                .map(EntityDefect::errorType)
                .orElse(null);
    }
}
