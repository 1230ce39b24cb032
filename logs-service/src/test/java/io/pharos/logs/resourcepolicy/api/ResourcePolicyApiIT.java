package io.pharos.logs.resourcepolicy.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.resourcepolicy.ResourcePolicy;
import io.pharos.logs.resourcepolicy.pg.PgResourcePolicies;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.OperationAbortedException;
import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyScope;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Resource policies on a real PostgreSQL.
class ResourcePolicyApiIT {
    private static final String DOCUMENT =
            """
            {"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"Service": ["events.amazonaws.com"]},
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}]}
            """;
    private static final String GROUP = "arn:aws:logs:eu-west-1:123456789012:log-group:/app";

    private final SteppingClock clock = SteppingClock.at("2026-05-01T12:00:00Z");
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final ResourcePolicyApi api =
            new ResourcePolicyApi(new PgResourcePolicies(database, groups));

    private <T> T call(Supplier<T> work) {
        return Calls.at(clock, work);
    }

    private String put(String name, Consumer<PutResourcePolicyRequest.Builder> more) {
        return call(() ->
                        api.putResourcePolicy(it ->
                                it.policyName(name).policyDocument(DOCUMENT).applyMutation(more)))
                .revisionId();
    }

    @Test
    void anAccountHasTen() {
        for (var i = 0; i < ResourcePolicy.MAX; i++) {
            assertThat(put("p" + i, it -> {})).isNull();
        }
        put("p3", it -> {});
        assertThatThrownBy(() -> put("more", it -> {})).isInstanceOf(LimitExceededException.class);
        var first = call(() -> api.describeResourcePolicies(it -> it.limit(7)));
        var second =
                call(() -> api.describeResourcePolicies(it -> it.nextToken(first.nextToken())));
        assertThat(first.resourcePolicies()).hasSize(7);
        assertThat(second.resourcePolicies())
                .extracting(it -> it.policyName())
                .containsExactly("p7", "p8", "p9");
        var shown = first.resourcePolicies().getFirst();
        assertThat(shown.policyDocument()).isEqualTo(DOCUMENT);
        assertThat(shown.policyScope()).isEqualTo(PolicyScope.ACCOUNT);
        call(() -> api.deleteResourcePolicy(it -> it.policyName("p3")));
        assertThatThrownBy(() -> call(() -> api.deleteResourcePolicy(it -> it.policyName("p3"))))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Policy with name [p3] does not exist.");
    }

    @Test
    void whoChangesTheOneOfAGroupHasSeenIt() {
        groups.create(Calls.TENANT, "/app", Map.of(), false, 1);
        var first = put("p", it -> it.resourceArn(GROUP));
        var second = put("q", it -> it.resourceArn(GROUP + ":*").expectedRevisionId(first));
        assertThat(second).isNotEqualTo(first);
        for (var stale : new String[] {null, first, "nobody's"}) {
            assertThatThrownBy(
                            () -> put("r", it -> it.resourceArn(GROUP).expectedRevisionId(stale)))
                    .isInstanceOf(OperationAbortedException.class);
        }
        assertThat(call(() -> api.describeResourcePolicies(it -> {})).resourcePolicies()).isEmpty();
        var all = call(() -> api.describeResourcePolicies(it -> it.policyScope("RESOURCE")));
        assertThat(all.resourcePolicies())
                .singleElement()
                .satisfies(policy -> {
                    assertThat(policy.policyName()).isEqualTo("q");
                    assertThat(policy.resourceArn()).isEqualTo(GROUP);
                    assertThat(policy.revisionId()).isEqualTo(second);
                });
        call(() ->
                api.deleteResourcePolicy(it -> it.resourceArn(GROUP).expectedRevisionId(second)));
        assertThat(
                        call(() -> api.describeResourcePolicies(it -> it.resourceArn(GROUP)))
                                .resourcePolicies())
                .isEmpty();
        put("p", it -> it.resourceArn(GROUP));
        groups.delete(Calls.TENANT, "/app", clock.millis());
        assertThat(
                        call(() -> api.describeResourcePolicies(it -> it.policyScope("RESOURCE")))
                                .resourcePolicies())
                .isEmpty();
    }

    @Test
    void whatIsNoPolicyIsRefused() {
        for (Supplier<?> bad :
                List.<Supplier<?>>of(
                        () -> put("p", it -> it.policyDocument("{")),
                        () -> put("p", it -> it.policyDocument("{\"Statement\": []}")),
                        () -> put("p", it -> it.policyDocument("[1]")),
                        () -> put("p", it -> it.policyDocument(DOCUMENT.replace("Allow", "Deny"))),
                        () -> put("p", it -> it.policyDocument(DOCUMENT.replace("Action", "X"))),
                        () -> put("p", it -> it.policyDocument(" ".repeat(51_201))),
                        () -> put("p\0", it -> {}),
                        () -> put("p", it -> it.expectedRevisionId("x")),
                        () -> put("p", it -> it.policyName(null)),
                        () -> api.deleteResourcePolicy(it -> {}),
                        () -> api.describeResourcePolicies(it -> it.policyScope("ALL")),
                        () -> api.describeResourcePolicies(it -> it.limit(51)))) {
            assertThatThrownBy(() -> call(bad)).isInstanceOf(InvalidParameterException.class);
        }
        assertThatThrownBy(() -> put("p", it -> it.resourceArn(GROUP)))
                .isInstanceOf(ResourceNotFoundException.class);
    }
}
