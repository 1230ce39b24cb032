package io.pharos.logs.index.pg;

import io.pharos.logs.group.LogGroup;
import io.pharos.logs.index.IndexPolicy;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.query.FieldIndexes;

import jakarta.inject.Singleton;

import java.time.InstantSource;
import java.util.OptionalLong;
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
    public OptionalLong since(LogGroup group, Set<String> fields) {
        return ALWAYS.containsAll(fields)
                ? OptionalLong.of(0)
                : IndexPolicy.since(policies.history(group), fields, clock.millis());
    }
}
