package io.pharos.logs.index.pg;

import io.pharos.logs.group.LogGroup;
import io.pharos.logs.index.IndexPolicy;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.query.FieldIndexes;

import jakarta.inject.Singleton;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/// The fields that a group's policy indexes, or its account's, beside those of all groups.
@Singleton
public final class GroupFieldIndexes implements FieldIndexes {
    private final PgPolicies policies;
    private final InstantSource clock;

    public GroupFieldIndexes(PgPolicies policies, InstantSource clock) {
        this.policies = policies;
        this.clock = clock;
    }

    @Override
    public boolean have(LogGroup group, Set<String> fields) {
        if (ALWAYS.containsAll(fields)) {
            return true;
        }
        var policy = policies.history(group).at(PolicyKind.FIELD_INDEX, clock.millis());
        if (policy == null) {
            return false;
        }
        var indexed = new HashSet<>(IndexPolicy.parse(policy.document()).fields().keySet());
        indexed.addAll(ALWAYS);
        return indexed.containsAll(fields);
    }
}
