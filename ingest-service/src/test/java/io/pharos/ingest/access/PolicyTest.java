package io.pharos.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.ingest.access.Principal.Verdict;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

class PolicyTest {
    private static final String READ_LOGS =
            """
            {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": ["logs:Describe*", "logs:GetLogEvents"], "Resource": "*"}]}
            """;
    private static final String NOTHING_BUT_METRICS =
            """
            {"Statement": {"Effect": "Deny", "NotAction": "cloudwatch:*", "Resource": ["*"]}}
            """;
    private static final String EVERYTHING =
            """
            {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
            """;

    @Test
    void allowsWhatAStatementCovers() {
        expect("logs:DescribeLogGroups", Verdict.ALLOWED, READ_LOGS);
        expect("LOGS:describeloggroups", Verdict.ALLOWED, READ_LOGS);
        expect("logs:CreateLogGroup", Verdict.NO_ALLOW, READ_LOGS);
        expect("logs:CreateLogGroup", Verdict.NO_ALLOW);
    }

    @Test
    void anExplicitDenyWins() {
        expect("logs:CreateLogGroup", Verdict.EXPLICIT_DENY, EVERYTHING, NOTHING_BUT_METRICS);
        expect("cloudwatch:PutMetricData", Verdict.ALLOWED, NOTHING_BUT_METRICS, EVERYTHING);
    }

    @Test
    void rootMayDoEverything() {
        assertThat(Principal.root("000000000000").mayCall("iam:CreateUser"))
                .isEqualTo(Verdict.ALLOWED);
    }

    @Test
    void refusesWhatItDoesNotEvaluate() {
        refuse("not json");
        refuse("{}");
        refuse("{\"Statement\":{\"Effect\":\"Maybe\",\"Action\":\"*\",\"Resource\":\"*\"}}");
        refuse("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\"}}");
        refuse("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:x\"}}");
        refuse(
                "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{}}}");
        refuse("[".repeat(3_000));
    }

    private static void expect(String action, Verdict verdict, String... policies) {
        var user =
                new Principal(
                        "000000000000",
                        "alice",
                        "AIDAEXAMPLE",
                        Arrays.stream(policies).map(Policy::parse).toList());
        assertThat(user.mayCall(action)).as(action).isEqualTo(verdict);
    }

    private static void refuse(String document) {
        assertThatThrownBy(() -> Policy.parse(document))
                .isInstanceOf(MalformedPolicyException.class);
    }
}
