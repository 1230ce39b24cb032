package io.pharos.logs.protection.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.group.DescribedLogGroup;
import io.pharos.logs.group.LogGroupSelection;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.view.Policies;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Data protection policies of groups on a real PostgreSQL.
class DataProtectionApiIT {
    private final SteppingClock clock = SteppingClock.at("2026-01-15T12:00:00Z");
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final DataProtectionApi api =
            new DataProtectionApi(new PgPolicies(database, groups), groups);

    @BeforeEach
    void group() {
        groups.create(Calls.TENANT, "app", Map.of(), false, 1);
    }

    private <T> T call(Supplier<T> work) {
        return Calls.at(clock, work);
    }

    private DescribedLogGroup described() {
        return groups.list(
                        Calls.TENANT, new LogGroupSelection(null, null, List.of(), null, null), 1)
                .getFirst();
    }

    @Test
    void aPolicyIsPutShownAndDeleted() {
        assertThat(described().dataProtection()).isNull();
        var none = call(() -> api.getDataProtectionPolicy(it -> it.logGroupIdentifier("app")));
        assertThat(none.policyDocument()).isNull();
        var document = Policies.protection("EmailAddress", null);
        var put =
                call(() ->
                        api.putDataProtectionPolicy(
                                it -> it.logGroupIdentifier("app").policyDocument(document)));
        assertThat(put.policyDocument()).isEqualTo(document);
        assertThat(put.lastUpdatedTime()).isEqualTo(clock.millis());
        assertThat(described().dataProtection()).isTrue();
        var found = call(() -> api.getDataProtectionPolicy(it -> it.logGroupIdentifier("app")));
        assertThat(found.policyDocument()).isEqualTo(document);
        call(() -> api.deleteDataProtectionPolicy(it -> it.logGroupIdentifier("app")));
        assertThat(described().dataProtection()).isFalse();
        assertThatThrownBy(() ->
                        call(() ->
                                api.deleteDataProtectionPolicy(it -> it.logGroupIdentifier("app"))))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void findingsGoToAGroupThatExists() {
        assertThatThrownBy(() ->
                        call(() ->
                                api.putDataProtectionPolicy(it ->
                                        it.logGroupIdentifier("app")
                                                .policyDocument(
                                                        Policies.protection("IpAddress", "none")))))
                .isInstanceOf(InvalidParameterException.class);
    }
}
