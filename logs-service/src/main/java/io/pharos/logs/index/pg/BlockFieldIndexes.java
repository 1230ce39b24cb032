package io.pharos.logs.index.pg;

import io.pharos.logs.block.IndexedValues;
import io.pharos.logs.block.pg.IndexedFields;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.index.IndexPolicy;
import io.pharos.logs.insights.eval.IndexedFieldScan;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.pg.PgPolicies;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;

/// The fields that the policy in force indexes, in the messages of blocks.
@Singleton
public final class BlockFieldIndexes implements IndexedFields {
    private final InstantSource clock;

    public BlockFieldIndexes(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public IndexedValues.@Nullable Fields of(Connection connection, long groupId)
            throws SQLException {
        var group = PgLogGroups.find(connection, groupId);
        if (group.isEmpty()) {
            return null;
        }
        var policy =
                PgPolicies.history(connection, group.get())
                        .at(PolicyKind.FIELD_INDEX, clock.millis());
        if (policy == null) {
            return null;
        }
        var fields = new IndexedFieldScan(IndexPolicy.parse(policy.document()).fields().keySet());
        return fields.names().isEmpty() ? null : fields;
    }
}
