package io.pharos.logs.account.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.emf.api.MetricExtractionPolicies;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.index.api.AccountFieldIndexes;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.protection.api.AccountDataProtection;
import io.pharos.logs.transform.api.AccountTransformers;
import io.pharos.logs.view.Policies;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.AccountPolicy;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Account policies that hold by receive time, on a real PostgreSQL.
class AccountPolicyTypesIT {
    private static final String TRANSFORMER = "[{\"parseJSON\":{}}]";
    private static final String INDEX = "{\"Fields\":[\"requestId\"]}";

    private final SteppingClock clock = SteppingClock.at("2026-01-15T12:00:00Z");
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgPolicies policies = new PgPolicies(database, groups);
    private final AccountPolicyApi api =
            new AccountPolicyApi(
                    List.of(
                            new AccountDataProtection(policies, groups),
                            new AccountTransformers(policies),
                            new AccountFieldIndexes(policies),
                            new MetricExtractionPolicies(policies)));

    private <T> T call(Supplier<T> work) {
        return Calls.at(clock, work);
    }

    private AccountPolicy put(
            PolicyType type, String name, String document, @Nullable String criteria) {
        return call(() ->
                        api.putAccountPolicy(it ->
                                it.policyType(type)
                                        .policyName(name)
                                        .policyDocument(document)
                                        .selectionCriteria(criteria)))
                .accountPolicy();
    }

    private List<AccountPolicy> described(PolicyType type) {
        return call(() -> api.describeAccountPolicies(it -> it.policyType(type))).accountPolicies();
    }

    private @Nullable String holding(String group, PolicyKind kind) {
        var found = policies.history(groups.require(Calls.TENANT, group)).at(kind, clock.millis());
        return found == null ? null : found.document();
    }

    @Test
    void oneProtectsAllGroupsUntilItIsDeleted() {
        groups.create(Calls.TENANT, "app", Map.of(), false, 1);
        var document = Policies.protection("EmailAddress", null);
        var put = put(PolicyType.DATA_PROTECTION_POLICY, "mask", document, null);
        assertThat(put.lastUpdatedTime()).isEqualTo(clock.millis());
        assertThat(described(PolicyType.DATA_PROTECTION_POLICY)).containsExactly(put);
        assertThat(holding("app", PolicyKind.DATA_PROTECTION)).isEqualTo(document);
        assertThatThrownBy(() -> put(PolicyType.DATA_PROTECTION_POLICY, "two", document, null))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() ->
                        put(
                                PolicyType.DATA_PROTECTION_POLICY,
                                "mask",
                                document,
                                "LogGroupNamePrefix = \"a\""))
                .isInstanceOf(InvalidParameterException.class);
        delete(PolicyType.DATA_PROTECTION_POLICY, "mask");
        assertThat(holding("app", PolicyKind.DATA_PROTECTION)).isNull();
        assertThatThrownBy(() -> delete(PolicyType.DATA_PROTECTION_POLICY, "mask"))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    private void delete(PolicyType type, String name) {
        call(() -> api.deleteAccountPolicy(it -> it.policyType(type).policyName(name)));
    }

    @Test
    void prefixesDoNotOverlapAndAGroupsOwnPolicyGoesFirst() {
        groups.create(Calls.TENANT, "web/a", Map.of(), false, 1);
        groups.create(Calls.TENANT, "job", Map.of(), false, 1);
        put(PolicyType.TRANSFORMER_POLICY, "web", TRANSFORMER, "LogGroupNamePrefix = \"web/\"");
        assertThat(holding("web/a", PolicyKind.TRANSFORMER)).isEqualTo(TRANSFORMER);
        assertThat(holding("job", PolicyKind.TRANSFORMER)).isNull();
        for (var criteria : new String[] {"LogGroupNamePrefix = \"web/a\"", null}) {
            assertThatThrownBy(
                            () -> put(PolicyType.TRANSFORMER_POLICY, "more", TRANSFORMER, criteria))
                    .isInstanceOf(InvalidParameterException.class);
        }
        put(PolicyType.TRANSFORMER_POLICY, "job", TRANSFORMER, "LogGroupNamePrefix=\"j\"");
        assertThat(described(PolicyType.TRANSFORMER_POLICY)).hasSize(2);
        var own = "[{\"csv\":{}}]";
        policies.put(Calls.TENANT, "web/a", PolicyKind.TRANSFORMER, own, clock.millis());
        assertThat(holding("web/a", PolicyKind.TRANSFORMER)).isEqualTo(own);
    }

    @Test
    void metricsAreNotMadeOfWhatCriteriaMean() {
        groups.create(Calls.TENANT, "web", Map.of(), false, 1);
        var type = PolicyType.METRIC_EXTRACTION_POLICY;
        var put = put(type, "not", "{}", "LogGroupNamePrefix NOT IN [\"/aws/\"]");
        put(type, "aws", "{}", "LogGroupName IN [\"/aws/a\"]");
        assertThat(described(type)).hasSize(2).contains(put);
        assertThat(put.selectionCriteria()).isEqualTo("LogGroupNamePrefix NOT IN [\"/aws/\"]");
        for (var criteria : new String[] {"LogGroupName IN [\"web\"]", "LogGroupName", null}) {
            assertThatThrownBy(() -> put(type, "more", "{}", criteria))
                    .isInstanceOf(InvalidParameterException.class);
        }
        for (var i = 0; i < 3; i++) {
            put(type, "more" + i, "{}", "LogGroupName IN [\"/aws/b" + i + "\"]");
        }
        assertThatThrownBy(() -> put(type, "sixth", "{}", "LogGroupName IN [\"/aws/c\"]"))
                .isInstanceOf(LimitExceededException.class);
        // What is shown of events does not change.
        assertThat(policies.history(groups.require(Calls.TENANT, "web")).versions()).isEmpty();
        delete(type, "not");
        assertThat(described(type)).hasSize(4);
    }

    @Test
    void documentsAreChecked() {
        put(PolicyType.FIELD_INDEX_POLICY, "index", INDEX, null);
        assertThat(described(PolicyType.FIELD_INDEX_POLICY).getFirst().policyDocument())
                .isEqualTo(INDEX);
        for (var type :
                List.of(
                        PolicyType.FIELD_INDEX_POLICY,
                        PolicyType.TRANSFORMER_POLICY,
                        PolicyType.METRIC_EXTRACTION_POLICY,
                        PolicyType.DATA_PROTECTION_POLICY)) {
            assertThatThrownBy(() -> put(type, "bad", "[]", null))
                    .isInstanceOf(InvalidParameterException.class);
        }
    }
}
