package io.pharos.logs.destination.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.account.api.AccountPolicyApi;
import io.pharos.logs.destination.config.OutletSettings;
import io.pharos.logs.destination.http.Outlets;
import io.pharos.logs.destination.http.Reach;
import io.pharos.logs.destination.pg.PgDestinations;
import io.pharos.logs.subscription.api.Subscribing;
import io.pharos.logs.subscription.api.SubscriptionPolicies;
import io.pharos.logs.subscription.pg.PgAccountSubscriptions;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.AccessDeniedException;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteAccountPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDestinationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeAccountPoliciesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDestinationsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutAccountPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDestinationPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDestinationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Destinations and account policies over a real database; streams named `Gone` do not exist.
class DestinationApiIT {
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
    private static final String STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/";
    private static final Tenant OTHER = new Tenant("999999999999", "eu-west-1");

    private final List<String> probed = new ArrayList<>();
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgDestinations destinations = new PgDestinations(database);
    private final Reach reach =
            new Reach(_ -> new Streams(), new Outlets(new OutletSettings(null, null, null, null)));
    private final Subscribing subscribing = new Subscribing(destinations, reach);
    private final DestinationApi api = new DestinationApi(destinations, reach);
    private final AccountPolicyApi policies =
            new AccountPolicyApi(
                    List.of(
                            new SubscriptionPolicies(
                                    new PgAccountSubscriptions(database), subscribing)));

    private final class Streams implements KinesisClient {
        @Override
        public DescribeStreamSummaryResponse describeStreamSummary(
                DescribeStreamSummaryRequest request) {
            if (request.streamName().equals("Gone")) {
                throw KinesisException.builder().message("gone").build();
            }
            return DescribeStreamSummaryResponse.builder()
                    .streamDescriptionSummary(s -> s.streamStatus(StreamStatus.ACTIVE))
                    .build();
        }

        @Override
        public PutRecordResponse putRecord(PutRecordRequest request) {
            probed.add(request.streamName());
            return PutRecordResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private static <T> T call(Supplier<T> call) {
        return Calls.as(Calls.TENANT, NOW, call);
    }

    private String put(String name, String target) {
        var request =
                PutDestinationRequest.builder()
                        .destinationName(name)
                        .targetArn(target)
                        .roleArn("arn:aws:iam::123456789012:role/r")
                        .build();
        return call(() -> api.putDestination(request)).destination().arn();
    }

    @Test
    void destinationsArePutDescribedAndDeleted() {
        assertThat(put("b", STREAM + "S"))
                .isEqualTo("arn:aws:logs:eu-west-1:123456789012:destination:b");
        put("a", STREAM + "S");
        put("a", STREAM + "T");
        assertThat(probed).containsExactly("S", "S", "T");
        var first =
                call(() ->
                        api.describeDestinations(
                                DescribeDestinationsRequest.builder().limit(1).build()));
        assertThat(first.destinations())
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.destinationName()).isEqualTo("a");
                    assertThat(d.targetArn()).isEqualTo(STREAM + "T");
                    assertThat(d.accessPolicy()).isNull();
                });
        var second =
                call(() ->
                        api.describeDestinations(
                                DescribeDestinationsRequest.builder()
                                        .limit(1)
                                        .nextToken(first.nextToken())
                                        .build()));
        assertThat(second.destinations()).extracting(d -> d.destinationName()).containsExactly("b");
        assertThat(second.nextToken()).isNull();
        var delete = DeleteDestinationRequest.builder().destinationName("a").build();
        call(() -> api.deleteDestination(delete));
        assertThatThrownBy(() -> call(() -> api.deleteDestination(delete)))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> put("c", STREAM + "Gone"))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("Could not deliver test message");
        assertThatThrownBy(() -> put("c", STREAM.replace("123456789012", "000000000000") + "S"))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void whoMaySubscribeIsThePolicysToSay() {
        var arn = put("d", STREAM + "S");
        var now = NOW.toEpochMilli();
        subscribing.requireReach(Calls.TENANT, arn, now);
        assertThatThrownBy(() -> subscribing.requireReach(OTHER, arn, now))
                .isInstanceOf(AccessDeniedException.class);
        var policy =
                """
                {"Version": "2012-10-17", "Statement": [{"Sid": "", "Effect": "Allow",
                 "Principal": {"AWS": "999999999999"}, "Action": "logs:PutSubscriptionFilter",
                 "Resource": "%s"}]}
                """
                        .formatted(arn);
        call(() ->
                api.putDestinationPolicy(
                        PutDestinationPolicyRequest.builder()
                                .destinationName("d")
                                .accessPolicy(policy)
                                .build()));
        subscribing.requireReach(OTHER, arn, now);
        assertThat(
                        call(() ->
                                        api.describeDestinations(
                                                DescribeDestinationsRequest.builder().build()))
                                .destinations()
                                .getFirst()
                                .accessPolicy())
                .isEqualTo(policy);
        assertThatThrownBy(() -> subscribing.requireReach(OTHER, arn + "x", now))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    private static PutAccountPolicyRequest.Builder policy(String document) {
        return PutAccountPolicyRequest.builder()
                .policyName("p")
                .policyType(PolicyType.SUBSCRIPTION_FILTER_POLICY)
                .policyDocument(document);
    }

    @Test
    void anAccountHasOneSubscriptionPolicy() {
        var document =
                "{\"DestinationArn\":\"%sS\",\"RoleArn\":\"r\",\"FilterPattern\":\"ERROR\"}"
                        .formatted(STREAM);
        var criteria = "LogGroupName NOT IN [\"a\", \"b\"]";
        var put =
                call(() ->
                        policies.putAccountPolicy(
                                policy(document).selectionCriteria(criteria).build()));
        assertThat(put.accountPolicy().policyDocument()).isEqualTo(document);
        assertThat(put.accountPolicy().selectionCriteria()).isEqualTo(criteria);
        assertThat(put.accountPolicy().accountId()).isEqualTo("123456789012");
        assertThatThrownBy(() ->
                        call(() ->
                                policies.putAccountPolicy(
                                        policy(document).policyName("q").build())))
                .isInstanceOf(LimitExceededException.class);
        var describe =
                DescribeAccountPoliciesRequest.builder()
                        .policyType(PolicyType.SUBSCRIPTION_FILTER_POLICY)
                        .build();
        assertThat(call(() -> policies.describeAccountPolicies(describe)).accountPolicies())
                .containsExactly(put.accountPolicy());
        var delete =
                DeleteAccountPolicyRequest.builder()
                        .policyName("p")
                        .policyType(PolicyType.SUBSCRIPTION_FILTER_POLICY)
                        .build();
        call(() -> policies.deleteAccountPolicy(delete));
        assertThat(call(() -> policies.describeAccountPolicies(describe)).accountPolicies())
                .isEmpty();
        assertThatThrownBy(() -> call(() -> policies.deleteAccountPolicy(delete)))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void badPoliciesAreRefused() {
        for (var document :
                new String[] {
                    "no",
                    "[]",
                    "{}",
                    "{\"DestinationArn\":\"%sS\"}".formatted(STREAM),
                    "{\"DestinationArn\":\"%sGone\",\"RoleArn\":\"r\"}".formatted(STREAM),
                    "{\"DestinationArn\":\"%sS\",\"RoleArn\":\"r\",\"Odd\":\"\"}".formatted(STREAM)
                }) {
            assertThatThrownBy(
                            () -> call(() -> policies.putAccountPolicy(policy(document).build())))
                    .as(document)
                    .isInstanceOf(InvalidParameterException.class);
        }
        var good = "{\"DestinationArn\":\"%sS\",\"RoleArn\":\"r\"}".formatted(STREAM);
        assertThatThrownBy(() ->
                        call(() ->
                                policies.putAccountPolicy(
                                        policy(good)
                                                .selectionCriteria("LogGroupName IN [\"a\"]")
                                                .build())))
                .isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() ->
                        call(() ->
                                policies.putAccountPolicy(
                                        policy(good)
                                                .policyType(PolicyType.METRIC_EXTRACTION_POLICY)
                                                .build())))
                .isInstanceOf(AwsError.class);
    }
}
