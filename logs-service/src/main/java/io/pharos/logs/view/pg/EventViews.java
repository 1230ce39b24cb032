package io.pharos.logs.view.pg;

import io.pharos.kit.StreamBatch;
import io.pharos.logs.filter.pg.GroupFilters;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.ingest.ArrivalView;
import io.pharos.logs.ingest.stream.ArrivalViews;
import io.pharos.logs.ingest.stream.CurrentViews;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.view.EventView;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.sql.SQLException;
import java.util.List;

/// The views of groups. Consumers remember them until some policy changes: a group without one costs
/// nothing more.
@Singleton
public final class EventViews implements ArrivalViews, CurrentViews {
    private final PgPolicies policies;
    private final PgLogGroups groups;
    private final GroupFilters<EventView> known =
            new GroupFilters<>((connection, group) -> {
                var history = PgPolicies.history(connection, group);
                return history.versions().isEmpty()
                        ? List.of()
                        : List.of(EventView.of(group, history));
            });

    public EventViews(PgPolicies policies, PgLogGroups groups) {
        this.policies = policies;
        this.groups = groups;
    }

    /// As it is now, for a reader.
    public EventView of(LogGroup group) {
        return EventView.of(group, policies.history(group));
    }

    @Override
    public ArrivalView of(StreamBatch batch, LogGroup group) throws SQLException {
        var view = known.of(batch, group);
        return view.isEmpty() ? ArrivalView.PLAIN : view.getFirst();
    }

    /// A group that is deleted meanwhile has no policies.
    @Override
    public ArrivalView now(Tenant owner, String logGroup) {
        return groups.find(owner, logGroup).<ArrivalView>map(this::of).orElse(ArrivalView.PLAIN);
    }
}
