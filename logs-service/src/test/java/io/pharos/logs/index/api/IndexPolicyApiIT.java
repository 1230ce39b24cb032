package io.pharos.logs.index.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.index.pg.PgIndexTimes;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.FieldIndex;
import software.amazon.awssdk.services.cloudwatchlogs.model.IndexSource;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.util.Map;
import java.util.function.Supplier;

/// Field index policies of groups on a real PostgreSQL.
class IndexPolicyApiIT {
    private final SteppingClock clock = SteppingClock.at("2026-01-15T12:00:00Z");
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final IndexPolicyApi api =
            new IndexPolicyApi(
                    new PgPolicies(database, groups), groups, new PgIndexTimes(database));

    private <T> T call(Supplier<T> work) {
        return Calls.at(clock, work);
    }

    private void put(String document) {
        call(() ->
                api.putIndexPolicy(it ->
                        it.logGroupIdentifier("app").policyDocument(document.replace('\'', '"'))));
    }

    @Test
    void aPolicyIsPutDescribedAndDeleted() {
        groups.create(Calls.TENANT, "app", Map.of(), false, 1);
        put("{'Fields':['requestId'],'FieldsV2':{'region':{'type':'FACET'}}}");
        var described = call(() -> api.describeIndexPolicies(it -> it.logGroupIdentifiers("app")));
        assertThat(described.indexPolicies()).hasSize(1);
        var policy = described.indexPolicies().getFirst();
        assertThat(policy.logGroupIdentifier())
                .isEqualTo("arn:aws:logs:eu-west-1:123456789012:log-group:app");
        assertThat(policy.source()).isEqualTo(IndexSource.LOG_GROUP);
        assertThat(policy.lastUpdateTime()).isEqualTo(clock.millis());
        var fields = call(() -> api.describeFieldIndexes(it -> it.logGroupIdentifiers("app")));
        assertThat(fields.fieldIndexes())
                .extracting(FieldIndex::fieldIndexName, FieldIndex::typeAsString)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("requestId", "FIELD_INDEX"),
                        org.assertj.core.api.Assertions.tuple("region", "FACET"));
        call(() -> api.deleteIndexPolicy(it -> it.logGroupIdentifier("app")));
        assertThat(
                        call(() -> api.describeIndexPolicies(it -> it.logGroupIdentifiers("app")))
                                .indexPolicies())
                .isEmpty();
        assertThatThrownBy(
                        () -> call(() -> api.deleteIndexPolicy(it -> it.logGroupIdentifier("app"))))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void refusesWhatIsNoPolicy() {
        groups.create(Calls.TENANT, "app", Map.of(), false, 1);
        for (var document :
                new String[] {
                    "x",
                    "{}",
                    "{'Fields':[]}",
                    "{'Fields':'a'}",
                    "{'Fields':[1]}",
                    "{'Fields':['a','a']}",
                    "{'Fields':['" + "a".repeat(101) + "']}",
                    "{'FieldsV2':{'a':{'type':'X'}}}",
                    "{'Field':['a']}",
                    "{'Fields':['1','2','3','4','5','6','7','8','9','10','11','12','13','14','15',"
                            + "'16','17','18','19','20','21']}"
                }) {
            assertThatThrownBy(() -> put(document))
                    .as(document)
                    .isInstanceOf(InvalidParameterException.class)
                    .hasMessageContaining("Invalid index policy");
        }
    }
}
