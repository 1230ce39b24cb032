package io.pharos.events.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.stream.BusEvent;

import org.junit.jupiter.api.Test;

class EnvelopeTest {
    @Test
    void hasAwsMembersInAwsOrder() {
        var event =
                BusEvent.newBuilder()
                        .setId("6a7e8feb-b491-4cf7-a9f1-bf3703467718")
                        .setDetailType("order \"placed\"")
                        .setSource("com.acme.shop")
                        .setAccount("123456789012")
                        .setRegion("us-east-1")
                        .setTimeMs(1_769_768_130_999L)
                        .addResources("arn:a")
                        .addResources("arn:b")
                        .setDetail(
                                "{ \"total\" : 12.50,\n \"b\": \" a \\\" b \", \"a\":[ 1e3 , {} ] }")
                        .build();
        assertThat(Envelope.json(event))
                .isEqualTo(
                        "{\"version\":\"0\",\"id\":\"6a7e8feb-b491-4cf7-a9f1-bf3703467718\",\"detail-type\":\"order \\\"placed\\\"\","
                                + "\"source\":\"com.acme.shop\",\"account\":\"123456789012\",\"time\":\"2026-01-30T10:15:30Z\","
                                + "\"region\":\"us-east-1\",\"resources\":[\"arn:a\",\"arn:b\"],"
                                + "\"detail\":{\"total\":12.50,\"b\":\" a \\\" b \",\"a\":[1e3,{}]}}");
    }
}
