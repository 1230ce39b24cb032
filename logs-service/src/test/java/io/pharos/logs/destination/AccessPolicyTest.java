package io.pharos.logs.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

class AccessPolicyTest {
    private static final String ARN = "arn:aws:logs:eu-west-1:123456789012:destination:d";

    private static String statement(String effect, String principal, String action) {
        return "{\"Effect\":\"%s\",\"Principal\":%s,\"Action\":\"%s\",\"Resource\":\"%s\"}"
                .formatted(effect, principal, action, ARN);
    }

    private static boolean admits(String account, String... statements) {
        var document =
                "{\"Version\":\"2012-10-17\",\"Statement\":[" + String.join(",", statements) + "]}";
        return AccessPolicy.parse(document, ARN).admits(account);
    }

    @Test
    void allowsWhomItNames() {
        var put = "logs:PutSubscriptionFilter";
        assertThat(admits("111111111111", statement("Allow", "{\"AWS\":\"111111111111\"}", put)))
                .isTrue();
        assertThat(admits("222222222222", statement("Allow", "{\"AWS\":\"111111111111\"}", put)))
                .isFalse();
        var root = "{\"AWS\":[\"arn:aws:iam::111111111111:root\",\"333333333333\"]}";
        assertThat(admits("111111111111", statement("Allow", root, "logs:*"))).isTrue();
        assertThat(admits("333333333333", statement("Allow", root, "*"))).isTrue();
        assertThat(admits("111111111111", statement("Allow", "\"*\"", put))).isTrue();
        assertThat(admits("111111111111", statement("Allow", "\"*\"", "logs:PutLogEvents")))
                .isFalse();
    }

    @Test
    void aDenyWins() {
        var put = "logs:PutSubscriptionFilter";
        var all = statement("Allow", "\"*\"", put);
        var denied = statement("Deny", "{\"AWS\":\"111111111111\"}", put);
        assertThat(admits("111111111111", all, denied)).isFalse();
        assertThat(admits("222222222222", all, denied)).isTrue();
    }

    @Test
    void otherDestinationsDoNotCount() {
        var other = statement("Allow", "\"*\"", "logs:*").replace(":d\"", ":e\"");
        assertThat(admits("111111111111", other)).isFalse();
    }

    @Test
    void whatIsNotEvaluatedIsRefused() {
        for (var document :
                new String[] {
                    "",
                    "[]",
                    "{}",
                    "{\"Statement\":[]}",
                    "{\"Statement\":[1]}",
                    "{\"Statement\":{\"Effect\":\"Allow\"}}",
                    "{\"Statement\":"
                            + statement("Allow", "{\"AWS\":\"somebody\"}", "logs:*")
                            + "}",
                    "{\"Statement\":"
                            + statement("Allow", "\"*\"", "logs:*")
                                    .replace("}", ",\"Condition\":{}}")
                            + "}"
                }) {
            assertThatThrownBy(() -> AccessPolicy.parse(document, ARN))
                    .as(document)
                    .isInstanceOf(InvalidParameterException.class);
        }
    }
}
