package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutQueryDefinitionRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;

import java.time.Instant;

class SdkJsonTest {
    @Test
    void writesLowerCamelCaseAndLeavesOutWhatIsUnset() {
        assertThat(
                        SdkJson.write(
                                PutMetricAlarmRequest.builder()
                                        .alarmName("cpu")
                                        .threshold(1.0)
                                        .actionsEnabled(true)
                                        .dimensions(d -> d.name("a").value("b"))
                                        .build()))
                .isEqualTo(
                        "{\"alarmName\":\"cpu\",\"actionsEnabled\":true,"
                                + "\"dimensions\":[{\"name\":\"a\",\"value\":\"b\"}],\"threshold\":1.0}");
        assertThat(SdkJson.write(PutMetricAlarmRequest.builder().build())).isEqualTo("{}");
    }

    @Test
    void printsTimesForPeopleAndBlobsAsText() {
        assertThat(
                        SdkJson.write(
                                GetMetricStatisticsRequest.builder()
                                        .startTime(Instant.parse("2026-11-21T00:35:48.126Z"))
                                        .build()))
                .isEqualTo("{\"startTime\":\"Nov 21, 2026, 12:35:48 AM\"}");
        assertThat(
                        SdkJson.write(
                                PutRecordRequest.builder()
                                        .data(SdkBytes.fromUtf8String("x"))
                                        .build()))
                .isEqualTo("{\"data\":\"eA==\"}");
    }

    @Test
    void hidesSecretsAndInventsNothing() {
        assertThat(
                        SdkJson.write(
                                CreateConnectionRequest.builder()
                                        .authParameters(a ->
                                                a.basicAuthParameters(
                                                                b -> b.username("u").password("p"))
                                                        .invocationHttpParameters(h ->
                                                                h.headerParameters(
                                                                        p ->
                                                                                p.key("k")
                                                                                        .value("v")
                                                                                        .isValueSecret(
                                                                                                true),
                                                                        p ->
                                                                                p.key("k")
                                                                                        .value(
                                                                                                "v"))))
                                        .build()))
                .contains("\"password\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"", "\"username\":\"u\"")
                .contains("\"value\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"", "\"value\":\"v\"");
        assertThat(SdkJson.write(PutQueryDefinitionRequest.builder().name("n").build()))
                .isEqualTo("{\"name\":\"n\"}");
    }
}
